from itertools import product

import numpy as np
import pytest

from nncore import ACTIVATIONS, LOSSES, Params, Recipe, forward, generator, gradients
from nncore.network import initial_params


def mean_loss(params, recipe, x, t):
    trace = forward(params, recipe, x)
    return LOSSES[recipe.loss].value(trace.z[-1], trace.v[-1], t).mean()


def slope(params, recipe, x, t, array, index, h=1e-6):
    """dL/dp by central difference."""
    before = array[index]
    array[index] = before + h
    above = mean_loss(params, recipe, x, t)
    array[index] = before - h
    below = mean_loss(params, recipe, x, t)
    array[index] = before
    return (above - below) / (2 * h)


@pytest.mark.parametrize(
    ("activation", "loss", "shape"),
    list(product(ACTIVATIONS, LOSSES, [(3, 2), (4, 5, 3), (3, 4, 4, 2), (2, 3, 4, 3, 2)])),
)
def test_gradient_agrees_with_finite_differences(activation, loss, shape):
    recipe = Recipe(shape=shape, batch_size=7, activation=activation, loss=loss, dtype="float64")
    params = initial_params(recipe)
    rng = generator(2, "inputs")
    x = rng.standard_normal((7, shape[0]))
    t = np.eye(shape[-1])[rng.integers(shape[-1], size=7)]
    for exact, array in zip(gradients(params, recipe, x, t).arrays(), params.arrays(), strict=True):
        for index in np.ndindex(array.shape):
            assert slope(params, recipe, x, t, array, index) == pytest.approx(
                exact[index], rel=1e-5, abs=1e-8
            )


def test_a_network_worked_by_hand():
    """1-1-1, w = b = 0 in the first layer, so that all numbers can be followed with a pencil.

    x = 2, t = 1, w0 = 0, b0 = 0: z0 = 0, v1 = 1/2, sigma'(z0) = 1/4.
    w1 = 2, b1 = -1: z1 = 0, v2 = 1/2, sigma'(z1) = 1/4.
    (1) delta1 = (v2 - t) sigma'(z1) = -1/2 * 1/4 = -1/8.
    (2) delta0 = w1 delta1 sigma'(z0) = 2 * -1/8 * 1/4 = -1/16.
    (3) delb1 = -1/8, delb0 = -1/16.
    (4) delw1 = delta1 v1 = -1/16, delw0 = delta0 x = -1/8.
    """
    recipe = Recipe(shape=(1, 1, 1), batch_size=1, dtype="float64")
    params = Params((np.array([[0.0]]), np.array([[2.0]])), (np.array([0.0]), np.array([-1.0])))
    gradient = gradients(params, recipe, np.array([[2.0]]), np.array([[1.0]]))
    assert [g.item() for g in gradient.arrays()] == [-1 / 8, -1 / 16, -1 / 16, -1 / 8]


def test_the_gradient_of_a_batch_is_the_mean_over_its_samples():
    recipe = Recipe(shape=(3, 4, 2), batch_size=5, dtype="float64")
    params = initial_params(recipe)
    x = generator(3, "inputs").standard_normal((5, 3))
    t = np.eye(2)[[0, 1, 1, 0, 1]]
    singles = [gradients(params, recipe, x[i : i + 1], t[i : i + 1]).arrays() for i in range(5)]
    for whole, parts in zip(
        gradients(params, recipe, x, t).arrays(), zip(*singles, strict=True), strict=True
    ):
        np.testing.assert_allclose(whole, np.mean(parts, axis=0), atol=1e-15)
