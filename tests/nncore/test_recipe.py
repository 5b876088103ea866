import dataclasses
import json

import numpy as np
import pytest

from nncore import (
    Place,
    Recipe,
    SlicePlan,
    confusion_matrix,
    fingerprint,
    fit,
    forward,
    gradients,
    initial_state,
    inspect_sample,
    losses_around,
    numerical_gradient,
    outputs,
    steps_per_epoch,
    train_slice,
)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("shape", (784,), "2 to 20 layer sizes"),
        ("shape", [784], "2 to 20 layer sizes"),
        ("shape", "ab", "2 to 20 layer sizes"),
        ("shape", {784, 10}, "2 to 20 layer sizes"),
        ("shape", np.array([[784, 10]]), "2 to 20 layer sizes"),
        ("shape[0]", np.array([784.0, 10.0]), "whole numbers from 1"),
        ("shape[1]", (784, 0, 10), "whole numbers from 1"),
        ("shape[1]", (784, True, 10), "whole numbers from 1"),
        ("shape[1]", (784, 10**9, 10), "whole numbers from 1 to 100,000"),
        ("shape[1]", (784, 10**5000, 10), "whole numbers from 1 to 100,000"),
        ("shape", (100_000, 100_000, 10), "at most 50,000,000"),
        ("batch_size", 0, "whole numbers from 1"),
        ("batch_size", 2.0, "whole numbers from 1"),
        ("batch_size", np.float64(2.0), "whole numbers from 1"),
        ("batch_size", np.bool(True), "whole numbers from 1"),
        ("batch_size", np.array([10, 20]), "whole numbers from 1"),
        ("seed", -1, "whole numbers from 0"),
        ("initialization", "random", "standard, scaled, zeros, glorot, he"),
        ("activation", "softmax", "sigmoid, tanh, relu"),
        ("loss", None, "quadratic, cross-entropy"),
        ("optimizer", "adam", "sgd, momentum"),
        ("momentum", 1.0, "finite numbers from 0"),
        ("l2", float("nan"), "finite numbers from 0"),
        ("l2", 10**400, "finite numbers from 0"),
        ("l2", np.float32("nan"), "finite numbers from 0"),
        ("l2", np.float16(-1), "finite numbers from 0"),
        ("l2", "0.1", "finite numbers from 0"),
        ("dtype", "float16", "float32, float64"),
        ("train_size", 0, "whole numbers from 1"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_given_and_what_is_allowed(name, value, allowed):
    settings = {"shape": (784, 30, 10), "batch_size": 10, name.split("[")[0]: value}
    with pytest.raises(ValueError, match="allowed: ") as error:
        Recipe(**settings)
    text = str(error.value)
    assert text.startswith(name)
    assert allowed in text
    assert len(text) < 200


PLAIN = {"shape": (4, 6, 3), "batch_size": 5, "seed": 7, "momentum": 0.5, "l2": 0.25, "train_size": 50}
LOOSE = {
    "shape": [np.int64(4), 6, np.uint8(3)],
    "batch_size": np.int32(5),
    "seed": np.uint64(7),
    "initialization": np.str_("standard"),
    "momentum": np.float32(0.5),
    "l2": np.float16(0.25),
    "train_size": np.int64(50),
}


@pytest.mark.parametrize("shape", [[4, 6, 3], np.array([4, 6, 3]), LOOSE["shape"]])
def test_lists_and_numpys_numbers_make_the_same_recipe(shape):
    plain, loose = Recipe(**PLAIN), Recipe(**{**LOOSE, "shape": shape})
    assert loose == plain
    assert hash(loose) == hash(plain)
    assert repr(loose) == repr(plain)
    assert json.dumps(dataclasses.asdict(loose)) == json.dumps(dataclasses.asdict(plain))


def test_whole_numbers_stay_whole_where_any_number_is_allowed():
    assert repr(Recipe(shape=(4, 3), batch_size=5, l2=1).l2) == "1"


def test_training_with_numpys_numbers_gives_the_same_bits(blobs):
    plain, loose = Recipe(**PLAIN), Recipe(**LOOSE)
    plan = SlicePlan(loose, np.float32(0.5), np.int64(25), [np.int64(3)])
    assert repr(plan) == repr(SlicePlan(plain, 0.5, 25, (3,)))
    left, _ = train_slice(initial_state(plain), SlicePlan(plain, 0.5, 25), blobs)
    right, _ = train_slice(initial_state(loose), plan, blobs)
    assert fingerprint(left.params) == fingerprint(right.params)
    (epoch,) = fit(loose, np.float64(0.5), np.int8(1), blobs)
    assert epoch.epoch == 1
    assert repr(steps_per_epoch(np.int64(7), np.int64(3))) == "3"


def test_lists_are_taken_for_inputs_and_targets():
    recipe = Recipe(shape=[2, 5, 2], batch_size=1, dtype="float64")
    params = initial_state(recipe).params
    x, t = [[0.1, 0.3], [1, 0]], [[1, 0], [0, 1]]
    rows, targets = np.array(x), np.array(t)
    assert (outputs(params, recipe, x) == forward(params, recipe, rows).v[-1]).all()
    assert fingerprint(gradients(params, recipe, x, t)) == fingerprint(
        gradients(params, recipe, rows, targets)
    )
    place, loose = Place("w", 1, (0, 3)), Place("w", np.int64(1), [np.int64(0), 3])
    assert numerical_gradient(params, recipe, x, t, [loose]) == numerical_gradient(
        params, recipe, rows, targets, [place]
    )
    assert losses_around(params, recipe, x, t, loose, 0.1) == losses_around(
        params, recipe, rows, targets, place, 0.1
    )
    assert (
        inspect_sample(params, recipe, x[0], np.uint8(1)).loss
        == inspect_sample(params, recipe, rows[0], 1).loss
    )
    assert confusion_matrix([0, 1], [1, 1], np.int64(2)).tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    "x", [[[1.0], [1.0, 2.0]], [["a", "b"]], 3, [[None, 1.0]], [[[0.1, 0.3]]], [[1 + 1j, 0]]]
)
def test_lists_that_are_no_matrix_of_numbers_are_refused(x):
    recipe = Recipe(shape=(2, 5, 2), batch_size=1)
    with pytest.raises(ValueError, match=r"^x .*; allowed: ") as error:
        outputs(initial_state(recipe).params, recipe, x)
    assert "\n" not in str(error.value)
