"""Losses, each beside its derivative and the output activation it calls for.

To add one: write a value and a delta, and one line in LOSSES. The pairing is a rule, not a choice:
the quadratic loss compares sigmoid outputs with the targets, the cross-entropy needs outputs that are
probabilities, softmax. In all signatures z and v are the output layer's weighted inputs and outputs,
t the targets (one-hot), each of shape (samples, classes).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nncore.activations import sigmoid, sigmoid_derivative, softmax
from nncore.arrays import Array


class Loss(NamedTuple):
    """The output activation, the loss of each sample, and delta = dL/dz of each sample."""

    output: Callable[[Array], Array]
    value: Callable[[Array, Array, Array], Array]
    delta: Callable[[Array, Array, Array], Array]


def quadratic(z: Array, v: Array, t: Array) -> Array:
    """Return L = 1/2 sum_j (v_j - t_j)^2 of each sample, shape (samples,).

    The mean over n samples is the lecture's loss, 1/(2n) times the sum of all squared differences.
    """
    loss: Array = 0.5 * np.square(v - t).sum(axis=1)
    return loss


def quadratic_delta(z: Array, v: Array, t: Array) -> Array:
    """Return delta = dL/dv sigma'(z) = (v - t) sigma'(z), shape (samples, classes)."""
    return (v - t) * sigmoid_derivative(z, v)


def cross_entropy(z: Array, v: Array, t: Array) -> Array:
    """Return L = -sum_j t_j ln v_j of each sample, shape (samples,), for v = softmax(z).

    Computed from z, as ln v_j = z_j - ln sum_k exp(z_k): a v_j that was rounded to 0 does no harm.
    """
    z = z - z.max(axis=1, keepdims=True)
    loss: Array = np.log(np.exp(z).sum(axis=1)) - (t * z).sum(axis=1)
    return loss


def cross_entropy_delta(z: Array, v: Array, t: Array) -> Array:
    """Return delta = v - t, shape (samples, classes): the softmax's derivative cancels against 1/v."""
    return v - t


LOSSES: dict[str, Loss] = {
    "quadratic": Loss(sigmoid, quadratic, quadratic_delta),
    "cross-entropy": Loss(softmax, cross_entropy, cross_entropy_delta),
}
