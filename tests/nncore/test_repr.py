"""What one sees who types a name: a line that says what it is."""

import numpy as np
import pytest

import nncore
from nncore import Dataset, Recipe, Samples, SlicePlan
from nncore.neurons import neurons

WIDE = Recipe(shape=(784, 30, 10), batch_size=10)
N = 3000
RNG = nncore.generator(1, "test data")
PICTURES = RNG.integers(0, 256, (N, 28, 28)).astype(np.uint8)
DATA = Dataset.from_arrays(PICTURES, np.arange(N) % 10, test=500, name="noise")
STATE = nncore.initial_state(WIDE)
SAMPLE = DATA.test.rows(slice(0, 1), np.dtype(np.float32))[0]


def test_they_say_what_it_is():
    assert repr(DATA) == "Dataset('noise': 784 inputs, 10 classes, 2,500 to train, 500 to test)"
    assert repr(DATA.test) == "Samples(500 with 784 inputs each, uint8, pictures 28 x 28)"
    assert repr(Samples(np.ones((5, 2)), np.zeros(5, np.uint8))) == "Samples(5 with 2 inputs each, float64)"
    assert repr(STATE.params) == "Params(784-30-10, 23,860 weights and biases, float32)"
    assert repr(neurons([2, 5, 2])) == "neurons([2, 5, 2])"
    assert repr(nncore.forward(STATE.params, WIDE, SAMPLE[None])) == "Trace(1 samples through 784-30-10)"


@pytest.mark.parametrize(
    "recipe", [WIDE, Recipe(shape=[2, 2], batch_size=1, loss="cross-entropy", l2=0.5, train_size=9)]
)
def test_a_recipe_is_shown_as_the_call_that_makes_it(recipe):
    assert eval(repr(recipe)) == recipe
    assert "momentum" not in repr(recipe), "nothing that is left to its default"


def test_none_of_them_is_long():
    state, report = nncore.train_slice(STATE, SlicePlan(WIDE, 3.0, 250, (5,)), DATA)
    found = [
        DATA,
        state,
        report,
        report.epochs[0],
        report.points[0],
        nncore.evaluate(state.params, WIDE, DATA.test),
        nncore.inspect_sample(state.params, WIDE, SAMPLE, 3),
        nncore.layer_statistics(state.params, WIDE, DATA.test),
    ]
    for value in found:
        assert len(repr(value)) < 700, repr(value)
        assert "array" not in repr(value)
        assert "\n" not in repr(value)
