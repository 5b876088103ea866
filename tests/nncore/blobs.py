"""A small data set whose arrays cannot be written to, and comparisons of parameters."""

import numpy as np

from nncore import Dataset, Params, Samples, TrainState, generator


def make_samples(n: int, features: int, classes: int, epoch: int) -> Samples:
    rng = generator(1, "test data", epoch)
    labels = rng.integers(classes, size=n).astype(np.uint8)
    centres = generator(1, "test centres").standard_normal((classes, features))
    inputs = centres[labels] + 0.5 * rng.standard_normal((n, features))
    samples = Samples(inputs, labels, np.zeros((n, 28, 28), np.uint8))
    for array in (samples.inputs, samples.labels, samples.images):
        array.flags.writeable = False
    return samples


def make_blobs(features: int = 4, classes: int = 3, train: int = 53) -> Dataset:
    """Gaussian clouds, one per class; 53 is prime, so that no batch size divides it."""
    return Dataset(
        "blobs",
        features,
        classes,
        make_samples(train, features, classes, 0),
        make_samples(120, features, classes, 1),
    )


def freeze(state: TrainState) -> TrainState:
    """Make all arrays of the state read-only: whoever writes to them fails."""
    for params in (state.params, *state.memory):
        for array in params.arrays():
            array.flags.writeable = False
    return state


def assert_equal(left: Params, right: Params) -> None:
    """The same numbers, to the bit."""
    for a, b in zip(left.arrays(), right.arrays(), strict=True):
        assert a.dtype == b.dtype
        assert a.tobytes() == b.tobytes()


def assert_close(left: Params, right: Params, tolerance: float) -> None:
    for a, b in zip(left.arrays(), right.arrays(), strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
