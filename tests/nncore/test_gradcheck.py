import numpy as np
import pytest

from nncore import LOSSES, Place, Recipe, generator, gradients, initial_state, numerical_gradient

RECIPE = Recipe(shape=(3, 5, 2), batch_size=4)
PARAMS = initial_state(RECIPE).params
X = generator(4, "inputs").standard_normal((4, 3))
T = np.eye(2)[[0, 1, 1, 0]]
PLACES = [Place("w", 0, (4, 2)), Place("b", 0, (1,)), Place("w", 1, (0, 3)), Place("b", 1, (1,))]


def exact(recipe=RECIPE):
    gradient = gradients(PARAMS, recipe, X, T)
    return [(gradient.w if p.kind == "w" else gradient.b)[p.layer][p.index] for p in PLACES]


@pytest.mark.parametrize("loss", list(LOSSES))
def test_it_agrees_with_back_propagation_even_for_single_precision(loss):
    recipe = Recipe(shape=(3, 5, 2), batch_size=4, loss=loss)
    before = [a.copy() for a in PARAMS.arrays()]
    np.testing.assert_allclose(numerical_gradient(PARAMS, recipe, X, T, PLACES), exact(recipe), rtol=2e-5)
    assert all((a == b).all() for a, b in zip(before, PARAMS.arrays(), strict=True))


@pytest.mark.parametrize("h", [1.0, 1e-14])
def test_a_bad_step_gives_a_bad_gradient(h):
    found = numerical_gradient(PARAMS, RECIPE, X, T, PLACES, h=h)
    assert abs(found / exact() - 1).max() > 1e-3


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("kind", Place("v", 0, (0,))),
        ("layer", Place("w", 2, (0, 0))),
        ("index", Place("w", 0, (0,))),
        ("index", Place("w", 0, (5, 0))),
        ("index", Place("b", 0, (-1,))),
    ],
)
def test_a_place_outside_the_network_is_refused(name, place):
    with pytest.raises(ValueError, match=f"^{name} .*; allowed: "):
        numerical_gradient(PARAMS, RECIPE, X, T, [place])


def test_bad_targets_and_steps_are_refused():
    for name, arguments in {"t": (X, T[:, :1], PLACES), "x": (X * np.nan, T, PLACES)}.items():
        with pytest.raises(ValueError, match=f"^{name} .*; allowed: "):
            numerical_gradient(PARAMS, RECIPE, *arguments)
    with pytest.raises(ValueError, match=r"^h .*; allowed: "):
        numerical_gradient(PARAMS, RECIPE, X, T, PLACES, h=0.0)
