"""The gradient from the loss alone: slow, and independent of back-propagation. For lessons and for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.arrays import Array
from nncore.checks import check_choice, check_integer, check_number, shown
from nncore.losses import LOSSES
from nncore.network import Params, check_inputs, check_targets, forward
from nncore.recipe import Recipe


@dataclass(frozen=True)
class Place:
    """One parameter: ("w", layer, (j, k)) is w[layer][j, k], ("b", layer, (j,)) is b[layer][j]."""

    kind: str
    layer: int
    index: tuple[int, ...]


def numerical_gradient(
    params: Params,
    recipe: Recipe,
    x: ArrayLike,
    t: ArrayLike,
    places: Sequence[Place],
    h: float = 1e-5,
) -> Array:
    """Return dL/dp = (L(p + h) - L(p - h)) / 2h for each of the `places`, L the mean loss of the batch.

    Computed in double precision whatever the type of the parameters. The error is of order h^2; a much
    smaller h drowns in rounding, a much larger one is no derivative any more.

    Args:
        params: left as they are.
        recipe: names activation and loss; l2 is not part of this gradient.
        x: inputs (samples, fan_in).
        t: targets (samples, classes).
        places: which parameters.
        h: step, above 0 and at most 1.

    Raises:
        ValueError: a place that is not in the network, wrong inputs or targets, h out of range.
    """
    check_number("h", h, 0.0, 1.0, open_low=True)
    exact, x, t = _exact(params), *_checked(recipe, x, t)
    slopes = np.empty(len(places))
    for number, place in enumerate(places):
        below, above = _losses(exact, recipe, x, t, place, h)
        slopes[number] = (above - below) / (2.0 * h)
    return slopes


def losses_around(
    params: Params, recipe: Recipe, x: ArrayLike, t: ArrayLike, place: Place, h: float
) -> tuple[float, float]:
    """Return the mean losses L(p - h) and L(p + h) in double precision; nothing else has changed.

    Args:
        params: left as they are.
        recipe: names activation and loss.
        x: inputs (samples, fan_in).
        t: targets (samples, classes).
        place: which parameter.
        h: step, above 0 and at most 1.

    Raises:
        ValueError: a place that is not in the network, wrong inputs or targets, h out of range.
    """
    check_number("h", h, 0.0, 1.0, open_low=True)
    return _losses(_exact(params), recipe, *_checked(recipe, x, t), place, h)


def _exact(params: Params) -> Params:
    """Return a copy in double precision, which may be nudged."""
    return Params(*(tuple(a.astype(np.float64) for a in group) for group in (params.w, params.b)))


def _checked(recipe: Recipe, x: ArrayLike, t: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return inputs and targets as arrays that fit the network."""
    inputs = check_inputs(x, recipe.shape[0])
    return inputs, check_targets(t, len(inputs), recipe.shape[-1])


def _losses(
    exact: Params, recipe: Recipe, x: NDArray[Any], t: NDArray[Any], place: Place, h: float
) -> tuple[float, float]:
    """Return L(p - h) and L(p + h), and leave p as it was."""
    array, index = _array(exact, place)
    value = array[index]
    array[index] = value - h
    below = _mean_loss(exact, recipe, x, t)
    array[index] = value + h
    above = _mean_loss(exact, recipe, x, t)
    array[index] = value
    return below, above


def _mean_loss(params: Params, recipe: Recipe, x: NDArray[Any], t: NDArray[Any]) -> float:
    trace = forward(params, recipe, x)
    return float(LOSSES[recipe.loss].value(trace.z[-1], trace.v[-1], t).mean())


def _array(params: Params, place: Place) -> tuple[Array, tuple[int, ...]]:
    """Return the array that a place is in, and where in it, after checking that it is in there."""
    check_choice("kind", place.kind, ("w", "b"))
    layer = check_integer("layer", place.layer, 0, len(params.w) - 1)
    array = (params.w if place.kind == "w" else params.b)[layer]
    if len(place.index) != array.ndim:
        raise ValueError(f"index is {shown(place.index)}; allowed: {array.ndim} numbers")
    pairs = zip(place.index, array.shape, strict=True)
    return array, tuple(check_integer("index", number, 0, size - 1) for number, size in pairs)
