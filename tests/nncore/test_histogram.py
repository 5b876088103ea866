"""Histograms of whatever a network holds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nncore import Recipe, SlicePlan, initial_state, layer_statistics, load_two_features, train_slice
from nncore.insight import histogram


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


def test_a_run_that_diverged_can_be_looked_into():
    """1 - eta lambda = -1.7: the weights grow until a weighted input leaves single precision."""
    data = load_two_features()
    recipe = Recipe(shape=(2, 5, 2), batch_size=10, l2=0.9)
    state, report = train_slice(initial_state(recipe), SlicePlan(recipe, 3.0, 2000), data)
    assert report.diverged_at
    layers = layer_statistics(state.params, recipe, data.test.first(100))
    assert sum(layer.z.not_finite for layer in layers) > 0
    for layer, units in zip(layers, (5, 2), strict=True):
        assert layer.z.counts.sum() + layer.z.not_finite == 100 * units
