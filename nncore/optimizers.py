"""Training algorithms: how a gradient changes a weight. In order of difficulty.

An update works in place on one array of parameters `p` and its `gradient` (the mean over the batch),
with `memory`, arrays of the same shape that begin as zeros and belong to the training state.
To add one: write the update, and one line in OPTIMIZERS that says how many memories it keeps. What
follows the line "In place" is for the kernel's speed and changes no number.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from nncore.arrays import Array
from nncore.forms import FastOptimizer


class Optimizer(NamedTuple):
    """`update(p, gradient, memory, eta, mu)`, and how many arrays it remembers for each p."""

    update: Callable[[Array, Array, Sequence[Array], float, float], None]
    memories: int
    fast: FastOptimizer | None = None


def sgd(p: Array, gradient: Array, memory: Sequence[Array], eta: float, mu: float) -> None:
    """Gradient descent, p <- p - eta dL/dp; stochastic because the gradient is that of a random batch."""
    p -= eta * gradient


def momentum(p: Array, gradient: Array, memory: Sequence[Array], eta: float, mu: float) -> None:
    """The heavy ball, u <- mu u - eta dL/dp and p <- p + u (Polyak 1964; Nielsen ch. 3, eq. 107 and 108).

    mu = 0 is plain gradient descent; mu near 1 remembers about 1 / (1 - mu) batches.
    """
    (u,) = memory
    u *= mu
    u -= eta * gradient
    p += u


# In place (nncore.forms): -eta dL/dp is added to p itself, or to the memory u of momentum.
OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(
        sgd,
        memories=0,
        fast=FastOptimizer(target=lambda p, memory: p, keep=lambda mu: 1.0, finish=lambda p, memory: []),
    ),
    "momentum": Optimizer(
        momentum,
        memories=1,
        fast=FastOptimizer(
            target=lambda p, memory: memory[0],
            keep=lambda mu: mu,
            finish=lambda p, memory: [(np.add, (p, memory[0], p))],
        ),
    ),
}
