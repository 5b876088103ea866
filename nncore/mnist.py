"""The data of the lessons: handwritten digits, whole or as the lecture's two features.

Nothing here is cached and nothing is downloaded: MNIST lies beside this file, and the caller keeps
what it loads. nncore.storage puts a data set into files that several processes share.
To add one: write a function that returns a Dataset, and one entry in DATASETS.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nncore.arrays import Array, Bytes
from nncore.checks import shown
from nncore.datasets import Dataset, Samples

MNIST = Path(__file__).parent / "data" / "mnist.npz"


class DatasetEntry(NamedTuple):
    """How to load a data set, and what can be said of it without loading it.

    Attributes:
        load: returns the data set.
        title: a few words for a person who chooses.
        features, classes, train, test: numbers of inputs, of outputs, and of samples.
        hidden: the hidden layers of its usual network.
    """

    load: Callable[[], Dataset]
    title: str
    features: int
    classes: int
    train: int
    test: int
    hidden: tuple[int, ...]


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


DATASETS: dict[str, DatasetEntry] = {
    "digits": DatasetEntry(load_digits, "Handwritten digits, 784 pixels", 784, 10, 60_000, 10_000, (30,)),
    "two-features": DatasetEntry(
        load_two_features, "Digits 0 and 1, two mean grey values", 2, 2, 12_665, 2_115, (5,)
    ),
}
