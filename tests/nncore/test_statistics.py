"""Statistics of layers: their widths, and histograms of whatever a network holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nncore import Params, Recipe, gradients, initial_state, layer_statistics, load_digits, load_two_features
from nncore.statistics import histogram
from tests.nncore.blobs import make_blobs

BLOBS = make_blobs()


def extremes(dtype: type[np.floating]) -> list[float]:
    facts = np.finfo(dtype)
    one, two = dtype(1), dtype(2)
    numbers = [0.0, 1.0, np.nextafter(one, two), facts.max, -facts.max, facts.tiny, facts.smallest_subnormal]
    return [float(number) for number in numbers] + [np.inf, -np.inf, np.nan]


def matrices(dtype: type[np.floating]) -> st.SearchStrategy[np.ndarray]:
    elements = st.one_of(arrays.from_dtype(np.dtype(dtype)), st.sampled_from(extremes(dtype)))
    return arrays.arrays(dtype, arrays.array_shapes(max_dims=2, max_side=6), elements=elements)


@given(st.sampled_from([np.float32, np.float64]).flatmap(matrices), st.integers(1, 100))
def test_every_finite_value_is_counted_in_bins_that_rise(values, bins):
    found = histogram(values, bins)
    finite = values[np.isfinite(values)]
    assert found.counts.sum() == finite.size
    assert found.not_finite == values.size - finite.size
    assert len(found.counts) == bins
    assert len(found.edges) == bins + 1
    assert np.isfinite(found.edges).all()
    assert (found.edges[1:] > found.edges[:-1]).all()
    if finite.size:
        assert found.edges[0] <= finite.min()
        assert finite.max() <= found.edges[-1]


def test_the_range_is_that_of_the_finite_values():
    values = np.array([np.nan, 2.0, np.inf, -1.0, -np.inf, 0.5])
    found = histogram(values, 3)
    assert found.edges.tolist() == [-1.0, 0.0, 1.0, 2.0]
    assert found.counts.tolist() == [1, 1, 1]
    assert found.not_finite == 3


def test_a_network_that_leaves_single_precision_can_be_looked_into():
    """As the last state of a run that diverged: finite weights, and weighted inputs that are not."""
    recipe = Recipe(shape=(2, 5, 2), batch_size=10)
    huge = np.float32(3e38)
    w = (np.full((5, 2), huge), np.array([[huge] * 5, [huge, -huge, 0, 0, 0]], np.float32))
    params = Params(w, (np.full(5, huge), np.zeros(2, np.float32)))
    samples = load_two_features().test.first(100)
    hidden, out = layer_statistics(params, recipe, samples)
    assert hidden.z.not_finite + hidden.z.counts.sum() == 500
    assert out.z.not_finite == 100
    assert out.z.counts.sum() == 100
    assert out.w.not_finite == 0
    assert out.w.edges[[0, -1]].tolist() == [-huge, huge]


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
    for found, count in [
        (hidden.z, 720),
        (hidden.v, 720),
        (hidden.delta, 720),
        (hidden.w, 24),
        (out.w, 18),
    ]:
        assert found.counts.sum() == count
        assert len(found.edges) == len(found.counts) + 1 == 8
    assert out.saturated is None
    assert out.mean_slope is None
    gradient = gradients(
        initial_state(recipe).params, recipe, BLOBS.test.inputs, np.eye(3)[BLOBS.test.labels]
    )
    assert hidden.gradient_size == pytest.approx(np.sqrt((gradient.w[0] ** 2).mean()), rel=1e-5)
