"""Learning-rate schedules: by which factor eta is multiplied in each epoch.

A schedule is a function from the number of completed epochs (0 in the first) to a factor above 0. `fit` takes
one; whoever trains slice by slice gives each plan eta times the factor. To make your own, write a function.
"""

import math
from collections.abc import Callable

from nncore.checks import check_integer, check_number

Schedule = Callable[[int], float]


def constant(epoch: int) -> float:
    """The lecture's choice: the same eta in all epochs."""
    return 1.0


def step_decay(every: int, factor: float = 0.5) -> Schedule:
    """Multiply eta by `factor` after every so many epochs: factor^floor(epoch / every).

    >>> [step_decay(2)(epoch) for epoch in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    every = check_integer("every", every, 1, 10**9)
    factor = check_number("factor", factor, 0.0, 1.0, open_low=True)
    return lambda epoch: float(factor ** (epoch // every))


def exponential(factor: float) -> Schedule:
    """Multiply eta by `factor` after each epoch: factor^epoch."""
    return step_decay(1, factor)


def inverse(decay: float) -> Schedule:
    """Divide eta by 1 + decay epoch.

    Slow enough to get anywhere and fast enough to come to rest there, as Robbins and Monro (1951) ask: the
    sum of all factors is infinite, that of their squares is not.

    >>> [inverse(1.0)(epoch) for epoch in range(4)] == [1, 1 / 2, 1 / 3, 1 / 4]
    True
    """
    decay = check_number("decay", decay, 0.0, 1e6)
    return lambda epoch: 1.0 / (1.0 + decay * epoch)


def cosine(epochs: int, floor: float = 0.0) -> Schedule:
    """Half a wave from 1 to `floor` over so many epochs, then `floor` (Loshchilov and Hutter 2017, eq. 5).

    The factor is floor + (1 - floor) (1 + cos(pi epoch / epochs)) / 2. With the floor at 0 there are no more
    epochs to train after the last.

    >>> [round(cosine(4)(epoch), 3) for epoch in range(4)]
    [1.0, 0.854, 0.5, 0.146]
    """
    epochs = check_integer("epochs", epochs, 1, 10**9)
    floor = check_number("floor", floor, 0.0, 1.0)
    return lambda epoch: floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * min(epoch / epochs, 1.0)))


def warm_up(epochs: int, then: Schedule = constant) -> Schedule:
    """Raise the factor evenly to 1 over so many epochs, then begin with another schedule.

    >>> [warm_up(4, exponential(0.5))(epoch) for epoch in range(7)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.25]
    """
    epochs = check_integer("epochs", epochs, 0, 10**9)
    return lambda epoch: (epoch + 1) / epochs if epoch < epochs else then(epoch - epochs)
