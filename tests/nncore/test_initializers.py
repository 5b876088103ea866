import numpy as np
import pytest

from nncore import Recipe, generator, initial_state


def params_of(initialization, **settings):
    recipe = Recipe(**{"shape": (100, 60, 10), "batch_size": 1, "initialization": initialization, **settings})
    return initial_state(recipe).params


def test_scaled_is_standard_divided_by_the_root_of_the_inputs():
    standard, scaled = params_of("standard", dtype="float64"), params_of("scaled", dtype="float64")
    for w, v in zip(standard.w, scaled.w, strict=True):
        np.testing.assert_array_equal(v, w / np.sqrt(w.shape[1]))
    for w, v in zip(standard.b, scaled.b, strict=True):
        np.testing.assert_array_equal(v, w)


@pytest.mark.parametrize(
    ("initialization", "width"),
    [("standard", 1.0), ("scaled", 0.1), ("glorot", (2 / 160) ** 0.5), ("he", 0.02**0.5)],
)
def test_the_width_of_the_weights(initialization, width):
    assert params_of(initialization).w[0].std() == pytest.approx(width, rel=0.03)


def test_zeros_glorot_and_he_begin_without_biases():
    for name in ("zeros", "glorot", "he"):
        assert not any(b.any() for b in params_of(name).b)
    assert not any(w.any() for w in params_of("zeros").w)


def test_the_seed_decides_the_draws_and_the_type_does_not():
    assert (params_of("standard", seed=1).w[0] != params_of("standard", seed=2).w[0]).all()
    exact = params_of("standard", dtype="float64").w[0]
    assert (params_of("standard").w[0] == exact.astype(np.float32)).all()


def test_a_generator_depends_on_all_of_seed_purpose_and_epoch():
    draws = {generator(*key).integers(2**60) for key in [(1, "a", 0), (2, "a", 0), (1, "b", 0), (1, "a", 1)]}
    assert len(draws) == 4
