"""What people bring, an npz or a CSV, as arrays; or what is wrong with it, and where.

Nothing is believed that a file says of itself: sizes are bounded before anything is allocated, headers are
read here and not by NumPy, and nothing is ever unpickled. It runs in a process of its own (`own_process`).
"""

import csv
import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 16_000_000  # of the file
MAX_NUMBERS = 8_000_000  # samples times inputs: 10,000 pictures of 28 x 28
MAX_SAMPLES = 70_000
MIN_SAMPLES = 10
MAX_FEATURES = 4_096
MAX_CLASSES = 50
MAX_LINE = 100_000  # characters
MAX_CELL = 200
MAX_MEMBERS = 10  # arrays in an npz
MAX_DIRECTORY = 4_096  # bytes of its list of members
MAX_HEADER = 512  # bytes of what an array says of itself
MAX_PROBLEMS = 8

_HEADER = re.compile(
    r"\{'descr': '([<>|=][a-zA-Z]\d{1,4})', 'fortran_order': (True|False), "
    r"'shape': \(((?:\d{1,9}(?:, ?|(?=\))))*)\), ?\} *\n?"
)
_NAMES = ({"x", "inputs", "images"}, {"y", "labels"})


class Refused(Exception):
    """The file cannot be taken; `problems` are (where, code, what is wrong)."""

    def __init__(self, where: str, code: str, text: str) -> None:
        super().__init__(text)
        self.problems = [(where, code, text)]


@dataclass(frozen=True)
class Table:
    """What was in a file: inputs (n, features) or pictures (n, height, width), a label each, and names."""

    inputs: NDArray[Any]
    labels: list[Any]
    columns: tuple[str, ...] = ()
    first_rows: tuple[tuple[str, ...], ...] = ()  # as they stand in the file


def read(body: bytes, label: str | None = None) -> Table:
    """The arrays of a file; `label` names the column of a CSV with the classes, the last one if left out.

    Raises:
        Refused: it is neither, too large, or has something in it that cannot be learned from.
    """
    if not body:
        raise Refused("file", "empty", "The file is empty.")
    if len(body) > MAX_BYTES:
        raise Refused("file", "too-large", f"The file has more than {MAX_BYTES:,} bytes.")
    return read_npz(body) if body.startswith(b"PK") else read_csv(body, label)


def read_csv(body: bytes, label: str | None) -> Table:
    """Rows of numbers with a class each; commas, semicolons or tabs; the first row may name the columns."""
    lines = _rows(_text(body))
    try:
        rows = list(islice(lines, MAX_SAMPLES + 2))
    except csv.Error as error:
        raise Refused("file", "not-csv", f"The file is no CSV: {error}.") from None
    if len(rows) > MAX_SAMPLES + 1:
        raise Refused("file", "too-many-rows", f"The file has more than {MAX_SAMPLES:,} rows.")
    if not rows:
        raise Refused("file", "empty", "The file has no rows.")
    width = len(rows[0][1])
    if width < 2:
        raise Refused(
            "line 1",
            "one-column",
            "There is one column alone: a row has numbers and a class, with commas between.",
        )
    if width > MAX_FEATURES + 1:
        raise Refused("line 1", "too-many-columns", f"There are more than {MAX_FEATURES + 1:,} columns.")
    if width * len(rows) > MAX_NUMBERS:
        raise Refused("file", "too-many-numbers", f"There are more than {MAX_NUMBERS:,} numbers.")
    names = [f"column {k + 1}" for k in range(width)]
    named = (
        any(_number(cell) is None for k, cell in enumerate(rows[0][1]) if k != width - 1)
        or label in rows[0][1]
    )
    if named:
        names = [cell.strip()[:40] or name for cell, name in zip(rows[0][1], names, strict=True)]
        rows = rows[1:]
    if label is not None and label not in names:
        raise Refused("label", "no-such-column", f"No column is called {label[:40]!r}.")
    at = names.index(label) if label is not None else width - 1
    return _table(rows, names, at)


def _table(rows: list[tuple[int, list[str]]], names: list[str], at: int) -> Table:
    problems: list[tuple[str, str, str]] = []
    inputs = np.empty((len(rows), len(names) - 1), np.float32)
    labels = []
    for number, (line, cells) in enumerate(rows):
        if len(cells) != len(names):
            problems.append(
                (
                    f"line {line}",
                    "row-length",
                    f"{len(cells)} columns, where the first line has {len(names)}.",
                )
            )
        else:
            labels.append(cells[at].strip())
            if not labels[-1]:
                problems.append((f"line {line}", "no-class", f"The class in {names[at]!r} is missing."))
            try:
                values = [float(cell) for k, cell in enumerate(cells) if k != at]
                inputs[number] = values
                good = all(map(_is_finite, values))
            except (ValueError, OverflowError):
                good = False
            if not good:
                k = next(k for k, cell in enumerate(cells) if k != at and _number(cell) is None)
                shown = cells[k].strip()[:30]
                problems.append(
                    (f"line {line}", "not-a-number", f"{shown!r} in {names[k]!r} is no finite number.")
                )
        if len(problems) >= MAX_PROBLEMS:
            break
    if problems:
        raise _all(problems)
    columns = tuple(name for k, name in enumerate(names) if k != at)
    first = tuple(tuple(cell[:30] for cell in cells) for _, cells in rows[:5])
    return Table(inputs, labels, columns, first)


def _all(problems: list[tuple[str, str, str]]) -> Refused:
    refused = Refused(*problems[0])
    refused.problems = problems
    return refused


def _text(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("file", "not-utf8", "The file is UTF-16: save it as UTF-8.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Refused(f"line {line}", "not-utf8", "The file is neither an npz nor text in UTF-8.") from None
    if "\0" in text:
        raise Refused("file", "not-text", "There are zero bytes in the file: it is no text.")
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its line."""

    def lines() -> Iterator[str]:
        for number, line in enumerate(io.StringIO(text, newline=""), 1):
            if len(line) > MAX_LINE:
                raise Refused(
                    f"line {number}", "line-too-long", f"The line has more than {MAX_LINE:,} characters."
                )
            yield line

    first = text[: text.find("\n") if "\n" in text else MAX_LINE][:MAX_LINE]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        quotes = "a cell is too long, or a quotation mark is never closed"
        text = quotes if "limit" in str(error) or "end of data" in str(error) else str(error)
        raise Refused(f"line {reader.line_num}", "not-csv", f"The file is no CSV: {text}.") from None


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if _is_finite(value) else None


def _is_finite(value: float) -> bool:
    return math.isfinite(value) and abs(value) < 1e30


def read_npz(body: bytes) -> Table:
    """Arrays X, or images, with y, or labels."""
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(_plain_zip(body))) as file:
            members = file.infolist()
            if len(members) > MAX_MEMBERS:
                raise Refused("file", "too-many-arrays", f"There are more than {MAX_MEMBERS} arrays.")
            for member in members:
                name = member.filename
                if not re.fullmatch(r"[A-Za-z_]\w{0,30}\.npy", name, re.ASCII):
                    raise Refused(
                        ascii(name[:40]), "not-an-array", "This is no array that NumPy has written."
                    )
                if member.flag_bits & 1 or member.compress_type not in (
                    zipfile.ZIP_STORED,
                    zipfile.ZIP_DEFLATED,
                ):
                    raise Refused(
                        name, "not-readable", "It is encrypted, or packed in a way that npz does not have."
                    )
                if name[:-4].lower() in arrays:
                    raise Refused(name, "twice", "There are two arrays of this name.")
                if name[:-4].lower() in _NAMES[0] | _NAMES[1]:
                    with file.open(member) as stream:
                        arrays[name[:-4].lower()] = _array(name, stream)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise Refused("file", "damaged", f"The npz is damaged or cut: {str(error)[:80]}.") from None
    found = [[name for name in arrays if name in names] for names in _NAMES]
    if [len(names) for names in found] != [1, 1]:
        raise Refused("file", "no-arrays", "An npz has an array X (or images) and an array y (or labels).")
    inputs, labels = arrays[found[0][0]], arrays[found[1][0]]
    return _from_arrays(inputs, labels)


def _plain_zip(body: bytes) -> bytes:
    """A zip whose list of members is as short as an npz has it: zipfile would read any."""
    end = body[-22:]
    if len(end) < 22 or not end.startswith(b"PK\x05\x06") or body[-42:-38] == b"PK\x06\x07":
        raise Refused("file", "damaged", "The npz is cut, or no plain one.")
    if (
        int.from_bytes(end[10:12], "little") > MAX_MEMBERS
        or int.from_bytes(end[12:16], "little") > MAX_DIRECTORY
    ):
        raise Refused("file", "too-many-arrays", f"There are more than {MAX_MEMBERS} arrays.")
    return body


def _array(name: str, stream: Any) -> NDArray[Any]:
    """One array, after its header was read within a bound."""
    start = stream.read(10)
    if len(start) < 10 or not start.startswith(b"\x93NUMPY") or start[6] not in (1, 2, 3):
        raise Refused(name, "not-an-array", "This is no array that NumPy has written.")
    length = int.from_bytes(start[8:10], "little")
    if start[6] > 1:
        length += int.from_bytes(stream.read(2), "little") << 16
    if length > MAX_HEADER:
        raise Refused(name, "header-too-long", f"Its header has more than {MAX_HEADER} bytes.")
    header = stream.read(length).decode("latin-1")
    if "'descr': '|O'" in header:
        raise Refused(name, "objects", "It holds Python objects, which are never opened: save numbers.")
    match = _HEADER.fullmatch(header)
    if not match:
        raise Refused(name, "header", "Its header is not that of an array of numbers or words.")
    dtype, fortran, shape = (
        np.dtype(match[1]),
        match[2] == "True",
        tuple(map(int, re.findall(r"\d+", match[3]))),
    )
    if dtype.kind not in "biufU" or (dtype.itemsize > (4 * MAX_CELL if dtype.kind == "U" else 8)):
        raise Refused(name, "type", f"It holds {dtype}; allowed: numbers, and words for the classes.")
    if not 1 <= len(shape) <= 4:
        raise Refused(name, "dimensions", f"It has {len(shape)} dimensions; allowed: 1 to 4.")
    count = math.prod(shape)
    if not count or count > MAX_NUMBERS or count * dtype.itemsize > 8 * MAX_NUMBERS:
        raise Refused(name, "too-many-numbers", f"It has {count:,} numbers; allowed: 1 to {MAX_NUMBERS:,}.")
    content = stream.read(count * dtype.itemsize + 1)
    if len(content) != count * dtype.itemsize:
        raise Refused(name, "size", "It has more or fewer numbers in it than its header says.")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")


def _from_arrays(inputs: NDArray[Any], labels: NDArray[Any]) -> Table:
    if inputs.dtype.kind == "U":
        raise Refused("X", "type", "X holds words; allowed: numbers.")
    if inputs.ndim == 4 and inputs.shape[3] == 1:
        inputs = inputs[..., 0]
    if inputs.ndim not in (2, 3):
        raise Refused("X", "dimensions", "X has a row for each sample, or a grey picture (n, height, width).")
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or len(labels) != len(inputs):
        raise Refused(
            "y", "row-length", f"y has shape {labels.shape}; allowed: ({len(inputs)},), one for each of X."
        )
    if len(inputs) > MAX_SAMPLES:
        raise Refused("X", "too-many-rows", f"There are more than {MAX_SAMPLES:,} samples.")
    if math.prod(inputs.shape[1:]) > MAX_FEATURES:
        raise Refused("X", "too-many-columns", f"A sample has more than {MAX_FEATURES:,} numbers.")
    if inputs.dtype != np.uint8:
        with np.errstate(all="ignore"):
            inputs = inputs.astype(np.float32)
            bad = np.argwhere(~(np.abs(inputs) < 1e30))
        if len(bad):
            raise Refused(
                f"X[{', '.join(map(str, bad[0]))}]", "not-a-number", "This is NaN, infinite or too large."
            )
        if inputs.ndim == 3:
            raise Refused("X", "type", "Pictures are grey values 0 to 255: save them as uint8.")
    if labels.dtype.kind == "f":
        wrong = np.flatnonzero(~np.isfinite(labels) | (labels != np.trunc(labels)))
        if len(wrong):
            raise Refused(f"y[{wrong[0]}]", "not-a-class", "A class is a word or a whole number.")
        labels = labels.astype(np.int64)
    return Table(inputs, labels.tolist())
