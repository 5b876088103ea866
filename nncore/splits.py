"""From a person's own numbers and labels to what a data set is made of: checked, numbered, split."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.arrays import Bytes
from nncore.checks import check_array, check_integer, check_number, shown
from nncore.rng import generator

MAX_CLASSES = 256  # labels are bytes
LARGEST = float(np.finfo(np.float32).max)  # beyond it an input would be infinite in single precision

ClassName = str | int | float
"""What a class is called by whoever brought the data."""


def check_matrix(name: str, values: ArrayLike) -> NDArray[Any]:
    """Return numbers as (n, features): bytes as they are, floats too, all others as float64.

    What has more than two axes, such as pictures (n, height, width), is laid out flat.

    Raises:
        ValueError: no numbers, no samples or no features, NaN or infinity; it says where.
    """
    array = check_array(name, values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} has {array.dtype} in it; allowed: numbers")
    if array.ndim < 2:
        raise ValueError(
            f"{name} has shape {array.shape}; allowed: (n, features), a row for each sample "
            f"(one feature: reshape(-1, 1))"
        )
    if not array.size:
        raise ValueError(f"{name} has shape {array.shape}; allowed: at least one sample and one feature")
    rows = array.reshape(len(array), -1)
    if rows.dtype == np.uint8:
        return rows
    rows = rows if rows.dtype.kind == "f" else rows.astype(np.float64)
    good = np.isfinite(rows) & (np.abs(rows) <= LARGEST)
    if not good.all():
        row, column = (int(place) for place in np.argwhere(~good)[0])
        value = "NaN" if np.isnan(rows[row, column]) else rows[row, column]
        raise ValueError(
            f"{name} has {value} in row {row}, column {column} (counted from 0); "
            f"allowed: finite numbers up to {LARGEST:.2g}"
        )
    return rows


def number_labels(name: str, labels: ArrayLike) -> tuple[Bytes, tuple[ClassName, ...]]:
    """Return for each label the number of its class, (n,) uint8, and the classes in their order.

    Labels are words or whole numbers, which may have gaps; True and False will do.

    >>> number_labels("y", ["wolf", "cat", "wolf"])
    (array([1, 0, 1], dtype=uint8), ('cat', 'wolf'))
    >>> number_labels("y", [7, 1, 1])[1]
    (1, 7)

    Raises:
        ValueError: labels that are neither, one class alone, or more than 256.
    """
    values = _label_array(name, labels)
    classes, numbers = np.unique(values, return_inverse=True)
    if not 2 <= len(classes) <= MAX_CLASSES:
        only = f", {shown(classes[0].item())} alone" if len(classes) == 1 else ""
        raise ValueError(f"{name} has {len(classes)} classes{only}; allowed: 2 to {MAX_CLASSES}")
    return numbers.astype(np.uint8), tuple(classes.tolist())


def split_index(n: int, test: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers 0 to n - 1, shuffled, as two parts: to train with, and to test with.

    Args:
        n: number of samples, 2 or more.
        test: how many to test with: a whole number, or a share of all, above 0 and below 1.
        seed: the same seed gives the same parts.

    >>> [len(part) for part in split_index(150, 0.25, seed=1)]
    [112, 38]
    """
    n = check_integer("number of samples", n, 2, 2**40)
    amount = check_number("test", test, 0.0, n - 1, open_low=True)
    if not isinstance(amount, int) and amount >= 1.0:
        raise ValueError(f"test is {shown(test)}; allowed: a share below 1, or a whole number of samples")
    count = amount if isinstance(amount, int) else min(max(round(amount * n), 1), n - 1)
    order = generator(check_integer("seed", seed, 0, 2**63 - 1), "split").permutation(n)
    return order[count:], order[:count]


def _label_array(name: str, labels: ArrayLike) -> NDArray[Any]:
    """Return labels as one row of words or of whole numbers."""
    allowed = "allowed: a label for each sample, all words or all whole numbers"
    try:
        array = np.asarray(labels)
        if array.dtype.kind == "U" and not isinstance(labels, np.ndarray):
            array = np.asarray(labels, dtype=object)  # NumPy has made words of the numbers among them
    except ValueError as error:
        raise ValueError(f"{name} is {shown(labels)}; {allowed}") from error
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or not len(array):
        raise ValueError(f"{name} has shape {array.shape}; allowed: (n,), a label for each sample")
    if array.dtype == object:
        first = str if isinstance(array[0], str) else (bool, int, float, np.number, np.bool)
        for number, value in enumerate(array):
            if not isinstance(value, first):
                raise ValueError(f"{name} has {shown(value)} in row {number}; {allowed}")
        array = np.array(array.tolist())
    if array.dtype.kind not in "biufU":
        raise ValueError(f"{name} has {array.dtype} in it; {allowed}")
    if array.dtype.kind == "f":
        wrong = np.flatnonzero(~np.isfinite(array) | (array != np.trunc(array)))
        if len(wrong):
            raise ValueError(f"{name} has {array[wrong[0]]} in row {wrong[0]}; {allowed}")
    return array
