from itertools import product

import numpy as np
import pytest

from nncore import (
    ACTIVATIONS,
    LOSSES,
    Dataset,
    Params,
    Recipe,
    Samples,
    evaluate,
    forward,
    initial_state,
    outputs,
)
from nncore.fast.outputs import output_z
from tests.nncore.blobs import make_blobs


def test_loss_and_accuracy_of_the_lecture_by_hand():
    """No weights, biases ln 3 and 0: outputs 3/4 and 1/2 for everybody."""
    params = Params((np.zeros((2, 2)),), (np.array([np.log(3.0), 0.0]),))
    recipe = Recipe(shape=(2, 2), batch_size=1, dtype="float64")
    labels = np.array([0, 0, 0, 1], np.uint8)
    samples = Samples(np.ones((4, 2)), labels, np.zeros((4, 28, 28), np.uint8))
    found = evaluate(params, recipe, samples)
    assert found.accuracy == 0.75
    assert found.predictions.tolist() == [0, 0, 0, 0]
    # label 0: (1/4)^2 + (1/2)^2 = 5/16; label 1: (3/4)^2 + (1/2)^2 = 13/16; 1/(2n) of the sum
    assert found.loss == pytest.approx((3 * 5 / 16 + 13 / 16) / 8, rel=1e-14)


def test_cross_entropy_by_hand():
    """Probabilities 3/4 and 1/4: -ln 3/4 for label 0, -ln 1/4 for label 1."""
    params = Params((np.zeros((2, 2)),), (np.array([np.log(3.0), 0.0]),))
    recipe = Recipe(shape=(2, 2), batch_size=1, loss="cross-entropy", dtype="float64")
    samples = Samples(np.ones((2, 2)), np.array([0, 1], np.uint8), np.zeros((2, 28, 28), np.uint8))
    assert evaluate(params, recipe, samples).loss == pytest.approx((np.log(4 / 3) + np.log(4)) / 2, rel=1e-14)


def test_sigmoid_cross_entropy_by_hand():
    """Outputs 3/4 and 1/2: -ln 3/4 - ln 1/2 for label 0, -ln 1/4 - ln 1/2 for label 1."""
    params = Params((np.zeros((2, 2)),), (np.array([np.log(3.0), 0.0]),))
    recipe = Recipe(shape=(2, 2), batch_size=1, loss="sigmoid-cross-entropy", dtype="float64")
    samples = Samples(np.ones((2, 2)), np.array([0, 1], np.uint8))
    expected = (np.log(4 / 3) + np.log(2) + np.log(4) + np.log(2)) / 2
    assert evaluate(params, recipe, samples).loss == pytest.approx(expected, rel=1e-14)
    certain = Params((np.zeros((2, 2)),), (np.array([1000.0, -1000.0]),))
    assert evaluate(certain, recipe, samples.chosen(slice(1, 2))).loss == 2000.0, "certain and wrong"


def test_cross_entropy_stays_finite_when_the_network_is_certain_and_wrong():
    params = Params((np.zeros((2, 2)),), (np.array([1000.0, 0.0]),))
    recipe = Recipe(shape=(2, 2), batch_size=1, loss="cross-entropy", dtype="float64")
    samples = Samples(np.ones((1, 2)), np.array([1], np.uint8), np.zeros((1, 28, 28), np.uint8))
    assert evaluate(params, recipe, samples).loss == 1000.0


def test_more_samples_than_one_chunk():
    rng = np.random.default_rng(1)
    n = 2345
    samples = Samples(
        rng.random((n, 2)), (rng.random(n) < 0.5).astype(np.uint8), np.zeros((n, 28, 28), np.uint8)
    )
    data = Dataset("noise", 2, 2, samples, samples)
    params = Params((rng.standard_normal((2, 2)),), (rng.standard_normal(2),))
    recipe = Recipe(shape=(2, 2), batch_size=1, dtype="float64")
    v = outputs(params, recipe, samples.inputs)
    t = np.eye(2)[samples.labels]
    found = evaluate(params, recipe, data.train)
    assert found.loss == pytest.approx(((v - t) ** 2).sum() / (2 * n), rel=1e-12)
    assert found.predictions.tolist() == v.argmax(axis=1).tolist()


@pytest.mark.parametrize(("activation", "loss"), list(product(ACTIVATIONS, LOSSES)))
@pytest.mark.parametrize("shape", [(4, 3), (4, 6, 5, 3)])
def test_kernel_and_reference_agree_for_every_choice(activation, loss, shape):
    recipe = Recipe(shape=shape, batch_size=1, activation=activation, loss=loss, dtype="float64")
    params = initial_state(recipe).params
    test = make_blobs().test
    trace = forward(params, recipe, test.inputs)
    losses = LOSSES[loss].value(trace.z[-1], trace.v[-1], np.eye(3)[test.labels])
    found = evaluate(params, recipe, test)
    assert found.loss == pytest.approx(losses.mean(), rel=1e-12)
    assert found.predictions.tolist() == trace.v[-1].argmax(axis=1).tolist()


@pytest.mark.parametrize(("name", "shape"), [("inputs", (3, 2)), ("labels", (2, 1)), ("params", (2, 4))])
def test_samples_and_parameters_of_another_network_are_refused(name, shape):
    params = Params((np.zeros((shape[1] if name != "params" else 3, shape[0])),), (np.zeros(shape[1]),))
    recipe = Recipe(shape=shape, batch_size=1, dtype="float64")
    samples = Samples(np.ones((2, 2)), np.array([0, 1], np.uint8), np.zeros((2, 28, 28), np.uint8))
    with pytest.raises(ValueError, match=rf"{name} .*; allowed: "):
        evaluate(params, recipe, samples)


@pytest.mark.parametrize(
    "x", [np.ones(3), np.ones((2, 3)), np.ones((2, 2), np.uint8), [1.0, 2.0], np.array([["a", "b"]])]
)
def test_inputs_of_another_form_are_refused(x):
    params = Params((np.zeros((2, 2)),), (np.zeros(2),))
    with pytest.raises(ValueError, match=r"x .*; allowed: "):
        outputs(params, Recipe(shape=(2, 2), batch_size=1, dtype="float64"), x)


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh"])
@pytest.mark.parametrize("shape", [(4, 30, 3), (4, 303, 46, 3)])
def test_neurons_that_fill_the_lanes_change_no_output(shape, activation):
    recipe = Recipe(shape=shape, batch_size=5, activation=activation, dtype="float64")
    data = make_blobs()
    params = initial_state(recipe).params
    (found,) = (z for _, z in output_z(params, recipe, data.test))
    np.testing.assert_allclose(found, forward(params, recipe, data.test.inputs).z[-1], rtol=1e-9, atol=1e-12)


def test_a_layer_at_the_bound_is_evaluated_as_it_is():
    recipe = Recipe(shape=(4, 99_999, 3), batch_size=5)
    evaluate(initial_state(recipe).params, recipe, make_blobs().test)
