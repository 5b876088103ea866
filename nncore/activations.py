"""Activation functions, each beside its derivative.

To add one: write the function and its derivative, and one line in ACTIVATIONS. An activation acts on
arrays of any shape, element by element; softmax, which is the exception, acts on rows. What follows the
line "In place" is for the kernel's speed and changes no number.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from nncore.arrays import Array
from nncore.forms import Call, FastActivation


class Activation(NamedTuple):
    """v = function(z) and dv/dz = derivative(z, v), which may use z or v, whichever is cheaper."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array, Array], Array]
    fast: FastActivation | None = None


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


# In place (nncore.forms). sigma(z) = (u + 1) / 2 with u = tanh(z / 2), so that sigma'(z) = (1 - u^2) / 4.


def _tanh_plus_one(u: Array, v: Array) -> list[Call]:
    return [(np.tanh, (u, u)), (np.add, (u, np.ones((), u.dtype), v))]


def _tanh(u: Array, v: Array) -> list[Call]:
    return [(np.tanh, (u, u))]


def one_minus_square(u: Array, s: Array) -> list[Call]:
    """Fill s with 1 - u^2, for u a tanh."""
    # A Python number would be converted at each call; a scalar array of the right type is not.
    return [(np.multiply, (u, u, s)), (np.subtract, (np.ones((), u.dtype), s, s))]


def _positive_part(u: Array, v: Array) -> list[Call]:
    return [(partial(np.maximum, out=u), (u, np.zeros((), u.dtype)))]


def _sign(u: Array, s: Array) -> list[Call]:
    return [(np.sign, (u, s))]  # max(z, 0) stands where z was: its sign is 0 or 1


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(
        sigmoid,
        sigmoid_derivative,
        FastActivation(_tanh_plus_one, one_minus_square, z_scale=0.5, v_scale=0.5, slope_scale=0.25),
    ),
    "tanh": Activation(tanh, tanh_derivative, FastActivation(_tanh, one_minus_square, in_place=True)),
    "relu": Activation(relu, relu_derivative, FastActivation(_positive_part, _sign, in_place=True)),
}
"""What a hidden layer may use. What the output layer uses follows from the loss: see nncore.losses."""
