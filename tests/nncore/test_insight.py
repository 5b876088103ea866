import numpy as np
import pytest

from nncore import (
    Recipe,
    confusion_matrix,
    decision_grid,
    evaluate,
    gradients,
    initial_state,
    inspect_sample,
    layer_statistics,
    load_digits,
    outputs,
)
from tests.nncore.blobs import assert_close, make_blobs

BLOBS = make_blobs()


@pytest.mark.parametrize("loss", ["quadratic", "cross-entropy"])
def test_one_sample_forward_and_back(loss):
    recipe = Recipe(shape=(4, 6, 5, 3), batch_size=1, loss=loss, dtype="float64")
    params = initial_state(recipe).params
    x, label = BLOBS.train.inputs[7], int(BLOBS.train.labels[7])
    view = inspect_sample(params, recipe, x, label)
    assert [v.shape for v in view.v] == [(4,), (6,), (5,), (3,)]
    for layer in range(3):
        np.testing.assert_allclose(view.z[layer], params.w[layer] @ view.v[layer] + params.b[layer])
        np.testing.assert_array_equal(view.gradient.b[layer], view.delta[layer])
    assert_close(view.gradient, gradients(params, recipe, x[None], np.eye(3)[[label]]), 1e-15)
    one = BLOBS.train.first(8)
    assert view.prediction == evaluate(params, recipe, one).predictions[7]
    assert view.v[-1].argmax() == view.prediction
    if loss == "quadratic":
        assert view.loss == pytest.approx(0.5 * ((view.v[-1] - np.eye(3)[label]) ** 2).sum())
        np.testing.assert_allclose(
            view.delta[-1], (view.v[-1] - np.eye(3)[label]) * view.v[-1] * (1 - view.v[-1])
        )
    else:
        assert view.loss == pytest.approx(-np.log(view.v[-1][label]))


@pytest.fixture(scope="module")
def some_digits():
    return load_digits().train.first(1000)


def test_the_surprise_of_the_lesson(some_digits):
    """Real pixels are no unit Gaussians: z is 9 to 10 wide, not 28, and 60 % of the units are saturated."""
    recipe = Recipe(shape=(784, 30, 10), batch_size=10)
    first, _ = layer_statistics(initial_state(recipe).params, recipe, some_digits)
    assert first.unit_width == pytest.approx(28, rel=0.02)
    assert first.data_width == pytest.approx(9.7, abs=0.5)
    assert 0.55 < first.saturated < 0.70
    assert 0.03 < first.mean_slope < 0.05
    centres = (first.z.edges[1:] + first.z.edges[:-1]) / 2
    spread = np.sqrt((first.z.counts * centres**2).sum() / first.z.counts.sum())
    assert spread == pytest.approx(first.data_width, rel=0.2)


def test_scaled_weights_leave_no_unit_saturated(some_digits):
    recipe = Recipe(shape=(784, 30, 10), batch_size=10, initialization="scaled")
    first, _ = layer_statistics(initial_state(recipe).params, recipe, some_digits)
    assert first.unit_width == pytest.approx(1, rel=0.02)
    assert first.saturated == 0
    assert first.mean_slope == pytest.approx(0.2, abs=0.02)


def test_histograms_count_every_unit_of_every_sample():
    recipe = Recipe(shape=(4, 6, 3), batch_size=1, loss="cross-entropy", activation="tanh")
    hidden, out = layer_statistics(initial_state(recipe).params, recipe, BLOBS.test, bins=7)
    for histogram, count in [
        (hidden.z, 720),
        (hidden.v, 720),
        (hidden.delta, 720),
        (hidden.w, 24),
        (out.w, 18),
    ]:
        assert histogram.counts.sum() == count
        assert len(histogram.edges) == len(histogram.counts) + 1 == 8
    assert out.saturated is None
    assert out.mean_slope is None
    gradient = gradients(
        initial_state(recipe).params, recipe, BLOBS.test.inputs, np.eye(3)[BLOBS.test.labels]
    )
    assert hidden.gradient_size == pytest.approx(np.sqrt((gradient.w[0] ** 2).mean()), rel=1e-5)


def test_confusion_counts_each_sample_once():
    recipe = Recipe(shape=(4, 6, 3), batch_size=1)
    found = evaluate(initial_state(recipe).params, recipe, BLOBS.test)
    matrix = confusion_matrix(found.predictions, BLOBS.test.labels, 3)
    assert matrix.sum(axis=1).tolist() == np.bincount(BLOBS.test.labels, minlength=3).tolist()
    assert np.trace(matrix) / 120 == found.accuracy


def test_the_grid_gives_the_outputs_at_its_points():
    recipe = Recipe(shape=(2, 5, 2), batch_size=1, dtype="float64")
    params = initial_state(recipe).params
    grid = decision_grid(params, recipe, (0.0, 1.0), (-1.0, 2.0), points=4)
    assert grid.shape == (4, 4, 2)
    expected = outputs(params, recipe, np.array([[1 / 3, -1.0], [1.0, 2.0]]))
    np.testing.assert_allclose([grid[0, 1], grid[3, 3]], expected)


LABELS = np.array([0, 1], np.uint8)
PLANE = Recipe(shape=(2, 5, 2), batch_size=1)
WIDE = Recipe(shape=(4, 6, 3), batch_size=1)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("label", lambda: inspect_sample(initial_state(WIDE).params, WIDE, np.ones(4), 3)),
        ("x", lambda: inspect_sample(initial_state(WIDE).params, WIDE, np.ones(5), 0)),
        ("x", lambda: inspect_sample(initial_state(WIDE).params, WIDE, np.full(4, np.nan), 0)),
        ("bins", lambda: layer_statistics(initial_state(WIDE).params, WIDE, BLOBS.test, bins=0)),
        ("predictions", lambda: confusion_matrix(LABELS[:1], LABELS, 2)),
        ("labels", lambda: confusion_matrix(LABELS * 0, LABELS, 1)),
        ("shape", lambda: decision_grid(initial_state(WIDE).params, WIDE, (0, 1), (0, 1))),
        ("first", lambda: decision_grid(initial_state(PLANE).params, PLANE, (1, 1), (0, 1))),
        ("second", lambda: decision_grid(initial_state(PLANE).params, PLANE, (0, 1), (0, float("nan")))),
        ("points", lambda: decision_grid(initial_state(PLANE).params, PLANE, (0, 1), (0, 1), points=1)),
    ],
)
def test_bad_input_is_refused(name, call):
    with pytest.raises(ValueError, match=f"^{name} .*; allowed: "):
        call()
