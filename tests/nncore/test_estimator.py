"""NetworkClassifier: by itself, and as scikit-learn holds it to its rules."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from nncore import DivergedError, NetworkClassifier, Recipe, fingerprint, fit
from tests.nncore.blobs import make_blobs

BLOBS = make_blobs(train=200)
X, Y = BLOBS.train.inputs, np.array(["a", "b", "c"])[BLOBS.train.labels]
TEST = BLOBS.test.inputs, np.array(["a", "b", "c"])[BLOBS.test.labels]


def test_it_learns_and_tells_classes_by_their_names():
    model = NetworkClassifier(hidden=[6]).fit(X.tolist(), Y.tolist())
    assert model.classes_.tolist() == ["a", "b", "c"]
    assert model.n_features_in_ == 4
    assert model.score(*TEST) > 0.8
    assert model.score(*TEST) == (model.predict(TEST[0]) == TEST[1]).mean()
    shares = model.predict_proba(TEST[0])
    assert shares.shape == (120, 3)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert (model.classes_[shares.argmax(axis=1)] == model.predict(TEST[0])).all()


@pytest.mark.parametrize("loss", ["quadratic", "sigmoid-cross-entropy"])
def test_sigmoid_outputs_are_shared_out(loss):
    shares = NetworkClassifier((6,), loss=loss, epochs=2).fit(X, Y).predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_it_is_the_network_that_fit_trains():
    model = NetworkClassifier(hidden=(6,), eta=0.3, epochs=3, batch_size=7, seed=5).fit(X, Y)
    recipe = Recipe(
        shape=(4, 6, 3), batch_size=7, seed=5, loss="cross-entropy", initialization="scaled", dtype="float64"
    )
    reports = list(fit(recipe, 0.3, 3, BLOBS))
    assert fingerprint(model.params_) == fingerprint(reports[-1].params)
    assert model.loss_curve_ == [report.train_loss for report in reports]


def test_bytes_are_numbers_as_others_are():
    whole = np.round(10 * X - 10 * X.min()).astype(np.uint8)
    left, right = (NetworkClassifier(epochs=2).fit(x, Y) for x in (whole, whole.astype(float)))
    assert fingerprint(left.params_) == fingerprint(right.params_)
    assert (left.predict_proba(whole) == right.predict_proba(whole.astype(float))).all()


def test_arguments_are_read_set_and_shown():
    model = NetworkClassifier([5], eta=2.0)
    assert NetworkClassifier(**model.get_params()).get_params() == model.get_params()
    assert repr(model.set_params(epochs=3)) == "NetworkClassifier(epochs=3, eta=2.0, hidden=[5])"
    with pytest.raises(ValueError, match=r"^parameter is 'layers'; allowed: activation, batch_size, "):
        model.set_params(layers=3)


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        ({"epochs": 0}, (X, Y), "^epochs is 0; allowed"),
        ({"eta": -1}, (X, Y), "^eta is -1; allowed"),
        ({"hidden": [2.5]}, (X, Y), r"^shape\[1\] is 2.5; allowed"),
        ({}, (X[:5], Y), "^y has 200 labels; allowed: 5"),
        ({}, (X, ["a"] * 200), "^y has 1 classes, 'a' alone; allowed"),
        ({}, (np.zeros((200, 3, 3)), Y), r"^X has shape \(200, 3, 3\); allowed"),
        ({}, (np.array([[object()]] * 200), Y), "^X has .* in it; allowed: numbers"),
    ],
)
def test_what_cannot_be_is_refused_by_fit(arguments: dict[str, Any], given, said):
    with pytest.raises(ValueError, match=said):
        NetworkClassifier(**arguments).fit(*given)


def test_it_does_not_predict_before_it_has_learned_nor_after_it_has_diverged():
    model = NetworkClassifier(activation="relu", l2=1.0, eta=1000.0, epochs=50)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"has not learned anything; allowed after fit\(X, y\)"):
            model.predict(X)
        with pytest.raises(DivergedError):
            model.fit(X, Y)


def test_it_needs_no_scikit_learn():
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "from nncore import NetworkClassifier\n"
        "print(NetworkClassifier(epochs=200, batch_size=1).fit([[0.0], [1.0]], [7, 9]).predict([[1.0]]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[9]\n"


WORDS = "the same is refused, in nncore's words"
NOT_MET = {
    "check_estimators_unfitted": "the exception is nncore's own: scikit-learn's would have to be imported",
    "check_complex_data": WORDS,
    "check_dtype_object": "objects that are no numbers are a ValueError, as everywhere in nncore",
    "check_estimators_empty_data_messages": WORDS,
    "check_classifiers_regression_target": WORDS,
    "check_fit2d_predict1d": WORDS,
    "check_requires_y_none": WORDS,
    "check_supervised_y_2d": "a column of labels is taken without a warning",
}


@pytest.mark.filterwarnings("ignore:Estimator NetworkClassifier does not inherit")
def test_scikit_learn_finds_it_in_order_as_far_as_its_checks_apply():
    from sklearn.utils.estimator_checks import check_estimator

    results = check_estimator(NetworkClassifier(), on_fail=None, on_skip=None, expected_failed_checks=NOT_MET)
    found = {(result["check_name"], result["status"]) for result in results}
    assert {name for name, status in found if status == "failed"} == set()
    assert {name for name, status in found if status == "xfail"} == set(NOT_MET)
    assert sum(status == "passed" for _, status in found) > 35


def test_it_stands_in_a_pipeline_and_a_search():
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    pipeline = make_pipeline(StandardScaler(), NetworkClassifier(hidden=(5,), epochs=5))
    search = GridSearchCV(pipeline, {"networkclassifier__eta": [0.001, 0.5]}, cv=3).fit(1000.0 * X, Y)
    assert search.best_params_ == {"networkclassifier__eta": 0.5}
    assert search.score(1000.0 * TEST[0], TEST[1]) > 0.8
