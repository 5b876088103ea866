"""The prepared data on disk, shared between processes: the only module that knows where it lies.

The first use writes raw arrays once; every process then maps the same read-only pages, so that a worker adds
nothing to the machine's memory.
"""

from functools import cache
from pathlib import Path

import nncore

LOADERS = {"digits": nncore.load_digits, "two-features": nncore.load_two_features}


def default_folder() -> Path:
    """Where a worker on another machine keeps the arrays: at home, where nobody else writes."""
    return Path.home() / ".cache" / "chalknet" / "datasets"


def prepare(folder: Path) -> None:
    """Write what is missing; safe to call from several processes at once."""
    for name, load in LOADERS.items():
        if not _is_there(folder, name):
            nncore.save_dataset(load(), folder / name)


@cache
def open_dataset(folder: Path, name: str) -> nncore.Dataset:
    """The dataset, memory-mapped; prepared first if this machine has never seen it.

    `folder` is the server's; a worker on another machine does not have it and keeps its own copy.
    """
    folder = folder if folder.is_dir() else default_folder()
    if not _is_there(folder, name):
        nncore.save_dataset(LOADERS[name](), folder / name)
    return nncore.open_dataset(folder / name)


def _is_there(folder: Path, name: str) -> bool:
    try:
        nncore.open_dataset(folder / name)
    except (OSError, ValueError):
        return False
    return True
