"""Losses, each beside its derivative and the output activation it calls for.

To add one: write a value and a delta, and one line in LOSSES. The pairing is a rule, not a choice:
the quadratic loss compares sigmoid outputs with the targets, the cross-entropy needs outputs that are
probabilities: of one class among all, softmax, or of each class by itself, sigmoids. In all signatures z
and v are the output layer's weighted inputs and outputs, t the targets (one-hot), each of shape (samples,
classes). What follows the line "In place" is for the kernel's speed and changes no number.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nncore.activations import one_minus_square, sigmoid, sigmoid_derivative, softmax
from nncore.arrays import Array
from nncore.forms import Call, FastLoss


class Loss(NamedTuple):
    """The output activation, the loss of each sample, and delta = dL/dz of each sample.

    Attributes:
        output: v = output(z).
        value: value(z, v, t), shape (samples,).
        delta: delta(z, v, t), shape (samples, classes).
        slope: dv/dz = slope(z, v) of each output, where an output depends on its own z alone; else None.
    """

    output: Callable[[Array], Array]
    value: Callable[[Array, Array, Array], Array]
    delta: Callable[[Array, Array, Array], Array]
    slope: Callable[[Array, Array], Array] | None = None
    fast: FastLoss | None = None


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


def sigmoid_cross_entropy(z: Array, v: Array, t: Array) -> Array:
    """Return L = -sum_j (t_j ln v_j + (1 - t_j) ln(1 - v_j)), shape (samples,), for v = sigma(z).

    Each output is asked by itself whether the sample is of its class (Nielsen ch. 3, eq. 63). Computed from
    z, as ln(1 + exp(z_j)) - t_j z_j: a v_j that was rounded to 0 or 1 does no harm.
    """
    loss: Array = (np.logaddexp(0.0, z) - t * z).sum(axis=1)
    return loss


def sigmoid_cross_entropy_delta(z: Array, v: Array, t: Array) -> Array:
    """Return delta = v - t, shape (samples, classes): sigma'(z) cancels against 1/(v (1 - v))."""
    return v - t


# In place (nncore.forms). With u = tanh(z / 2) the outputs are (u + 1) / 2, and the quadratic delta is
# ((u + 1) / 2 - t) (1 - u^2) / 4 = (u - (2 t - 1)) (1 - u^2) / 8; that of the cross-entropy lacks the slope.


def _tanh(u: Array) -> list[Call]:
    return [(np.tanh, (u, u))]


def _difference_times_slope(u: Array, s: Array, t: Array, d: Array) -> list[Call]:
    return [(np.subtract, (u, t, d)), (np.multiply, (d, s, d))]


def _softmax(u: Array) -> list[Call]:
    row = np.empty((len(u), 1), u.dtype)
    return [
        (np.maximum.reduce, (u, 1, None, row, True)),
        (np.subtract, (u, row, u)),
        (np.exp, (u, u)),
        (np.add.reduce, (u, 1, None, row, True)),
        (np.divide, (u, row, u)),
    ]


def _difference(u: Array, s: Array, t: Array, d: Array) -> list[Call]:
    return [(np.subtract, (u, t, d))]


LOSSES: dict[str, Loss] = {
    "quadratic": Loss(
        sigmoid,
        quadratic,
        quadratic_delta,
        slope=sigmoid_derivative,
        fast=FastLoss(
            _tanh,
            _difference_times_slope,
            targets=lambda t: 2.0 * t - 1.0,
            slopes=one_minus_square,
            z_scale=0.5,
            delta_scale=0.125,
        ),
    ),
    "cross-entropy": Loss(
        softmax,
        cross_entropy,
        cross_entropy_delta,
        fast=FastLoss(_softmax, _difference, targets=lambda t: t),
    ),
    "sigmoid-cross-entropy": Loss(
        sigmoid,
        sigmoid_cross_entropy,
        sigmoid_cross_entropy_delta,
        slope=sigmoid_derivative,
        fast=FastLoss(_tanh, _difference, targets=lambda t: 2.0 * t - 1.0, z_scale=0.5, delta_scale=0.5),
    ),
}
