"""What a data set is: inputs, labels and pictures, to learn from and to be judged by."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array, Bytes
from nncore.checks import check_integer, shown


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
