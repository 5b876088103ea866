"""One parameter moved a little to both sides: what the difference quotient of a lesson is made of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.checks import check_choice, check_integer, check_number, shown
from nncore.gradcheck import Place
from nncore.losses import LOSSES
from nncore.network import Params, check_targets, forward
from nncore.recipe import Recipe


def losses_around(
    params: Params, recipe: Recipe, x: NDArray[Any], t: Array, place: Place, h: float
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
    check_targets(t, len(x), recipe.shape[-1])
    _check_place(params, place)
    exact = Params(*(tuple(a.astype(np.float64) for a in group) for group in (params.w, params.b)))
    array = (exact.w if place.kind == "w" else exact.b)[place.layer]
    value = array[place.index]
    losses = []
    for step in (-h, h):
        array[place.index] = value + step
        trace = forward(exact, recipe, x)
        losses.append(float(LOSSES[recipe.loss].value(trace.z[-1], trace.v[-1], t).mean()))
    return losses[0], losses[1]


def _check_place(params: Params, place: Place) -> None:
    check_choice("kind", place.kind, ("w", "b"))
    check_integer("layer", place.layer, 0, len(params.w) - 1)
    array = (params.w if place.kind == "w" else params.b)[place.layer]
    if len(place.index) != array.ndim:
        raise ValueError(f"index is {shown(place.index)}; allowed: {array.ndim} numbers")
    for number, size in zip(place.index, array.shape, strict=True):
        check_integer("index", number, 0, size - 1)
