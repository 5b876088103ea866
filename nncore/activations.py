"""Activation functions, each beside its derivative.

To add one: write the function and its derivative, and one line in ACTIVATIONS. An activation acts on
arrays of any shape, element by element; softmax, which is the exception, acts on rows.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nncore.arrays import Array


class Activation(NamedTuple):
    """v = function(z) and dv/dz = derivative(z, v), which may use z or v, whichever is cheaper."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array, Array], Array]


def sigmoid(z: Array) -> Array:
    """Return sigma(z) = 1 / (1 + exp(-z)), written with tanh, which cannot overflow.

    >>> float(sigmoid(np.array(0.0)))
    0.5
    """
    v: Array = 0.5 * (np.tanh(0.5 * z) + 1.0)
    return v


def sigmoid_derivative(z: Array, v: Array) -> Array:
    """Return sigma'(z) = sigma(z) (1 - sigma(z)) = v (1 - v); at most 0.25, at z = 0."""
    return v * (1.0 - v)


def tanh(z: Array) -> Array:
    """Return tanh(z), between -1 and 1."""
    v: Array = np.tanh(z)
    return v


def tanh_derivative(z: Array, v: Array) -> Array:
    """Return tanh'(z) = 1 - tanh(z)^2 = 1 - v^2."""
    return 1.0 - v * v


def relu(z: Array) -> Array:
    """Return max(z, 0), the rectified linear unit."""
    v: Array = np.maximum(z, 0.0)
    return v


def relu_derivative(z: Array, v: Array) -> Array:
    """Return 1 where z > 0, else 0 (at z = 0, where there is no derivative, 0 is the custom)."""
    return (z > 0.0).astype(z.dtype)


def softmax(z: Array) -> Array:
    """Return exp(z_j) / sum_k exp(z_k) for each row of z (samples, classes).

    The largest z of each row is taken away first: the result is the same and exp cannot overflow.

    >>> softmax(np.array([[1000.0, 1000.0]])).tolist()
    [[0.5, 0.5]]
    """
    e: Array = np.exp(z - z.max(axis=1, keepdims=True))
    e /= e.sum(axis=1, keepdims=True)
    return e


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative),
}
"""What a hidden layer may use. What the output layer uses follows from the loss: see nncore.losses."""
