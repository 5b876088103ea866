"""The data of the lessons: handwritten digits, whole or as the lecture's two features.

Nothing here is cached and nothing is downloaded: MNIST lies beside this file, and the caller keeps
what it loads. nncore.storage puts a data set into files that several processes share.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Bytes
from nncore.checks import check_integer, shown

MNIST = Path(__file__).parent / "data" / "mnist.npz"


@dataclass(frozen=True)
class Samples:
    """Inputs with their labels, and the pictures they were made from.

    Attributes:
        inputs: (n, features); float, or uint8, which stands for pixels and is divided by 255 on use.
        labels: (n,) uint8, from 0 to classes - 1.
        images: (n, 28, 28) uint8, what a person is shown.

    Raises:
        ValueError: arrays that do not belong together, NaN or infinity among the inputs.
    """

    inputs: NDArray[Any]
    labels: Bytes
    images: Bytes

    def __post_init__(self) -> None:
        check_samples(self.inputs, self.labels, self.images)

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int) -> "Samples":
        """Return the first `count` samples, sharing memory."""
        return Samples(self.inputs[:count], self.labels[:count], self.images[:count])

    def rows(self, index: slice | NDArray[np.integer[Any]], dtype: np.dtype[np.floating[Any]]) -> Array:
        """Return the chosen samples as the network sees them, (len(index), features), pixels in [0, 1]."""
        chosen = self.inputs[index]
        x: Array = chosen.astype(dtype)
        if chosen.dtype == np.uint8:
            x /= 255
        return x


@dataclass(frozen=True)
class Dataset:
    """A named problem: samples to learn from, and samples to be judged by.

    Raises:
        ValueError: samples with another number of inputs, or a label out of range.
    """

    name: str
    features: int
    classes: int
    train: Samples
    test: Samples

    def __post_init__(self) -> None:
        check_integer("features", self.features, 1, 100_000)
        check_integer("classes", self.classes, 1, 256)
        for split, samples in (("train", self.train), ("test", self.test)):
            check_fits(split, samples, self.features, self.classes)


def one_hot(labels: Bytes, classes: int, dtype: np.dtype[np.floating[Any]]) -> Array:
    """Return targets t (n, classes): 1 at the label, 0 elsewhere."""
    return np.eye(classes, dtype=dtype)[labels]


def check_samples(inputs: Any, labels: Any, images: Any) -> None:
    """Require inputs, labels and images that belong together, and finite inputs."""
    if not _is_array(labels, 1) or not len(labels) or labels.dtype != np.uint8:
        raise ValueError(f"labels is {_form(labels)}; allowed: uint8 of shape (n,), n at least 1")
    n = len(labels)
    if (
        not _is_array(inputs, 2)
        or len(inputs) != n
        or not (inputs.dtype == np.uint8 or inputs.dtype.kind == "f")
    ):
        raise ValueError(f"inputs is {_form(inputs)}; allowed: uint8 or float of shape ({n}, features)")
    if not _is_array(images, 3) or images.shape != (n, 28, 28) or images.dtype != np.uint8:
        raise ValueError(f"images is {_form(images)}; allowed: uint8 of shape ({n}, 28, 28)")
    if inputs.dtype != np.uint8 and not np.isfinite(inputs).all():
        raise ValueError("inputs has NaN or infinity; allowed: finite numbers")


def check_fits(name: str, samples: Samples, features: int, classes: int) -> None:
    """Require samples for a network with so many inputs and outputs."""
    if samples.inputs.shape[1] != features:
        raise ValueError(f"{name}.inputs has {samples.inputs.shape[1]} columns; allowed: {features}")
    if int(samples.labels.max()) >= classes:
        raise ValueError(f"{name}.labels has {samples.labels.max()}; allowed: 0 to {classes - 1}")


def _is_array(value: Any, dimensions: int) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == dimensions


def _form(value: Any) -> str:
    return f"{value.dtype} of shape {value.shape}" if isinstance(value, np.ndarray) else shown(value)


def load_digits() -> Dataset:
    """Return all of MNIST: 60,000 samples to train, 10,000 to test, 784 pixels each, ten classes."""
    train, test = _read_mnist()
    return Dataset("digits", 784, 10, *(Samples(x.reshape(len(x), 784), y, x) for x, y in (train, test)))


def load_two_features() -> Dataset:
    """Return the digits 0 and 1, each told by two means of its pixels / 255: see `two_features`.

    12,665 samples to train, 2,115 to test, two classes.
    """
    splits = []
    for images, labels in _read_mnist():
        images, labels = images[labels < 2], labels[labels < 2]
        splits.append(Samples(two_features(images), labels, images))
    return Dataset("two-features", 2, 2, *splits)


def two_features(images: Bytes) -> Array:
    """Return, for images (n, 28, 28), the mean of all pixels and the mean of the middle, shape (n, 2).

    The middle is rows 10 to 17, columns 11 to 16: dark in a 0, bright in a 1. Pixels are divided by 255,
    as in the lecture's other experiments; with them between 0 and 1 its eta of 1.0 gives its figures.

    >>> two_features(np.full((1, 28, 28), 255, np.uint8)).tolist()
    [[1.0, 1.0]]
    """
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise ValueError(f"images is {shown(images.shape)}; allowed: shape (n, 28, 28)")
    middle = images[:, 10:18, 11:17]
    features: Array = np.stack([images.mean(axis=(1, 2)), middle.mean(axis=(1, 2))], axis=1) / 255.0
    return features


def _read_mnist() -> list[tuple[Bytes, Bytes]]:
    with np.load(MNIST, allow_pickle=False) as arrays:
        return [(arrays[f"x_{split}"], arrays[f"y_{split}"]) for split in ("train", "test")]
