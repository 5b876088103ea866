"""Own numbers and labels as a data set."""

from typing import Any

import numpy as np
import pytest

from nncore import Dataset, Recipe, evaluate, fit, generator
from nncore.splits import split_index

RNG = generator(3, "own data")
X = np.concatenate([RNG.normal(-1000, 300, (40, 2)), RNG.normal(1000, 300, (60, 2))])
Y = ["cat"] * 40 + ["wolf"] * 60


def test_own_numbers_are_split_into_what_was_given():
    data = Dataset.from_arrays(X, Y, test=0.25, seed=5)
    assert (data.features, data.classes, data.class_names) == (2, 2, ("cat", "wolf"))
    assert (len(data.train), len(data.test)) == (75, 25)
    assert data.train.images is None
    rows = np.concatenate([data.train.inputs, data.test.inputs])
    names = np.array(data.class_names)[np.concatenate([data.train.labels, data.test.labels])]
    order = np.lexsort(rows.T)
    assert (rows[order] == X[np.lexsort(X.T)]).all(), "each sample once"
    assert (names[order] == np.array(Y)[np.lexsort(X.T)]).all(), "with its own label"


def test_the_seed_decides_the_split():
    first, again, other = (Dataset.from_arrays(X, Y, seed=seed) for seed in (1, 1, 2))
    assert (first.train.inputs == again.train.inputs).all()
    assert (first.test.inputs != other.test.inputs).any()
    assert (first.train.inputs != X[: len(first.train)]).any(), "shuffled"


def test_a_network_learns_from_them():
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    data = Dataset.from_arrays(scaled.tolist(), Y)
    *_, last = fit(Recipe(shape=[2, 4, 2], batch_size=5), 1.0, 20, data)
    assert last.test_accuracy > 0.9


@pytest.mark.parametrize(
    ("labels", "names", "numbers"),
    [
        ([3, 3, -1, 70], (-1, 3, 70), [1, 1, 0, 2]),
        (np.array([2.0, 1.0, 2.0, 1.0]), (1.0, 2.0), [1, 0, 1, 0]),
        ([True, False, True, True], (False, True), [1, 0, 1, 1]),
        (np.array(["b", "a", "b", "b"], dtype=object), ("a", "b"), [1, 0, 1, 1]),
        (np.array([[1], [0], [1], [1]]), (0, 1), [1, 0, 1, 1]),
        ([np.int8(5), 6, np.uint8(5), 6], (5, 6), [0, 1, 0, 1]),
    ],
)
def test_labels_of_any_kind_keep_their_names(labels, names, numbers):
    data = Dataset.from_arrays(np.arange(8.0).reshape(4, 2), labels, test=1)
    assert repr(data.class_names) == repr(names)
    parts = [
        pair for part in (data.train, data.test) for pair in zip(part.inputs[:, 0], part.labels, strict=True)
    ]
    found = {float(x): int(label) for x, label in parts}
    assert [found[x] for x in (0.0, 2.0, 4.0, 6.0)] == numbers


def test_bytes_are_pixels_and_stacks_of_them_pictures():
    pictures = RNG.integers(0, 256, (20, 8, 6)).astype(np.uint8)
    data = Dataset.from_arrays(pictures, np.arange(20) % 2)
    assert data.features == 48
    assert data.train.images.shape == (15, 8, 6)
    assert (data.train.images.reshape(15, 48) == data.train.inputs).all()
    assert data.train.rows(slice(0, 1), np.dtype(np.float32)).max() <= 1.0
    whole = Dataset.from_arrays(pictures.astype(int), np.arange(20) % 2)
    assert whole.train.images is None
    assert whole.train.inputs.dtype == np.float64
    shown = Dataset.from_arrays(np.arange(20.0).reshape(20, 1), np.arange(20) % 2, images=pictures)
    first = int(shown.test.inputs[0, 0])
    assert (shown.test.images[0] == pictures[first]).all()


def test_what_was_given_is_not_shared():
    mine = np.ones((10, 2))
    data = Dataset.from_arrays(mine, [0, 1] * 5)
    mine[:] = 7.0
    assert (data.train.inputs == 1.0).all()


SPOILT = X.copy()
SPOILT[33, 1] = np.nan


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"X": SPOILT}, r"^X has NaN in row 33, column 1 .*; allowed: finite numbers"),
        ({"X": X * 1e300}, r"^X has -?\d.* in row 0, column 0 .*; allowed: finite numbers up to 3\.4e\+38"),
        ({"X": X[:, 0]}, r"^X has shape \(100,\); allowed: \(n, features\).*reshape"),
        ({"X": X[:, :0]}, r"^X has shape \(100, 0\); allowed"),
        ({"X": [["a", "b"]] * 100}, r"^X has <U1 in it; allowed: numbers"),
        ({"X": [[1, 2], [1]] * 50}, r"^X is \[\[1, 2\].*; allowed: an array, or lists of the same length"),
        ({"X": X[:99]}, r"^y has 100 labels; allowed: 99, one for each row of X"),
        ({"y": ["cat"] * 100}, r"^y has 1 classes, 'cat' alone; allowed: 2 to 256"),
        ({"X": np.zeros((300, 1)), "y": np.arange(300)}, r"^y has 300 classes; allowed: 2 to 256"),
        ({"y": [0.5, *range(99)]}, r"^y has 0\.5 in row 0; allowed: .*whole numbers"),
        ({"y": [0, *[float("nan")] * 99]}, r"^y has nan in row 1; allowed"),
        ({"y": ["a", 1] * 50}, r"^y has 1 in row 1; allowed: .* all words or all whole numbers"),
        ({"y": [*["a"] * 99, None]}, r"^y has None in row 99; allowed"),
        ({"y": np.eye(100)}, r"^y has shape \(100, 100\); allowed: \(n,\)"),
        ({"y": []}, r"^y has shape \(0,\); allowed"),
        ({"y": np.array(["2026-01-01"] * 100, "datetime64[D]")}, r"^y has datetime64\[D\] in it; allowed"),
        ({"test": 0}, r"^test is 0; allowed"),
        ({"test": 1.5}, r"^test is 1\.5; allowed: a share below 1"),
        ({"test": 100}, r"^test is 100; allowed"),
        ({"test": "half"}, r"^test is 'half'; allowed"),
        ({"seed": -1}, r"^seed is -1; allowed"),
        (
            {"images": np.zeros((99, 3, 3), np.uint8)},
            r"^images is uint8 of shape \(99, 3, 3\); allowed: uint8",
        ),
    ],
)
def test_what_cannot_be_is_named_with_its_place(given: dict[str, Any], said: str):
    with pytest.raises(ValueError, match=said) as error:
        Dataset.from_arrays(**{"X": X, "y": Y, **given})
    assert len(str(error.value)) < 250
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("test", "count"), [(0.25, 2), (0.001, 1), (0.999, 9), (3, 3), (np.int64(9), 9)])
def test_both_parts_have_something(test, count):
    train, held_back = split_index(10, test, 1)
    assert len(held_back) == count
    assert sorted([*train, *held_back]) == list(range(10))


def test_evaluating_needs_no_pictures():
    data = Dataset.from_arrays(X, Y)
    recipe = Recipe(shape=(2, 4, 2), batch_size=5)
    (report,) = fit(recipe, 0.1, 1, data)
    assert evaluate(report.params, recipe, data.test.first(10)).predictions.shape == (10,)
