"""The kernel's memory of the past holds no subnormal numbers, and clearing it changes no parameter."""

import numpy as np
import pytest

from nncore import Recipe, initial_state
from nncore.datasets import Samples
from nncore.fast.kernel import CHUNK, CHUNKS_TO_FADE, KernelLearner

RECIPE = Recipe(shape=(4, 3, 2), batch_size=10, optimizer="momentum")
STEPS = 2000  # 0.9 to this power is far below what float32 can hold


@pytest.fixture
def seldom_lit() -> Samples:
    """Samples of which only the first lights the last pixel."""
    inputs = np.random.default_rng(1).random((50, 4), np.float32)
    inputs[:, 3] = 0
    inputs[0, 3] = 1
    return Samples(inputs, np.arange(50, dtype=np.uint8) % 2, np.zeros((50, 28, 28), np.uint8))


def order() -> np.ndarray:
    """The first sample in the first batch, and never again."""
    rest = np.random.default_rng(2).integers(1, 50, STEPS * RECIPE.batch_size)
    rest[0] = 0
    return rest


def subnormal(learner: KernelLearner) -> int:
    (memory,) = learner.memory()
    tiny = np.finfo(np.float32).tiny
    return sum(int(((array != 0) & (np.abs(array) < tiny)).sum()) for array in memory.arrays())


def trained(samples: Samples) -> KernelLearner:
    state = initial_state(RECIPE)
    learner = KernelLearner(RECIPE, state.params, state.memory, samples)
    learner.run(order(), 0.5)
    return learner


def test_what_has_faded_is_forgotten_and_no_parameter_changes(
    seldom_lit: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert STEPS * RECIPE.batch_size % (CHUNK * CHUNKS_TO_FADE) == 0
    forgetful = trained(seldom_lit)
    monkeypatch.setattr(KernelLearner, "_forget_faded", lambda self, number: None)
    remembering = trained(seldom_lit)
    assert subnormal(remembering) > 0
    assert subnormal(forgetful) == 0
    for one, other in zip(forgetful.params().arrays(), remembering.params().arrays(), strict=True):
        np.testing.assert_array_equal(one, other)
