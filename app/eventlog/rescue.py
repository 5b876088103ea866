"""What is wrong with a database file, looked for at each start, and how the server goes on without it.

A damaged file, or one that ends before what had been committed, is kept under another name; what can be read
of it goes into a new file, which is a new log: its numbers are given a second time. A server killed meanwhile
goes on with it at its next start (docs/decisions/0050-damage-is-said-and-kept.md).
"""

import json
import os
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..ops import kill_points
from . import tables
from .data_folder import DATABASE, OWNER_ONLY

NEWEST = "newest"  # the file with the number of the newest event
CHECK_SECONDS = 10.0  # what of the file has not been looked at by then goes on as it is
STEPS = 10_000  # of SQLite's machine between two looks at the clock: some milliseconds
TABLE_SECONDS = 30.0  # for what can be read of one table: where its root is damaged, nothing ever can
ROWS = 200  # read by one statement
WORDS = {"events": "events", "checkpoints": "training states", "snapshots": "past epochs"}
SIDES = ("-wal", "-shm")  # what SQLite keeps beside a file
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class NewerFormat(Exception):
    """The file was written by a newer program; `version` is its format."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class Newest:
    """The number of the newest event of a log, in a file beside it.

    It is written after the commit and without waiting for the disk: a power cut may leave an older number
    there, never one that was not committed.
    """

    def __init__(self, folder: Path, log_id: str) -> None:
        self._log_id = log_id
        self._file = os.open(folder / NEWEST, os.O_CREAT | os.O_RDWR, OWNER_ONLY)

    def note(self, seq: int) -> None:
        """This is the newest."""
        os.lseek(self._file, 0, os.SEEK_SET)  # Windows has no pwrite
        with suppress(OSError):  # a full disk
            os.write(self._file, f"{self._log_id} {seq:20}\n".encode())

    def close(self) -> None:
        os.close(self._file)

    @staticmethod
    def read(folder: Path) -> tuple[str, int]:
        """Whose number it is, and the number; of no log and 0 if there is none."""
        try:
            log_id, seq = (folder / NEWEST).read_text(encoding="utf-8").split()
            return log_id, int(seq)
        except (OSError, ValueError):
            return "", 0


@dataclass(slots=True)
class Found:
    """What a look at a database has found."""

    trouble: str | None = None  # in words; None if nothing is wrong with what was looked at
    complete: bool = True  # whether all of it was looked at


def look(folder: Path, seconds: float | None) -> Found:
    """Look at the database of a folder without changing anything; for so long, or to its end.

    Raises:
        NewerFormat: this program does not know what should be in it.
        sqlite3.Error: it cannot be looked at.
    """
    log_id, committed = Newest.read(folder)
    found = Found()
    path = folder / DATABASE
    if path.is_file():
        with closing(reading(path)) as db:
            try:
                _look_into(db, found, log_id, committed, seconds)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                found.trouble = f"It is damaged: {error}."
    elif committed:
        found.trouble = _short(0, committed)
    return found


def _look_into(
    db: sqlite3.Connection, found: Found, log_id: str, committed: int, seconds: float | None
) -> None:
    version = tables.version(db)
    if version > tables.FORMAT:
        raise NewerFormat(version)
    if version == 0:
        if committed:
            found.trouble = _short(0, committed)
        return
    complaint, found.complete = check(db, seconds)
    if complaint:
        found.trouble = f"It is damaged: {complaint}."
        return
    newest = tables.newest(db)
    if newest < committed and tables.stored_log_id(db) == log_id:
        found.trouble = _short(newest, committed)


def _short(seq: int, committed: int) -> str:
    return (
        f"It ends with event {seq}, and {committed} had been committed: {DATABASE}-wal or a newer {DATABASE} "
        "is missing."
    )


def check(db: sqlite3.Connection, seconds: float | None) -> tuple[str, bool]:
    """SQLite's first complaint, if any, and whether it has seen all."""
    end = None if seconds is None else time.monotonic() + seconds
    db.set_progress_handler(lambda: end is not None and time.monotonic() > end, STEPS)
    try:
        # What is derived can be made again, but a server that cannot read it does not start.
        derived = db.execute("SELECT name FROM sqlite_master WHERE name = ?", (tables.DERIVED,)).fetchall()
        for name in (*tables.ROWS, *(name for (name,) in derived)):
            (complaint,) = db.execute(f"PRAGMA quick_check({name})").fetchone()
            if complaint != "ok":
                return " ".join(complaint.split()), True
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
            raise
        return "", False
    finally:
        db.set_progress_handler(None, 0)
    return "", True


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED


def reading(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing: no recent writes go into the database when it is closed."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


@dataclass(slots=True)
class Kept:
    """What could be read of a database, and what could not."""

    events: int = 0
    things: int = 0  # runs, and the class
    states: int = 0
    epochs: int = 0
    lost: set[str] = field(default_factory=set)  # the tables of which something could not be read
    lost_things: int = 0  # of which the beginning is missing

    def __str__(self) -> str:
        lost = [f"part of the {WORDS[name]}" for name in sorted(self.lost)]
        if self.lost_things:
            lost.append(f"the beginning of {self.lost_things} runs or classes, and so all of them")
        return (
            f"Read: {self.events} events of {self.things} runs and classes, {self.states} training states, "
            f"{self.epochs} past epochs. Not readable: {', '.join(lost) or 'nothing that is known of'}."
        )


def replace(folder: Path, trouble: str, first: Collection[str]) -> str:
    """Keep the database aside and go on with what can be read of it; what was lost, in words.

    `first` are the types of events without which nothing can be said of a thing. The words stand in the new
    file, too: a server that is killed before it has said them says them at its next start.

    Raises:
        sqlite3.Error, OSError: no room for the new file; everything is as it was.
    """
    for old in folder.glob("chalknet-rescued-*.part*"):  # a server was killed while it wrote them
        old.unlink()
    stamp = free_stamp(folder)
    new = part(folder, stamp)
    try:
        loss = f"The database was not whole. {trouble} {copy_what_can_be_read(folder, new, first)}"
        if (old := folder / DATABASE).exists() and old.stat().st_size:
            loss += f" The old file is kept as {_aside(stamp)}.db, with the names that are in it."
        with closing(sqlite3.connect(new, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = FULL")
            tables.note_loss(db, loss)
        exchange(folder, stamp)
        return loss
    finally:
        new.unlink(missing_ok=True)


def part(folder: Path, stamp: str) -> Path:
    """Where a new file is made."""
    return folder / f"chalknet-rescued-{stamp}.part"


def exchange(folder: Path, stamp: str) -> Path:
    """Put the new file, which is complete and on disk, in the place of the old; where the old one is then."""
    os.replace(part(folder, stamp), folder / f"chalknet-rescued-{stamp}.db")
    kill_points.passing("in-rescue")
    finish(folder)
    return folder / f"{_aside(stamp)}.db"


def finish(folder: Path) -> str | None:
    """Put a new file, if one is complete, in the place of the old, and return what it lacks, in words.

    Called before the database is opened: SQLite would write the old file's recent writes into the new one.
    """
    loss = None
    for rescued in sorted(folder.glob("chalknet-rescued-*.db")):
        stamp = rescued.stem.removeprefix("chalknet-rescued-")
        for side in (*SIDES, ""):
            old, aside = folder / f"{DATABASE}{side}", folder / f"{_aside(stamp)}.db{side}"
            if old.exists() and old.stat().st_size and not aside.exists():
                old.rename(aside)
            elif side:
                old.unlink(missing_ok=True)
        (folder / NEWEST).unlink(missing_ok=True)
        os.replace(rescued, folder / DATABASE)
        with closing(reading(folder / DATABASE)) as db:
            loss = tables.noted_loss(db)
    return loss


def kept_aside(folder: Path) -> list[Path]:
    """The databases that were kept aside so far, oldest first."""
    return sorted(folder.glob("chalknet-kept-*.db"))


def _aside(stamp: str) -> str:
    return f"chalknet-kept-{stamp}"


def free_stamp(folder: Path) -> str:
    """A name by the time, that no file of ours has yet."""
    stamp = f"{kill_points.now():%Y%m%dT%H%M%SZ}"
    while (folder / f"{_aside(stamp)}.db").exists():
        stamp += "-again"
    return stamp


def copy_what_can_be_read(folder: Path, new: Path, first: Collection[str]) -> Kept:
    """Into a new file, all that can be read of a folder's database."""
    old, newest = folder / DATABASE, Newest.read(folder)[1]
    kept = Kept()
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY))
    with closing(sqlite3.connect(new, isolation_level=None)) as to:
        to.execute("PRAGMA synchronous = FULL")
        to.execute("BEGIN IMMEDIATE")
        tables.create(to)
        if old.exists():
            with closing(reading(old)) as db:
                for name, columns in tables.ROWS.items():
                    _copy_table(db, to, name, columns, kept, newest)
        kept.lost_things = tables.forget_headless(to, first)
        kept.events, kept.things, kept.states, kept.epochs = tables.counts(to)
        to.execute("COMMIT")
    return kept


def _copy_table(
    db: sqlite3.Connection,
    to: sqlite3.Connection,
    name: str,
    columns: tuple[str, ...],
    kept: Kept,
    newest: int,
) -> None:
    places = ", ".join("?" * len(columns))
    for row in _readable(db, name, columns, newest):
        if row is None or (name == "events" and not _is_event(row)):
            kept.lost.add(name)
        else:
            to.execute(f"INSERT OR IGNORE INTO {name} ({', '.join(columns)}) VALUES ({places})", row)  # noqa: S608


def _readable(
    db: sqlite3.Connection, name: str, columns: tuple[str, ...], newest: int
) -> Iterator[tuple[Any, ...] | None]:
    """The rows of a table in the order of their numbers; None where something cannot be read."""
    statement = f"SELECT rowid, {', '.join(columns)} FROM {name} WHERE rowid BETWEEN ? AND ? LIMIT {ROWS}"  # noqa: S608
    waiting = [(1, _last(db, name, newest))]
    end = time.monotonic() + TABLE_SECONDS
    while waiting:
        low, high = waiting.pop()
        number, count = low - 1, 0
        try:
            for row in db.execute(statement, (low, high)):
                number, count = row[0], count + 1
                yield row[1:]
            if count == ROWS and number < high:
                waiting.append((number + 1, high))
        except sqlite3.Error:  # at some number after this one: look at each half
            low = number + 1
            if low >= high or time.monotonic() > end:
                yield None
                continue
            middle = (low + high) // 2
            waiting += [(middle + 1, high), (low, middle)]


def _last(db: sqlite3.Connection, name: str, newest: int) -> int:
    """A number that no row of the table is beyond."""
    with suppress(sqlite3.Error):
        (number,) = db.execute(f"SELECT MAX(rowid) FROM {name}").fetchone()  # noqa: S608
        return max(number or 0, newest)
    with suppress(sqlite3.Error):  # a row takes 40 bytes or more; events have holes in their numbers
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        return max(100 * int(pages), newest)
    return newest


def _is_event(row: tuple[Any, ...]) -> bool:
    _, *texts, body = row
    try:
        return all(isinstance(text, str) for text in texts) and isinstance(json.loads(body), dict)
    except (TypeError, ValueError):
        return False
