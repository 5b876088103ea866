"""The lecture's class, and the library against it."""

import copy

import numpy as np
import pytest

from nncore import (
    Params,
    Recipe,
    SlicePlan,
    TrainState,
    generator,
    initial_state,
    load_digits,
    train_slice,
)
from nncore.fast.kernel import KernelLearner
from nncore.neurons import neurons
from nncore.reference import ReferenceLearner
from tests.nncore.blobs import assert_close, make_blobs

BLOBS = make_blobs()
X, Y = BLOBS.train.inputs, np.eye(3)[BLOBS.train.labels]


def params_of(model) -> Params:
    return Params(tuple(w.copy() for w in model.w), tuple(b[:, 0].copy() for b in model.b))


@pytest.mark.parametrize("learner", [KernelLearner, ReferenceLearner])
@pytest.mark.parametrize("shape", [(4, 3), (4, 6, 3), (4, 9, 5, 3), (4, 2, 3, 4, 5, 3)])
def test_a_batch_agrees_in_every_weight(shape, learner):
    """Each batch of an epoch, the smaller last one too, to 1e-12."""
    recipe = Recipe(shape=shape, batch_size=10, dtype="float64")
    model = neurons(list(shape), seed=5)
    order = generator(recipe.seed, "shuffle", 0).permutation(53)
    for step, start in enumerate(range(0, 53, 10)):
        before = TrainState(params_of(model), (), step)
        after, _ = train_slice(before, SlicePlan(recipe, 3.0, 1), BLOBS, learner=learner)
        batch = order[start : start + 10]
        model.step(X[batch], Y[batch], 3.0)
        assert_close(after.params, params_of(model), 1e-12)


def test_a_batch_of_digits_agrees_in_every_weight():
    digits = load_digits()
    recipe = Recipe(shape=(784, 30, 10), batch_size=10, dtype="float64")
    model = neurons([784, 30, 10], seed=recipe.seed)
    start = initial_state(recipe)
    assert_close(start.params, params_of(model), 0.0)
    after, _ = train_slice(start, SlicePlan(recipe, 3.0, 1), digits)
    batch = generator(recipe.seed, "shuffle", 0).permutation(60_000)[:10]
    model.step(digits.train.inputs[batch] / 255.0, np.eye(10)[digits.train.labels[batch]], 3.0)
    assert_close(after.params, params_of(model), 1e-12)


def test_the_lecture_scripts_run_with_only_their_import_changed(capsys):
    """fit and evaluate as the lecture calls them, a twin made by deepcopy and scaled in place."""
    model = neurons([4, 6, 3])
    twin = copy.deepcopy(model)
    for w in twin.w:
        w /= w.shape[1] ** 0.5
    model.fit(X, Y, 2, 10, 3.0)
    twin.fit(X, Y[:, :, None], 1, 10, 3.0)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0::2] == ["Epoch: 1/2", "Epoch: 2/2", "Epoch: 1/1"]
    loss, accuracy = model.evaluate(X, Y)
    assert lines[3] == f"Loss: {loss:.4f}, Acc: {accuracy:.4f}"
    v = np.array([model.predict(x) for x in X])
    assert v.shape == (53, 3, 1)
    assert loss == pytest.approx(((v[:, :, 0] - Y) ** 2).sum() / (2 * 53))
    assert accuracy == (v[:, :, 0].argmax(axis=1) == BLOBS.train.labels).mean()


def test_the_gradient_of_a_sample_by_finite_differences():
    model = neurons([4, 5, 3], seed=1)
    model.predict(X[0])
    model.gradient(Y[0])

    def loss() -> float:
        return 0.5 * float(((model.predict(X[0])[:, 0] - Y[0]) ** 2).sum())

    for values, gradient in [*zip(model.w, model.delw, strict=True), *zip(model.b, model.delb, strict=True)]:
        for index in np.ndindex(values.shape):
            value = values[index]
            values[index] = value + 1e-6
            above = loss()
            values[index] = value - 1e-6
            below = loss()
            values[index] = value
            assert (above - below) / 2e-6 == pytest.approx(gradient[index], rel=1e-6, abs=1e-9)


def test_a_seed_repeats_the_draws_and_none_does_not():
    assert (neurons([2, 3], seed=1).w[0] == neurons([2, 3], seed=1).w[0]).all()
    assert (neurons([2, 3]).w[0] != neurons([2, 3]).w[0]).all()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("shape", lambda m: neurons([4])),
        ("x has", lambda m: m.predict(np.ones(5))),
        ("y has", lambda m: m.gradient(np.ones(4))),
        ("epochs", lambda m: m.fit(X, Y, 0, 10, 3.0)),
        ("batch_size", lambda m: m.fit(X, Y, 1, 0, 3.0)),
        ("eta", lambda m: m.fit(X, Y, 1, 10, float("inf"))),
        ("x_data", lambda m: m.fit(X[:, :3], Y, 1, 10, 3.0)),
        ("x_data", lambda m: m.evaluate(X * np.nan, Y)),
        ("y_data", lambda m: m.evaluate(X, Y[:, :2])),
        ("y_data", lambda m: m.evaluate(X, Y[:5])),
        ("x_data", lambda m: m.evaluate(X[:0], Y[:0])),
    ],
)
def test_bad_input_is_refused(name, call):
    with pytest.raises(ValueError, match=f"^{name}.*; allowed: "):
        call(neurons([4, 6, 3]))
