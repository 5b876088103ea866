"""The process that reads one file that somebody has brought, with little memory and little time.

It gets a line of JSON and the file on its standard input, and says a line of JSON: a report, or the mistakes.
Asked for it, it writes the data set into an empty folder that the server has made.
"""

import hashlib
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

import nncore

from ..runs.data import DataFacts
from .datasets import FACTS
from .own_files import MAX_CLASSES, MIN_SAMPLES, Refused, Table, read

MEMORY = 1_500_000_000  # bytes of addresses, NumPy's and Python's own among them
CPU_SECONDS = 8
DISK_BYTES = 80_000_000  # of one file
SHOWN_PICTURES = 20


def limit() -> None:
    """Less than the server has, of everything."""
    if hasattr(os, "nice"):  # not on Windows, like the rest
        import resource

        os.nice(10)
        for what, most in (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_FSIZE, DISK_BYTES),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Read, judge, say."""
    limit()
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        answer: dict[str, Any] = {"report": prepare(sys.stdin.buffer.read(), **asked)}
    except Refused as refused:
        answer = {"problems": refused.problems}
    except MemoryError:
        answer = {"problems": [("file", "too-large", "It takes more memory than a data set may.")]}
    except OSError as error:
        answer = {"disk": str(error)}
    sys.stdout.write(json.dumps(answer))


def prepare(
    body: bytes, title: str, label: str | None, test: float, seed: int, scale: bool, folder: str | None
) -> dict[str, Any]:
    """A data set of a file's content, written to `folder` if there is one: its facts, and notes."""
    table = read(body, label)
    notes = _judge(table)
    inputs = table.inputs
    data = _dataset(title, inputs, table.labels, test, seed, scale)
    names = tuple(str(name)[:40] for name in data.class_names)
    pictures = data.train.images
    if pictures is None and scale:
        notes.append("Each column was brought to mean 0 and standard deviation 1, by the training sample's.")
    facts = DataFacts(
        name=f"{_slug(title)}-{_hash(data, table.columns)}",
        title=title,
        kind="pictures" if pictures is not None else "plane" if data.features == 2 else "table",
        features=data.features,
        classes=data.classes,
        train=len(data.train),
        test=len(data.test),
        hidden=(30,) if data.features > 50 else (8,),
        picture=None if pictures is None else (pictures.shape[1], pictures.shape[2]),
        columns=table.columns,
        class_names=names,
        own=True,
    )
    if folder is not None:
        nncore.save_dataset(data, Path(folder), facts.name)
        (Path(folder) / FACTS).write_text(json.dumps(facts.as_json()), encoding="utf-8")
    counts = Counter(names[label] for part in (data.train, data.test) for label in part.labels.tolist())
    return {
        **facts.as_json(),
        "counts": [counts[name] for name in names],
        "first_rows": table.first_rows or _first_rows(table),
        "first_pictures": [] if pictures is None else [p.tolist() for p in pictures[:SHOWN_PICTURES]],
        "notes": notes,
    }


def _judge(table: Table) -> list[str]:
    """What a person should know; Refused for what nothing can be learned from."""
    n = len(table.labels)
    if n < MIN_SAMPLES:
        raise Refused("file", "too-few-rows", f"There are {n} samples; a data set has {MIN_SAMPLES} or more.")
    counts = Counter(map(str, table.labels))
    if len(counts) < 2:
        raise Refused("classes", "one-class", f"All samples are of one class, {next(iter(counts))[:40]!r}.")
    if len(counts) > MAX_CLASSES:
        text = f"There are {len(counts)} classes; at most {MAX_CLASSES}. Is this the column with the classes?"
        raise Refused("classes", "too-many-classes", text)
    flat = table.inputs.reshape(n, -1)
    constant = np.flatnonzero(flat.min(0) == flat.max(0))
    if len(constant) == flat.shape[1]:
        raise Refused(
            "columns", "constant", "Every column has one value alone: there is nothing to learn from."
        )
    notes = []
    if len(constant) and table.inputs.ndim == 2:
        names = [table.columns[k] if table.columns else f"column {k + 1}" for k in constant[:5]]
        notes.append(f"{len(constant)} columns have one value alone ({', '.join(names)}): they tell nothing.")
    if rare := [name for name, count in counts.items() if count < 5]:
        notes.append(f"Fewer than five samples are of class {', '.join(rare[:5])}: too few to learn from.")
    return notes


def _dataset(title: str, inputs: Any, labels: Any, test: float, seed: int, scale: bool) -> nncore.Dataset:
    labels = [int(label) if re.fullmatch(r"-?\d{1,9}", str(label)) else str(label) for label in labels]
    if len({type(label) for label in labels}) > 1:
        labels = list(map(str, labels))
    data = nncore.Dataset.from_arrays(inputs, labels, test=test, seed=seed, name=title)
    if not scale or data.train.images is not None:
        return data
    train = data.train.inputs.astype(np.float64) / (255 if data.train.inputs.dtype == np.uint8 else 1)
    mean, spread = train.mean(0), train.std(0)
    spread[spread < 1e-12] = 1
    parts = []
    for samples in (data.train, data.test):
        values = samples.rows(slice(None), np.dtype(np.float64))
        parts.append(nncore.Samples(((values - mean) / spread).astype(np.float32), samples.labels))
    return nncore.Dataset(title, data.features, data.classes, *parts, class_names=data.class_names)


def _hash(data: nncore.Dataset, columns: tuple[str, ...]) -> str:
    """Of all that the numbers of a run follow from."""
    found = hashlib.sha256(json.dumps([data.class_names, columns]).encode())
    for samples in (data.train, data.test):
        found.update(f"{samples.inputs.dtype} {samples.inputs.shape}".encode())
        found.update(np.ascontiguousarray(samples.inputs).tobytes())
        found.update(samples.labels.tobytes())
    return found.hexdigest()[:12]


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "-".join(words)[:40].strip("-") or "data"


def _first_rows(table: Table) -> list[list[str]]:
    if table.inputs.ndim == 3:
        return []
    rows = zip(table.inputs[:5], table.labels[:5], strict=False)
    return [[*(f"{value:.6g}" for value in row[:50]), str(label)] for row, label in rows]


if __name__ == "__main__":
    main()
