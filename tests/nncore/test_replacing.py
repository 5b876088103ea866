"""Whoever replaces a function of a registry changes everything that is computed from it, fast or slow."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nncore import (
    ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    Params,
    Place,
    Recipe,
    SlicePlan,
    evaluate,
    gradients,
    initial_state,
    inspect_sample,
    layer_statistics,
    losses_around,
    outputs,
    train_slice,
)
from nncore.fast.choice import fast_activation, fast_loss, fast_optimizer
from nncore.reference import ReferenceLearner
from tests.nncore.blobs import assert_close, make_blobs

BLOBS = make_blobs()
X, T = BLOBS.train.inputs[:9], np.eye(3)[BLOBS.train.labels[:9]]


def recipe_of(**choices: Any) -> Recipe:
    return Recipe(**{"shape": (4, 6, 5, 3), "batch_size": 7, "dtype": "float64", "l2": 0.01, **choices})


PARAMS = initial_state(recipe_of()).params


def looks(recipe: Recipe) -> dict[str, np.ndarray]:
    """What each part of nncore makes of the same parameters, as numbers to compare."""
    start, plan = initial_state(recipe), SlicePlan(recipe, 0.2, 16)
    view = inspect_sample(PARAMS, recipe, X[0], 1)
    hidden, _, out = layer_statistics(PARAMS, recipe, BLOBS.test)
    slopes = [value for layer in (hidden, out) for value in (layer.mean_slope, layer.saturated)]
    return {
        "start": flat(start.params),
        "kernel": flat(train_slice(start, plan, BLOBS)[0].params),
        "reference": flat(train_slice(start, plan, BLOBS, learner=ReferenceLearner)[0].params),
        "outputs": outputs(PARAMS, recipe, X),
        "gradients": flat(gradients(PARAMS, recipe, X, T)),
        "gradient check": np.array(losses_around(PARAMS, recipe, X, T, Place("w", 0, (1, 2)), 0.1)),
        "evaluation": np.array(evaluate(PARAMS, recipe, BLOBS.test).loss),
        "a sample": flat(view.gradient),
        "a sample's loss": np.array(view.loss),
        "slopes": np.array([np.nan if value is None else value for value in slopes]),
    }


def flat(params: Params) -> np.ndarray:
    return np.concatenate([a.ravel() for a in params.arrays()])


def changed_by(replace: Callable[[], None], recipe: Recipe) -> set[str]:
    """The names of the looks that a replacement changes; kernel and reference agree before and after."""
    before = looks(recipe)
    replace()
    after = looks(recipe)
    for found in (before, after):
        np.testing.assert_allclose(found["kernel"], found["reference"], rtol=1e-10, atol=1e-10)
    return {name for name in before if not np.allclose(before[name], after[name], equal_nan=True)}


ALL = set(looks(recipe_of()))
TRAINING = {"kernel", "reference"}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_function_of_an_activation(monkeypatch, name):
    old = ACTIVATIONS[name]
    new = old._replace(function=lambda z: 0.5 * old.function(z) - 0.2)
    changed = changed_by(lambda: monkeypatch.setitem(ACTIVATIONS, name, new), recipe_of(activation=name))
    assert changed >= ALL - {"start", "slopes"}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_of_an_activation(monkeypatch, name):
    old = ACTIVATIONS[name]
    new = old._replace(derivative=lambda z, v: old.derivative(z, v) * np.where(z > 0, 0.5, 1.0))
    changed = changed_by(lambda: monkeypatch.setitem(ACTIVATIONS, name, new), recipe_of(activation=name))
    assert changed == {*TRAINING, "gradients", "a sample", "slopes"}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("value", {"gradient check", "evaluation", "a sample's loss"}),
        ("delta", {*TRAINING, "gradients", "a sample"}),
    ],
)
def test_the_parts_of_a_loss(monkeypatch, name, part, expected):
    old = getattr(LOSSES[name], part)
    new = LOSSES[name]._replace(**{part: lambda z, v, t: 0.5 * old(z, v, t) + 0.1})
    changed = changed_by(lambda: monkeypatch.setitem(LOSSES, name, new), recipe_of(loss=name))
    assert changed == expected


@pytest.mark.parametrize("name", LOSSES)
def test_the_outputs_of_a_loss(monkeypatch, name):
    old = LOSSES[name].output
    new = LOSSES[name]._replace(output=lambda z: 0.5 * old(z))
    changed = changed_by(lambda: monkeypatch.setitem(LOSSES, name, new), recipe_of(loss=name))
    assert changed >= {*TRAINING, "outputs", "gradients", "a sample"}


def test_the_slope_of_the_outputs(monkeypatch):
    new = LOSSES["quadratic"]._replace(slope=lambda z, v: np.exp(-z * z))
    changed = changed_by(lambda: monkeypatch.setitem(LOSSES, "quadratic", new), recipe_of())
    assert changed == {"slopes"}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_an_initialization(monkeypatch, name):
    old = INITIALIZERS[name]
    recipe = recipe_of(initialization=name)
    new = lambda w, b: (0.5 * old(w, b)[0] + 0.1, old(w, b)[1])  # noqa: E731
    changed = changed_by(lambda: monkeypatch.setitem(INITIALIZERS, name, new), recipe)
    assert changed == {*TRAINING, "start"}


@pytest.mark.parametrize("batch_size", [7, 50])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_update_of_an_optimizer(monkeypatch, name, batch_size):
    """Even one that asks for each array by itself, as this one with the gradient's length does."""
    old = OPTIMIZERS[name].update

    def update(p, gradient, memory, eta, mu):
        old(p, gradient / (1.0 + np.sqrt(np.square(gradient).sum())), memory, eta, mu)

    new = OPTIMIZERS[name]._replace(update=update)
    recipe = recipe_of(optimizer=name, batch_size=batch_size)
    assert changed_by(lambda: monkeypatch.setitem(OPTIMIZERS, name, new), recipe) == TRAINING


def test_an_activation_that_acts_by_rows_is_trained_as_in_the_reference(monkeypatch):
    """Against the rules, but nobody is told a lie: the kernel's additional unit is kept out of it."""
    new = ACTIVATIONS["tanh"]._replace(function=lambda z: np.tanh(z - z.mean(axis=-1, keepdims=True)))
    monkeypatch.setitem(ACTIVATIONS, "tanh", new)
    found = looks(recipe_of(activation="tanh"))
    np.testing.assert_allclose(found["kernel"], found["reference"], rtol=1e-10, atol=1e-10)


def test_a_function_edited_in_its_place_changes_hidden_layers_and_outputs(monkeypatch):
    """As an edit of the file does: the same function object, with another body."""

    def steeper(z):
        return 0.5 * (np.tanh(z) + 1.0)

    sigmoid = ACTIVATIONS["sigmoid"].function
    changed = changed_by(lambda: monkeypatch.setattr(sigmoid, "__code__", steeper.__code__), recipe_of())
    assert changed >= ALL - {"start"}


def test_what_is_shipped_trains_by_its_fast_form():
    for activation in ACTIVATIONS.values():
        assert fast_activation(activation) is activation.fast is not None
    for loss in LOSSES.values():
        assert fast_loss(loss) is loss.fast is not None
    for optimizer in OPTIMIZERS.values():
        assert fast_optimizer(optimizer) is optimizer.fast is not None


@pytest.mark.parametrize(
    "choices", [{"activation": name} for name in ACTIVATIONS] + [{"loss": n} for n in LOSSES]
)
def test_a_wrong_fast_form_is_not_taken(monkeypatch, choices):
    ((field, name),) = choices.items()
    registry = {"activation": ACTIVATIONS, "loss": LOSSES}[field]
    wrong = registry[name].fast.__class__(**{**vars(registry[name].fast), "z_scale": 0.7})
    recipe = recipe_of(**choices)
    right = train_slice(initial_state(recipe), SlicePlan(recipe, 0.2, 16), BLOBS)[0].params
    monkeypatch.setitem(registry, name, registry[name]._replace(fast=wrong))
    found = train_slice(initial_state(recipe), SlicePlan(recipe, 0.2, 16), BLOBS)[0].params
    assert_close(found, right, 1e-11)
