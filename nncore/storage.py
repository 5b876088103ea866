"""A data set as a folder of files that processes share.

The arrays are plain .npy files, opened memory-mapped and read-only: every process that opens the folder
sees the same pages of the machine's memory, and opening costs milliseconds. Files appear whole or not at
all, `dataset.json` last: a folder with that file is complete, whoever was interrupted.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.checks import shown
from nncore.datasets import Dataset, Samples

FORMAT = 3


def save_dataset(dataset: Dataset, folder: Path, origin: str = "") -> None:
    """Write the data set into `folder`, made if need be; doing it twice, even at once, does no harm.

    `origin` says what the data were made by or from, in any words.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for split, samples in (("train", dataset.train), ("test", dataset.test)):
        for part, array in _parts(samples).items():
            _write(folder / f"{split}-{part}.npy", array)
    about = {
        "format": FORMAT,
        "origin": origin,
        "name": dataset.name,
        "features": dataset.features,
        "classes": dataset.classes,
        "class_names": dataset.class_names,
        "pixels": _inputs_are_pixels(dataset.train),
        "images": dataset.train.images is not None,
    }
    _replace(folder / "dataset.json", json.dumps(about).encode())


def open_dataset(folder: Path, origin: str | None = None) -> Dataset:
    """Return the data set of `folder`; its arrays are read-only views of the files.

    Raises:
        FileNotFoundError: the folder is not there or not complete.
        ValueError: the files do not hold what this version of nncore writes, or have another origin than
            the one asked for; saving again repairs them.
    """
    about = json.loads((folder / "dataset.json").read_bytes())
    found = about.get("format") if isinstance(about, dict) else None
    if found != FORMAT:
        raise ValueError(f"folder {folder} has format {found}; allowed: {FORMAT}")
    if origin is not None and about.get("origin") != origin:
        raise ValueError(f"folder {folder} has origin {shown(about.get('origin'))}; allowed: {shown(origin)}")
    try:
        splits = [
            _open_samples(folder, split, about["pixels"], about["images"]) for split in ("train", "test")
        ]
        names = tuple(about["class_names"])
        return Dataset(about["name"], about["features"], about["classes"], *splits, class_names=names)
    except (EOFError, KeyError, AttributeError, TypeError) as error:  # what files that were cut lead to
        raise ValueError(
            f"folder {folder} is damaged ({error!r}); allowed: what save_dataset wrote"
        ) from error


def _inputs_are_pixels(samples: Samples) -> bool:
    images = samples.images
    return (
        samples.inputs.dtype == np.uint8 and images is not None and np.shares_memory(samples.inputs, images)
    )


def _parts(samples: Samples) -> dict[str, NDArray[Any]]:
    parts = {"labels": samples.labels}
    if samples.images is not None:
        parts["images"] = samples.images
    return parts if _inputs_are_pixels(samples) else parts | {"inputs": samples.inputs}


def _open_samples(folder: Path, split: str, pixels: bool, pictured: bool) -> Samples:
    def part(name: str) -> NDArray[Any]:
        array: NDArray[Any] = np.load(folder / f"{split}-{name}.npy", mmap_mode="r")
        return array

    images = part("images") if pictured else None
    inputs = images.reshape(len(images), -1) if pixels and images is not None else part("inputs")
    return Samples(inputs, part("labels"), images)


def _write(path: Path, array: NDArray[Any]) -> None:
    with _temporary(path) as file:
        np.save(file, array, allow_pickle=False)
    os.replace(file.name, path)


def _replace(path: Path, content: bytes) -> None:
    with _temporary(path) as file:
        file.write(content)
    os.replace(file.name, path)


def _temporary(path: Path) -> Any:
    return tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False)
