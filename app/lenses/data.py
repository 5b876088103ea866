"""Samples of a dataset as bytes: their pictures, their labels, and what a network sees of them."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import nncore

from ..engine import datasets
from ..errors import NotFound

Split = Literal["train", "test"]


def images(folder: Path, dataset: str, split: Split, first: int, count: int, packed: bool) -> bytes:
    """Grey values of some samples, a byte each, picture after picture; empty past the end."""
    body = _images(folder, dataset, split)[first : first + count].tobytes()
    return gzip.compress(body, mtime=0) if packed else body


def chosen_images(folder: Path, dataset: str, split: Split, numbers: Sequence[int]) -> bytes:
    """The same of samples named by their numbers."""
    return _images(folder, dataset, split)[list(numbers)].tobytes()


def labels(folder: Path, dataset: str, split: Split, first: int, count: int) -> bytes:
    """The true classes of some samples, a byte each."""
    return _samples(folder, dataset, split).labels[first : first + count].tobytes()


def inputs(folder: Path, dataset: str, split: Split, first: int, count: int) -> bytes:
    """What a network sees of some samples, as little-endian float32, sample after sample."""
    rows = _samples(folder, dataset, split).rows(slice(first, first + count), np.dtype(np.float32))
    return rows.astype("<f4").tobytes()


def _images(folder: Path, dataset: str, split: Split) -> NDArray[np.uint8]:
    pictures = _samples(folder, dataset, split).images
    if pictures is None:
        raise NotFound(f"The dataset {dataset} has no pictures.", code="no-pictures")
    return pictures


def _samples(folder: Path, dataset: str, split: Split) -> nncore.Samples:
    data = datasets.open_dataset(folder, dataset)
    return data.train if split == "train" else data.test
