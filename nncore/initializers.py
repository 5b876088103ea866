"""How a network begins.

Every initialization is a function of the same draws: a layer's weights `w` (fan_out, fan_in) and
biases `b` (fan_out,), independent standard normal numbers. Two runs with one seed that differ in
nothing but their initialization therefore start from the same draws, and whatever differs later is due to it.
To add one: write a function, and one line in INITIALIZERS.
"""

from collections.abc import Callable

import numpy as np

from nncore.arrays import Array

Initializer = Callable[[Array, Array], tuple[Array, Array]]


def standard(w: Array, b: Array) -> tuple[Array, Array]:
    """The lecture's first choice: w and b are the standard normal draws themselves."""
    return w, b


def scaled(w: Array, b: Array) -> tuple[Array, Array]:
    """The lecture's second choice: w / sqrt(fan_in), b as drawn.

    A weighted input z then has a width near 1 whatever the number of inputs, and sigma'(z) is not small.
    """
    return w / np.sqrt(w.shape[1]), b


def zeros(w: Array, b: Array) -> tuple[Array, Array]:
    """All zero, for teaching: the units of a layer stay equal for ever, whatever they learn."""
    return np.zeros_like(w), np.zeros_like(b)


def glorot(w: Array, b: Array) -> tuple[Array, Array]:
    """Variance 2 / (fan_in + fan_out), b = 0 (Glorot and Bengio 2010, eq. 12); made for tanh."""
    return w * np.sqrt(2.0 / (w.shape[0] + w.shape[1])), np.zeros_like(b)


def he(w: Array, b: Array) -> tuple[Array, Array]:
    """Variance 2 / fan_in, b = 0 (He et al. 2015, eq. 10); made for ReLU, which passes half of its inputs."""
    return w * np.sqrt(2.0 / w.shape[1]), np.zeros_like(b)


INITIALIZERS: dict[str, Initializer] = {
    "standard": standard,
    "scaled": scaled,
    "zeros": zeros,
    "glorot": glorot,
    "he": he,
}
