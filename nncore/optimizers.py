"""Training algorithms: how a gradient changes a weight. In order of difficulty.

An update works in place on one array of parameters `p` and its `gradient` (the mean over the batch),
with `memory`, arrays of the same shape that begin as zeros and belong to the training state.
To add one: write the update, and one line in OPTIMIZERS that says how many memories it keeps.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from nncore.arrays import Array


class Optimizer(NamedTuple):
    """`update(p, gradient, memory, eta, mu)`, and how many arrays it remembers for each p."""

    update: Callable[[Array, Array, Sequence[Array], float, float], None]
    memories: int


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


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(sgd, memories=0),
    "momentum": Optimizer(momentum, memories=1),
}
