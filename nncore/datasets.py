"""What a data set is: inputs, labels and perhaps pictures, to learn from and to be judged by."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.arrays import Array, Bytes
from nncore.checks import check_array, check_integer, shown
from nncore.splits import MAX_CLASSES, ClassName, check_matrix, number_labels, split_index


@dataclass(frozen=True)
class Samples:
    """Inputs with their labels, and the pictures they were made from, where there are any.

    Attributes:
        inputs: (n, features); float, or uint8, which stands for pixels and is divided by 255 on use.
        labels: (n,) uint8, from 0 to classes - 1.
        images: (n, height, width) uint8, what a person is shown; None where there is nothing to show.

    Raises:
        ValueError: arrays that do not belong together, NaN or infinity among the inputs.
    """

    inputs: NDArray[Any]
    labels: Bytes
    images: Bytes | None = None

    def __post_init__(self) -> None:
        check_samples(self.inputs, self.labels, self.images)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        """Return how many there are of what, and none of them."""
        n, features = self.inputs.shape
        pictures = "" if self.images is None else ", pictures {} x {}".format(*self.images.shape[1:])
        return f"Samples({n:,} with {features} inputs each, {self.inputs.dtype}{pictures})"

    def first(self, count: int) -> "Samples":
        """Return the first `count` samples, sharing memory."""
        return self.chosen(slice(0, count))

    def chosen(self, index: slice | NDArray[np.integer[Any]]) -> "Samples":
        """Return the samples of a slice, sharing memory, or those with the given numbers, copied."""
        images = None if self.images is None else self.images[index]
        return Samples(self.inputs[index], self.labels[index], images)

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

    Attributes:
        name: what it is called.
        features, classes: numbers of inputs and of classes.
        train, test: the samples.
        class_names: what class 0, 1, ... is called; left out: its number.

    Raises:
        ValueError: samples with another number of inputs, or a label out of range.
    """

    name: str
    features: int
    classes: int
    train: Samples
    test: Samples
    class_names: tuple[ClassName, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        check_integer("features", self.features, 1, 100_000)
        check_integer("classes", self.classes, 1, MAX_CLASSES)
        for split, samples in (("train", self.train), ("test", self.test)):
            check_fits(split, samples, self.features, self.classes)
        names = tuple(self.class_names) or tuple(range(self.classes))
        if len(set(names)) != self.classes or len(names) != self.classes:
            raise ValueError(f"class_names is {shown(names)}; allowed: {self.classes} different names")
        object.__setattr__(self, "class_names", names)

    def __repr__(self) -> str:
        ends = f"{self.features} inputs, {self.classes} classes"
        return f"Dataset({self.name!r}: {ends}, {len(self.train):,} to train, {len(self.test):,} to test)"

    @classmethod
    def from_arrays(
        cls,
        X: ArrayLike,
        y: ArrayLike,
        *,
        test: float = 0.25,
        seed: int = 1,
        images: ArrayLike | None = None,
        name: str = "own data",
    ) -> "Dataset":
        """Return a data set of one's own numbers, shuffled and split into samples to train and to test with.

        Args:
            X: (n, features), any finite numbers, an array or lists. uint8 stands for pixels and is divided by
                255 on use. Pictures (n, height, width) are laid out flat, and kept as pictures if uint8.
            y: n labels, words or whole numbers; class_names keeps them, in their order.
            test: how many samples to test with: a share, or a whole number.
            seed: the same seed gives the same split.
            images: (n, height, width) uint8, to show to a person.
            name: what it is called.

        A network learns badly from inputs of very different sizes: it is often worth while to take the mean
        away from each column and to divide by the standard deviation before.

        >>> data = Dataset.from_arrays([[1, 5], [2, 1], [8, 4], [9, 2]], ["low", "low", "high", "low"])
        >>> data.features, data.class_names, len(data.train), len(data.test)
        (2, ('high', 'low'), 3, 1)

        Raises:
            ValueError: arrays of other forms or lengths, NaN, fewer than two classes; it says where.
        """
        inputs = check_matrix("X", X)
        labels, names = number_labels("y", y)
        if len(labels) != len(inputs):
            raise ValueError(f"y has {len(labels)} labels; allowed: {len(inputs)}, one for each row of X")
        given = check_array("X", X)
        if images is None and given.dtype == np.uint8 and given.ndim == 3:
            images = given
        pictures = None if images is None else check_array("images", images)
        whole = Samples(inputs, labels, pictures)
        train, held_back = (whole.chosen(part) for part in split_index(len(inputs), test, seed))
        return cls(name, inputs.shape[1], len(names), train, held_back, class_names=names)


def one_hot(labels: Bytes, classes: int, dtype: np.dtype[np.floating[Any]]) -> Array:
    """Return targets t (n, classes): 1 at the label, 0 elsewhere."""
    return np.eye(classes, dtype=dtype)[labels]


def check_samples(inputs: Any, labels: Any, images: Any) -> None:
    """Require inputs, labels and perhaps images that belong together, and finite inputs."""
    if not _is_array(labels, 1) or not len(labels) or labels.dtype != np.uint8:
        raise ValueError(f"labels is {_form(labels)}; allowed: uint8 of shape (n,), n at least 1")
    n = len(labels)
    if (
        not _is_array(inputs, 2)
        or len(inputs) != n
        or not (inputs.dtype == np.uint8 or inputs.dtype.kind == "f")
    ):
        raise ValueError(f"inputs is {_form(inputs)}; allowed: uint8 or float of shape ({n}, features)")
    if images is not None and (
        not _is_array(images, 3) or len(images) != n or not images.size or images.dtype != np.uint8
    ):
        raise ValueError(f"images is {_form(images)}; allowed: uint8 of shape ({n}, height, width), or None")
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
