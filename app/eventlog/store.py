"""The log on disk: the only module that knows SQLite.

One writer thread, so numbers are given in the order of commits; readers have connections of their own and
never wait for it (write-ahead log). A commit is one transaction: a slice's events with its checkpoint and
its snapshots.
"""

import asyncio
import fcntl
import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..errors import NoRoom, Unavailable
from ..ops import kill_points
from .event import E, Event, Recorded, Types, Unknown

T = TypeVar("T")

PAGE = 500  # events per read: a page of epochs is about 200 KB
BUSY_SECONDS = 2.0  # how long a locked database is waited for before the caller is told
FORMAT = 1
SCHEMA = """
CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, type TEXT NOT NULL,
                     ts TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX events_of_run ON events (run_id, seq);
CREATE TABLE checkpoints (run_id TEXT PRIMARY KEY, step INTEGER NOT NULL, state BLOB NOT NULL);
CREATE TABLE snapshots (run_id TEXT NOT NULL, epoch INTEGER NOT NULL, params BLOB NOT NULL,
                        PRIMARY KEY (run_id, epoch));
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The training state after a run's last committed slice."""

    run_id: str
    step: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The parameters at the end of an epoch."""

    run_id: str
    epoch: int
    params: bytes


class FolderInUse(Exception):
    """Another server owns the data folder; the message names it."""


class Store:
    """The log of one data folder, which it holds locked until it is closed."""

    def __init__(self, folder: Path, types: Iterable[type[Event]]) -> None:
        self._types = Types(types)
        folder.mkdir(parents=True, exist_ok=True)
        self._lock_file = _lock(folder / "lock")
        self._path = folder / "chalknet.db"
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")
        try:
            self.log_id = self._writer.submit(self._answer, self._open).result()
        except BaseException:
            self.close()
            raise

    async def commit(
        self,
        subject: str,
        events: Sequence[E],
        checkpoint: Checkpoint | None = None,
        snapshots: Iterable[Snapshot] = (),
    ) -> list[Recorded[E]]:
        """All of it or nothing; returns the events with their numbers once they are on disk."""
        return await self._run(self._writer, lambda db: _commit(db, subject, events, checkpoint, snapshots))

    async def delete(self, subject: str, last: E) -> list[Recorded[E]]:
        """Forget all of a subject but this one event, which says so to whoever follows."""
        return await self._run(self._writer, lambda db: _delete(db, subject, last))

    async def events(
        self,
        after: int = 0,
        subjects: Sequence[str] | None = None,
        types: Sequence[str] | None = None,
        limit: int = PAGE,
    ) -> list[Recorded[Event | Unknown]]:
        """At most `limit` events with higher numbers, in order: of some subjects, of some types, or all."""

        def read(db: sqlite3.Connection) -> list[Recorded[Event | Unknown]]:
            rows = _rows(db, after, subjects, types, limit)
            return [
                Recorded(seq, subject, ts, self._types.read(name, body))
                for seq, subject, ts, name, body in rows
            ]

        return await self._run(self._readers, read)

    async def checkpoint(self, run_id: str) -> Checkpoint | None:
        return await self._run(self._readers, lambda db: _checkpoint(db, run_id))

    async def snapshot(self, run_id: str, epoch: int) -> bytes | None:
        return await self._run(self._readers, lambda db: _snapshot(db, run_id, epoch))

    async def snapshot_epochs(self, run_id: str) -> list[int]:
        """The epochs whose parameters are kept, in order."""
        return await self._run(self._readers, lambda db: _snapshot_epochs(db, run_id))

    async def trim(self, run_ids: Sequence[str], max_bytes: int) -> list[str]:
        """Delete the snapshots of the first of these runs until all snapshots fit; returns whose are gone."""
        return await self._run(self._writer, lambda db: _trim(db, run_ids, max_bytes))

    def close(self) -> None:
        """Finish what is being written, then let go of the folder."""
        self._writer.shutdown()
        self._readers.shutdown()
        for connection in self._connections:
            connection.close()
        os.close(self._lock_file)

    async def _run(self, pool: ThreadPoolExecutor, job: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, lambda: self._answer(job))

    def _answer(self, job: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return job(self._connection())
        except sqlite3.Error as error:
            raise _in_words(error) from error

    def _connection(self) -> sqlite3.Connection:
        """This thread's own connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connections.append(connection)
            connection.execute(
                "PRAGMA secure_delete = ON"
            )  # what is deleted is overwritten: names leave with a class
            connection.execute("PRAGMA synchronous = NORMAL")  # loses nothing when the process is killed
            self._local.connection = connection
        return connection

    def _open(self, db: sqlite3.Connection) -> str:
        db.execute("PRAGMA journal_mode = WAL")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > FORMAT:
            raise Unavailable(
                f"{self._path} was written by a newer Chalknet (format {version}); this one reads {FORMAT}."
            )
        if version == 0:
            db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
            db.execute("INSERT INTO facts VALUES ('log_id', ?)", (secrets.token_hex(8),))
        (log_id,) = db.execute("SELECT value FROM facts WHERE name = 'log_id'").fetchone()
        return str(log_id)


def _commit(
    db: sqlite3.Connection,
    subject: str,
    events: Sequence[E],
    checkpoint: Checkpoint | None,
    snapshots: Iterable[Snapshot],
) -> list[Recorded[E]]:
    kill_points.passing("before-commit")
    with _transaction(db):
        if checkpoint:
            db.execute(
                "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)",
                (checkpoint.run_id, checkpoint.step, checkpoint.state),
            )
        db.executemany(
            "INSERT INTO snapshots VALUES (?, ?, ?)", [(s.run_id, s.epoch, s.params) for s in snapshots]
        )
        for replaced in {name for event in events for name in event.replaces}:
            db.execute("DELETE FROM events WHERE run_id = ? AND type = ?", (subject, replaced))
        stored = [_insert(db, subject, event) for event in events]
        kill_points.passing("in-commit")
    kill_points.passing("after-commit")
    return stored


def _delete(db: sqlite3.Connection, subject: str, last: E) -> list[Recorded[E]]:
    with _transaction(db):
        for table in ("events", "checkpoints", "snapshots"):
            db.execute(f"DELETE FROM {table} WHERE run_id = ?", (subject,))  # noqa: S608 - three names of our own
        return [_insert(db, subject, last)]


def _trim(db: sqlite3.Connection, run_ids: Sequence[str], max_bytes: int) -> list[str]:
    sizes = dict(db.execute("SELECT run_id, SUM(LENGTH(params)) FROM snapshots GROUP BY run_id").fetchall())
    total, trimmed = sum(sizes.values()), []
    for run_id in run_ids:
        if total <= max_bytes:
            break
        if run_id in sizes:
            total -= sizes[run_id]
            trimmed.append(run_id)
    with _transaction(db):
        db.executemany("DELETE FROM snapshots WHERE run_id = ?", [(run_id,) for run_id in trimmed])
    return trimmed


def _insert(db: sqlite3.Connection, subject: str, event: E) -> Recorded[E]:
    ts = kill_points.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = json.dumps(event.as_json(), separators=(",", ":"), allow_nan=False)
    cursor = db.execute(
        "INSERT INTO events (run_id, type, ts, body) VALUES (?, ?, ?, ?)", (subject, event.type, ts, body)
    )
    assert cursor.lastrowid is not None  # noqa: S101 - SQLite has just inserted a row
    return Recorded(cursor.lastrowid, subject, ts, event)


def _rows(
    db: sqlite3.Connection,
    after: int,
    subjects: Sequence[str] | None,
    types: Sequence[str] | None,
    limit: int,
) -> list[tuple[int, str, str, str, str]]:
    where = "seq > ?"
    bounds: list[object] = [after]
    for column, wanted in (("run_id", subjects), ("type", types)):
        if wanted is not None:
            where += f" AND {column} IN (SELECT value FROM json_each(?))"  # noqa: S608
            bounds.append(json.dumps(list(wanted)))
    return db.execute(
        f"SELECT seq, run_id, ts, type, body FROM events WHERE {where} ORDER BY seq LIMIT ?",  # noqa: S608
        (*bounds, limit),
    ).fetchall()


def _checkpoint(db: sqlite3.Connection, run_id: str) -> Checkpoint | None:
    row = db.execute("SELECT run_id, step, state FROM checkpoints WHERE run_id = ?", (run_id,)).fetchone()
    return Checkpoint(*row) if row else None


def _snapshot(db: sqlite3.Connection, run_id: str, epoch: int) -> bytes | None:
    row = db.execute(
        "SELECT params FROM snapshots WHERE run_id = ? AND epoch = ?", (run_id, epoch)
    ).fetchone()
    return row[0] if row else None


def _snapshot_epochs(db: sqlite3.Connection, run_id: str) -> list[int]:
    rows = db.execute("SELECT epoch FROM snapshots WHERE run_id = ? ORDER BY epoch", (run_id,))
    return [epoch for (epoch,) in rows]


class _transaction:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when anything was raised."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            try:
                self._db.execute("COMMIT")
                return
            except sqlite3.Error:
                self._roll_back()
                raise
        self._roll_back()

    def _roll_back(self) -> None:
        if self._db.in_transaction:  # a full disk may have ended it already
            self._db.execute("ROLLBACK")


def _lock(path: Path) -> int:
    """Hold the folder: the lock goes with the process, however it ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(handle, 200).decode(errors="replace").strip() or "another process"
        os.close(handle)
        raise FolderInUse(f"{path.parent} is in use by {holder}.") from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"process {os.getpid()} on {os.uname().nodename}\n".encode(), 0)
    return handle


def _in_words(error: sqlite3.Error) -> NoRoom | Unavailable:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return NoRoom(
            "There is no room left on the server's disk: nothing was changed. Free some and try again."
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Unavailable(
            "Another program holds the server's database: nothing was changed. Try again in a moment."
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Unavailable(
            "The server's database is damaged. It is left as it is: restore a copy or use another folder.",
            code="store-damaged",
        )
    return Unavailable(f"The server's database refuses: {error}.")
