"""The prepared data on disk, shared between processes: the only module that knows where it lies.

The first use writes raw arrays once; every process then maps the same read-only pages, so that a worker adds
nothing to the machine's memory.
"""

import hashlib
import inspect
import json
from functools import cache, lru_cache
from pathlib import Path

import nncore

from ..errors import NotFound
from ..runs import data

OWN = "own-data"  # beside the prepared ones: what people have brought
FACTS = "facts.json"


def default_folder() -> Path:
    """Where a worker on another machine keeps the arrays: at home, where nobody else writes."""
    return Path.home() / ".cache" / "chalknet" / "datasets"


def prepare(folder: Path) -> None:
    """Write what is missing or damaged; safe to call from several processes at once."""
    for name in nncore.DATASETS:
        _prepare_one(folder, name)


def own_folder(prepared: Path) -> Path:
    """Where the data sets lie that people have brought."""
    return prepared.with_name(OWN)


def own_facts(folder: Path) -> data.DataFacts:
    """What is known of a data set that was brought; from now on this process knows it."""
    facts = data.DataFacts.from_json(json.loads((folder / FACTS).read_text(encoding="utf-8")))
    data.add(facts)
    return facts


@lru_cache(16)  # data that people bring go again
def open_dataset(folder: Path, name: str) -> nncore.Dataset:
    """The dataset, memory-mapped; prepared first if this machine has never seen it.

    `folder` is the server's; a worker on another machine does not have it and keeps its own copy.
    """
    if name not in nncore.DATASETS:
        return _open_own(own_folder(folder) / name)
    folder = folder if folder.is_dir() else default_folder()
    _prepare_one(folder, name)
    return nncore.open_dataset(folder / name, _origin(name))


def _open_own(folder: Path) -> nncore.Dataset:
    try:
        own_facts(folder)
        return nncore.open_dataset(folder, folder.name)
    except FileNotFoundError:
        text = f"The data set {folder.name} is not on this machine."
        raise NotFound(text, code="dataset-not-found") from None


def _prepare_one(folder: Path, name: str) -> None:
    try:
        nncore.open_dataset(folder / name, _origin(name))
    except (OSError, ValueError):
        nncore.save_dataset(nncore.DATASETS[name].load(), folder / name, _origin(name))


@cache
def _origin(name: str) -> str:
    """What the arrays were made by: the source of the function, so that a changed one makes them anew."""
    load = nncore.DATASETS[name].load
    source = Path(inspect.getsourcefile(load) or "")
    return hashlib.sha256(source.read_bytes()).hexdigest() if source.is_file() else load.__qualname__
