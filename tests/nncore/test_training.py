import pickle

import numpy as np
import pytest

from nncore import (
    DivergedError,
    Recipe,
    Samples,
    SlicePlan,
    TrainState,
    evaluate,
    fingerprint,
    fit,
    gradients,
    initial_state,
    steps_per_epoch,
    train_slice,
)
from nncore.rng import generator
from tests.nncore.blobs import assert_close, assert_equal, freeze

VARIANTS = [
    {},
    {"dtype": "float64"},
    {"optimizer": "momentum", "l2": 0.01},
    {"loss": "cross-entropy", "activation": "relu", "initialization": "he"},
    {"activation": "tanh", "initialization": "glorot", "train_size": 31},
]


def recipe_of(**choices) -> Recipe:
    return Recipe(**{"shape": (4, 6, 3), "batch_size": 5, **choices})


@pytest.mark.parametrize("choices", VARIANTS)
def test_slicing_changes_no_bit(blobs, choices):
    recipe = recipe_of(**choices)
    start = freeze(initial_state(recipe))
    whole, report = train_slice(start, SlicePlan(recipe, 0.5, 47), blobs)
    state, reports = start, []
    for steps in (1, 2, 9, 11, 1, 23):
        state, part = train_slice(freeze(state), SlicePlan(recipe, 0.5, steps), blobs)
        reports += part.epochs
    assert state.step == whole.step == 47
    assert_equal(state.params, whole.params)
    for left, right in zip(state.memory, whole.memory, strict=True):
        assert_equal(left, right)
    assert [(r.epoch, r.step, r.train_loss, r.test_loss) for r in reports] == [
        (r.epoch, r.step, r.train_loss, r.test_loss) for r in report.epochs
    ]
    assert [fingerprint(r.params) for r in reports] == [fingerprint(r.params) for r in report.epochs]


@pytest.mark.parametrize("choices", VARIANTS)
def test_points_change_no_bit_and_are_what_an_evaluation_gives(blobs, choices):
    recipe = recipe_of(**choices)
    start = freeze(initial_state(recipe))
    per_epoch = steps_per_epoch(recipe.train_size or len(blobs.train), recipe.batch_size)
    asked = (0, 1, 2, 5, per_epoch, per_epoch + 3, 29, 1000)
    whole, _ = train_slice(start, SlicePlan(recipe, 0.5, 30), blobs)
    measured, report = train_slice(start, SlicePlan(recipe, 0.5, 30, asked), blobs)
    assert fingerprint(measured.params) == fingerprint(whole.params)
    expected = sorted({step for step in asked if step < 30 and (step % per_epoch or not step)})
    assert [point.step for point in report.points] == expected, "ends of epochs are told anyway"
    train = blobs.train.first(recipe.train_size or len(blobs.train))
    for point in report.points:
        state = start
        if point.step > 1:
            state, _ = train_slice(start, SlicePlan(recipe, 0.5, point.step - 1), blobs)
        if point.step:
            epoch, done = divmod(point.step - 1, per_epoch)
            order = generator(recipe.seed, "shuffle", epoch).permutation(len(train))
            rows = order[done * 5 : (done + 1) * 5]
            batch = Samples(train.inputs[rows], train.labels[rows], train.images[rows])
            assert point.batch_loss == evaluate(state.params, recipe, batch).loss
            state, _ = train_slice(state, SlicePlan(recipe, 0.5, 1), blobs)
        else:
            assert point.batch_loss is None
        seen, unseen = evaluate(state.params, recipe, train), evaluate(state.params, recipe, blobs.test)
        assert (point.train_loss, point.train_accuracy) == (seen.loss, seen.accuracy)
        assert (point.test_loss, point.test_accuracy) == (unseen.loss, unseen.accuracy)
        assert (point.predictions == unseen.predictions[:100]).all()
        assert point.sample is None, "there are no more samples than a point is measured on"


def test_two_updates_by_hand(blobs):
    """w <- w - eta/m sum dL/dw over the batch, with the epoch's own shuffle."""
    recipe = recipe_of(dtype="float64")
    start = initial_state(recipe)
    order = generator(recipe.seed, "shuffle", 0).permutation(53)
    params = start.params.copy()
    for batch in (order[:5], order[5:10]):
        x, t = blobs.train.inputs[batch], np.eye(3)[blobs.train.labels[batch]]
        for p, g in zip(params.arrays(), gradients(params, recipe, x, t).arrays(), strict=True):
            p -= 0.5 * g
    state, _ = train_slice(start, SlicePlan(recipe, 0.5, 2), blobs)
    assert_close(state.params, params, 1e-13)


def test_the_last_smaller_batch_is_divided_by_its_own_size(blobs):
    recipe = recipe_of(dtype="float64")
    before, _ = train_slice(initial_state(recipe), SlicePlan(recipe, 0.5, 10), blobs)
    after, report = train_slice(before, SlicePlan(recipe, 0.5, 1), blobs)
    rest = generator(recipe.seed, "shuffle", 0).permutation(53)[50:]
    x, t = blobs.train.inputs[rest], np.eye(3)[blobs.train.labels[rest]]
    gradient = gradients(before.params, recipe, x, t)
    for old, new, g in zip(before.params.arrays(), after.params.arrays(), gradient.arrays(), strict=True):
        np.testing.assert_allclose(new, old - 0.5 * g, atol=1e-13)
    assert report.epochs[0].step == steps_per_epoch(53, 5) == 11


def test_every_epoch_is_reported_with_both_samples_evaluated(blobs):
    recipe = recipe_of()
    state, report = train_slice(initial_state(recipe), SlicePlan(recipe, 1.0, 33), blobs)
    assert [(r.epoch, r.step) for r in report.epochs] == [(1, 11), (2, 22), (3, 33)]
    last = report.epochs[-1]
    assert_equal(last.params, state.params)
    train, test = (evaluate(state.params, recipe, s) for s in (blobs.train, blobs.test))
    assert (last.train_loss, last.train_accuracy) == (train.loss, train.accuracy)
    assert (last.test_loss, last.test_accuracy) == (test.loss, test.accuracy)
    assert last.predictions.tolist() == test.predictions[:100].tolist()
    assert last.test_accuracy > report.epochs[0].test_accuracy or last.test_accuracy > 0.9


def test_momentum_zero_is_plain_descent(blobs):
    plain = recipe_of(dtype="float64")
    ball = recipe_of(dtype="float64", optimizer="momentum", momentum=0.0)
    left, _ = train_slice(initial_state(plain), SlicePlan(plain, 0.5, 20), blobs)
    right, _ = train_slice(initial_state(ball), SlicePlan(ball, 0.5, 20), blobs)
    assert_close(left.params, right.params, 1e-12)


def test_l2_pulls_weights_but_not_biases(blobs):
    recipe = recipe_of(dtype="float64", l2=0.1)
    without = recipe_of(dtype="float64")
    start = initial_state(recipe)
    pulled, _ = train_slice(start, SlicePlan(recipe, 0.5, 1), blobs)
    free, _ = train_slice(start, SlicePlan(without, 0.5, 1), blobs)
    for layer in range(2):
        expected = free.params.w[layer] - 0.5 * 0.1 * start.params.w[layer]
        np.testing.assert_allclose(pulled.params.w[layer], expected, atol=1e-14)
        np.testing.assert_allclose(pulled.params.b[layer], free.params.b[layer], atol=1e-14)


def diverging() -> tuple[TrainState, Recipe]:
    """1 - eta lambda = -99 multiplies the weights at each update: they leave float32 in the second epoch."""
    recipe = recipe_of(l2=1.0)
    return initial_state(recipe), recipe


def test_divergence_is_found_at_the_same_step_however_it_is_sliced(blobs):
    start, recipe = diverging()
    final, report = train_slice(start, SlicePlan(recipe, 100.0, 100), blobs)
    assert report.diverged_at is not None
    assert final.step == report.diverged_at - 1 > 0
    assert all(np.isfinite(a).all() for a in final.params.arrays())
    assert all(r.step < report.diverged_at for r in report.epochs)
    for width in (1, 3):
        state, found = start, None
        while found is None:
            state, part = train_slice(state, SlicePlan(recipe, 100.0, width), blobs)
            found = part.diverged_at
        assert found == report.diverged_at
        assert_equal(state.params, final.params)


@pytest.mark.parametrize("eta", [0.0, -1.0, float("nan"), float("inf"), True, "1"])
def test_eta_is_checked(eta):
    with pytest.raises(ValueError, match=r"eta is .*; allowed: finite numbers above 0"):
        SlicePlan(recipe_of(), eta, 1)


def test_a_recipe_for_other_data_is_refused(blobs):
    recipe = recipe_of(shape=(5, 6, 3))
    with pytest.raises(ValueError, match=r"shape is \(5, 6, 3\); allowed for blobs: 4 inputs and 3 outputs"):
        train_slice(initial_state(recipe), SlicePlan(recipe, 0.5, 1), blobs)


def test_a_training_sample_larger_than_the_data_is_refused(blobs):
    recipe = recipe_of(train_size=54)
    with pytest.raises(ValueError, match="train_size is 54; allowed: whole numbers from 1 to 53"):
        train_slice(initial_state(recipe), SlicePlan(recipe, 0.5, 1), blobs)


@pytest.mark.parametrize("other", [{"dtype": "float64"}, {"optimizer": "momentum"}, {"shape": (4, 7, 3)}])
def test_a_state_of_another_recipe_is_refused(blobs, other):
    with pytest.raises(ValueError, match=r"state\."):
        train_slice(initial_state(recipe_of(**other)), SlicePlan(recipe_of(), 0.5, 1), blobs)


def test_fit_never_ends_silently(blobs):
    start, recipe = diverging()
    _, report = train_slice(start, SlicePlan(recipe, 100.0, 100), blobs)
    epochs = len(report.epochs)
    assert epochs >= 1
    given = []
    with pytest.raises(DivergedError, match="try a smaller eta") as error:
        given.extend(fit(recipe, 100.0, 9, blobs))
    assert len(given) == epochs, "the epochs before were reported"
    assert (error.value.epoch, error.value.step) == (epochs + 1, report.diverged_at)
    assert error.value.eta == 100.0
    again = pickle.loads(pickle.dumps(error.value))
    assert (str(again), again.step) == (str(error.value), error.value.step)
    with pytest.warns(RuntimeWarning, match=f"diverged in epoch {epochs + 1}, step {report.diverged_at}, "):
        given = list(fit(recipe, 100.0, 9, blobs, raise_on_divergence=False))
    assert len(given) == epochs


def test_on_epoch_sees_each_epoch_when_it_is_trained(blobs):
    told = []
    reports = fit(recipe_of(), 0.5, 3, blobs, on_epoch=told.append)
    assert [report.epoch for report in told] == [1, 2, 3], "without anybody asking for them"
    assert [id(report) for report in reports] == [id(report) for report in told]
    _, recipe = diverging()
    told.clear()
    with pytest.raises(DivergedError) as error:
        fit(recipe, 100.0, 9, blobs, on_epoch=told.append)
    assert [report.epoch for report in told] == list(range(1, error.value.epoch))


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"epochs": 0}, "epochs"), ({"eta": -1}, "eta"), ({"recipe": recipe_of(shape=(5, 3))}, "shape")],
)
def test_fit_refuses_before_anybody_asks_for_a_report(blobs, changed, said):
    with pytest.raises(ValueError, match=f"^{said} is .*; allowed"):
        fit(**{"recipe": recipe_of(), "eta": 0.5, "epochs": 1, "data": blobs, **changed})
