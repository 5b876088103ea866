import numpy as np
import pytest

from nncore import (
    LOSSES,
    Recipe,
    confusion_matrix,
    decision_grid,
    evaluate,
    gradients,
    initial_state,
    inspect_sample,
    layer_statistics,
    outputs,
)
from tests.nncore.blobs import assert_close, make_blobs

BLOBS = make_blobs()


@pytest.mark.parametrize("loss", list(LOSSES))
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
        certain = np.log(view.v[-1]), np.log(1 - view.v[-1])
        others = [certain[1][j] for j in range(3) if j != label] if loss == "sigmoid-cross-entropy" else []
        assert view.loss == pytest.approx(-certain[0][label] - sum(others))


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
