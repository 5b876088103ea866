"""Both losses beside a parameter."""

import numpy as np
import pytest

import nncore
from nncore.network import initial_params

RECIPE = nncore.Recipe(shape=(3, 4, 2), batch_size=1)
X, T = np.array([[0.2, 0.9, 0.0]]), np.array([[0.0, 1.0]])


@pytest.mark.parametrize("place", [nncore.Place("w", 0, (2, 1)), nncore.Place("b", 1, (0,))])
def test_their_quotient_is_the_numerical_gradient(place: nncore.Place) -> None:
    params = initial_params(RECIPE)
    before = [array.copy() for array in params.arrays()]
    below, above = nncore.losses_around(params, RECIPE, X, T, place, 1e-4)
    (slope,) = nncore.numerical_gradient(params, RECIPE, X, T, [place], 1e-4)
    assert (above - below) / 2e-4 == slope
    assert all(np.array_equal(a, b) for a, b in zip(before, params.arrays(), strict=True))


@pytest.mark.parametrize(
    "place",
    [nncore.Place("w", 0, (4, 0)), nncore.Place("w", 0, (0,)), nncore.Place("b", 2, (0,))],
)
def test_a_place_outside_is_refused(place: nncore.Place) -> None:
    with pytest.raises(ValueError, match="allowed"):
        nncore.losses_around(initial_params(RECIPE), RECIPE, X, T, place, 1e-4)
