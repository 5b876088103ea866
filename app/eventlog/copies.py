"""Copies of a data folder's database: made while the server writes, put back, and what is wrong with one.

The database is all that has to be copied: the prepared data beside it are made anew from the program.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from . import rescue, tables
from .data_folder import DATABASE, OWNER_ONLY, claim

MB = 1_000_000


class CopyRefused(Exception):
    """A copy cannot be made or put back; the message says why."""


def backup(folder: Path, target: Path) -> str:
    """Copy the database into a new file, as it is at one moment; who writes goes on. What it is, in words.

    Raises:
        CopyRefused: there is nothing to copy, or something with the copy's name.
        OSError: no room, no right.
    """
    source = folder / DATABASE
    if not source.is_file() or source.stat().st_size == 0:
        raise CopyRefused(f"There is no database in {folder}.")
    if target.exists():
        raise CopyRefused(f"{target} is there already, and is not overwritten.")
    part = target.with_name(target.name + ".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY))
    except FileExistsError:
        raise CopyRefused(
            f"{part} is there: another copy is being made, or was cut off. Delete it."
        ) from None
    try:
        with (
            closing(rescue.reading(source)) as db,
            closing(sqlite3.connect(part, isolation_level=None)) as copy,
        ):
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file
        about = _checked(part)
        os.replace(part, target)
    except sqlite3.Error as error:
        raise CopyRefused(f"The database cannot be copied: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return about


def restore(folder: Path, source: Path) -> tuple[str, Path | None]:
    """Put a copy in the place of the folder's database, which is kept under another name.

    What the copy holds, and the name. It is a new log from then on: its numbers are given a second time.

    Raises:
        CopyRefused: it is no copy of a database, is damaged or was made by a newer Chalknet.
        FolderInUse: a server holds the folder.
        OSError: no room, no right.
    """
    about = _checked(source)
    lock = claim(folder)
    try:
        rescue.finish(folder)
        stamp = rescue.free_stamp(folder)
        part = rescue.part(folder, stamp)
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY))
            # Not a copy of the file: what was committed last may be in a -wal beside it.
            with (
                closing(rescue.reading(source)) as old,
                closing(sqlite3.connect(part, isolation_level=None)) as db,
            ):
                old.backup(db)
                db.execute("PRAGMA journal_mode = DELETE")
                tables.forget_log_id(db)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            aside = rescue.exchange(folder, stamp)
        finally:
            part.unlink(missing_ok=True)
    except sqlite3.Error as error:
        raise CopyRefused(f"{source} cannot be put back: {error}.") from error
    finally:
        lock.release()
    return about, aside if aside.exists() else None


def _checked(path: Path) -> str:
    """What a copy holds; CopyRefused if it is none."""
    if not path.is_file():
        raise CopyRefused(f"There is no file {path}.")
    try:
        with closing(rescue.reading(path)) as db:
            version = tables.version(db)
            if version > tables.FORMAT:
                raise CopyRefused(
                    f"{path} was written by a newer Chalknet (format {version}); "
                    f"this one reads {tables.FORMAT}."
                )
            if version == 0:
                raise CopyRefused(f"{path} is not a database of Chalknet.")
            complaint, _ = rescue.check(db, None)
            if complaint:
                raise CopyRefused(f"{path} is damaged: {complaint}.")
            return _counted(db)
    except sqlite3.Error as error:
        raise CopyRefused(f"{path} is not a database that can be read: {error}.") from error


def _counted(db: sqlite3.Connection) -> str:
    events, things, states, epochs = tables.counts(db)
    return f"{events} events of {things} runs and classes, {states} training states, {epochs} past epochs"


def diagnosis(folder: Path, first: Collection[str]) -> Iterator[tuple[bool, str]]:
    """What is found in a data folder, line by line, and whether it is in order; nothing is changed.

    `first` are the types of events without which nothing can be said of a thing.
    """
    path = folder / DATABASE
    if not folder.is_dir():
        yield False, f"There is no folder {folder}."
        return
    try:
        found = rescue.look(folder, None)
        if found.trouble is None and not path.is_file():
            yield True, f"{path} is not there: a server that starts makes it."
        elif found.trouble is None:
            with closing(rescue.reading(path)) as db:
                holds = _counted(db) if tables.version(db) else "nothing yet"
            yield True, f"{path}: whole, {_size(path)}; {holds}."
        else:
            yield False, f"{path}: {found.trouble}"
            yield (
                False,
                f"A server that starts now keeps it aside and goes on with this. {_dry_run(folder, first)}",
            )
            yield False, "To lose less, first look for a newer copy, and put it back: chalknet restore FILE."
    except rescue.NewerFormat as error:
        yield (
            False,
            f"{path} is of format {error.version}, this Chalknet reads {tables.FORMAT}: take a newer one.",
        )
    except sqlite3.Error as error:
        yield False, f"{path} cannot be looked at: {error}."
    for old in rescue.kept_aside(folder):
        yield (
            True,
            f"{old}: kept aside, {_size(old)}; has the names that were in it. Delete it when you can.",
        )
    free = shutil.disk_usage(folder).free
    yield free > 100 * MB, f"{free // MB} MB are free on the disk."


def _dry_run(folder: Path, first: Collection[str]) -> str:
    with tempfile.TemporaryDirectory() as place:
        part = Path(place) / "part"
        return str(rescue.copy_what_can_be_read(folder, part, first))


def _size(path: Path) -> str:
    return f"{path.stat().st_size / MB:.1f} MB"
