"""The log on disk: the threads that write and read it, and what is said when the disk refuses.

One writer thread, so numbers are given in the order of commits; readers have connections of their own and
never wait for it (write-ahead log). A commit is all or nothing: a slice's events with its checkpoint and its
snapshots. It is acknowledged once it would outlast a power cut (synchronous=FULL); commits that wait for the
disk at the same time share one transaction (docs/decisions/0007-durable-commits.md).
"""

import asyncio
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..errors import AppError, NoRoom, Unavailable
from ..ops import kill_points
from . import rescue, tables
from .data_folder import DATABASE, claim
from .event import E, Event, Recorded, Types, Unknown
from .reserve import Reserve
from .tables import Checkpoint, Folded, Sizes, Snapshot

T = TypeVar("T")

log = logging.getLogger("chalknet.store")

PAGE = 500  # events per read: a page of epochs is about 200 KB
MOST_TOGETHER = 64  # commits that share a transaction
BUSY_SECONDS = 2.0  # how long a locked database is waited for before the caller is told

Work = Callable[[sqlite3.Connection], Any]


class Store:
    """The log of one data folder, which it holds locked until it is closed."""

    def __init__(self, folder: Path, types: Iterable[type[Event]]) -> None:
        types = tuple(types)
        self._types = Types(types)
        self._lock = claim(folder)
        self._path = folder / DATABASE
        self._newest: rescue.Newest | None = None
        self._local = threading.local()
        self._waiting: deque[_Wish] = deque()
        self._is_locked = False  # as far as the last who wrote has seen
        self._connections: list[sqlite3.Connection] = []
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")
        try:
            self._reserve = Reserve(folder)
            first = {kind.type for kind in types if kind.first}
            # What of the log was lost before this start, in words.
            self.loss = _mend(folder, first)
            self.log_id = self._writer.submit(self._answer, self._open).result()
            self._newest = rescue.Newest(folder, self.log_id)
            self._writer.submit(self._answer, self._note_newest).result()
        except BaseException:
            self.close()
            raise

    async def commit(
        self,
        subject: str,
        events: Sequence[E],
        checkpoint: Checkpoint | None = None,
        snapshots: Iterable[Snapshot] = (),
        *,
        frees: bool = False,
    ) -> list[Recorded[E]]:
        """All of it or nothing; returns the events with their numbers once they are on disk.

        What `frees` room, or ends what takes it, may use the reserve.
        """
        return await self._write(lambda db: tables.commit(db, subject, events, checkpoint, snapshots), frees)

    async def delete(self, subject: str, last: E) -> list[Recorded[E]]:
        """Forget all of a subject but this one event, which says so to whoever follows."""
        return await self._write(lambda db: tables.delete(db, subject, last), frees=True)

    async def events(
        self,
        after: int = 0,
        subjects: Sequence[str] | None = None,
        types: Sequence[str] | None = None,
        limit: int = PAGE,
        skip: int = 0,
    ) -> list[Recorded[Event | Unknown]]:
        """At most `limit` events with higher numbers, in order: of some subjects, of some types, or all.

        The first `skip` of them are left out.
        """

        work = partial(tables.rows, after=after, subjects=subjects, types=types, limit=limit, skip=skip)
        return await self._read(lambda db: self._recorded(work(db)))

    async def unfolded(self, subjects: Collection[str]) -> AsyncIterator[list[Recorded[Event | Unknown]]]:
        """All events in order, by pages, but those that are folded in these things, the first excepted."""
        numbers = await self._read(lambda db: tables.unfolded(db, subjects))
        for at in range(0, len(numbers), PAGE):
            rows = await self._read(partial(tables.numbered, numbers=numbers[at : at + PAGE]))
            yield self._recorded(rows)

    async def folded(self, made_by: str) -> list[Folded]:
        """What was kept of things by a program."""
        return await self._read(lambda db: tables.folded(db, made_by))

    async def keep_folded(self, things: Sequence[Folded]) -> None:
        """Keep things as they are; it stands for their events up to now, and is forgotten with them."""
        await self._write(lambda db: tables.keep_folded(db, things))

    async def checkpoint(self, run_id: str) -> Checkpoint | None:
        return await self._read(lambda db: tables.checkpoint(db, run_id))

    async def snapshot(self, run_id: str, epoch: int) -> bytes | None:
        return await self._read(lambda db: tables.snapshot(db, run_id, epoch))

    async def snapshot_epochs(self, run_id: str) -> list[int]:
        """The epochs whose parameters are kept, in order."""
        return await self._read(lambda db: tables.snapshot_epochs(db, run_id))

    async def sizes(self) -> Sizes:
        """What checkpoints and snapshots take on disk."""
        return await self._read(tables.sizes)

    async def remove_snapshots(self, epochs: Mapping[str, Iterable[int]]) -> None:
        """Forget the parameters of these epochs of each run."""
        await self._write(lambda db: tables.remove_snapshots(db, epochs), frees=True)

    async def empty_recent(self) -> bool:
        """Leave nothing in the file of recent writes (-wal): in the database the deleted is overwritten.

        False if a reader was in the way.
        """
        work = partial(self._answer, lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
        busy, _, _ = await asyncio.wrap_future(self._writer.submit(work))
        return not busy

    def close(self) -> None:
        """Finish what is being written, then let go of the folder."""
        self._writer.shutdown()
        self._readers.shutdown()
        for connection in self._connections:
            connection.close()
        if self._newest is not None:
            self._newest.close()
        self._lock.release()

    def _recorded(self, rows: Iterable[tuple[int, str, str, str, str]]) -> list[Recorded[Event | Unknown]]:
        return [
            Recorded(seq, subject, ts, self._types.read(name, body)) for seq, subject, ts, name, body in rows
        ]

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._answer, work)

    async def _write(self, work: Callable[[sqlite3.Connection], T], frees: bool = False) -> T:
        """Do it in a transaction on the writer's thread, in the order of the calls."""
        future: Future[T] = Future()
        self._waiting.append(_Wish(work, future, frees))
        self._writer.submit(self._write_what_waits)
        return await asyncio.wrap_future(future)

    def _write_what_waits(self) -> None:
        """Everything that waits in one transaction; if one of them fails, each in one of its own."""
        taken: list[_Wish] = []
        has_reserve = self._reserve.hold()
        while self._waiting and len(taken) < MOST_TOGETHER:
            wish = self._waiting.popleft()
            if not wish.future.set_running_or_notify_cancel():
                continue
            if wish.frees or has_reserve:
                taken.append(wish)
            else:
                wish.future.set_exception(_no_room())
        if taken:
            self._write_together(taken)

    def _write_together(self, taken: Sequence["_Wish"]) -> None:
        try:
            results = self._answer(lambda db: self._in_transaction(db, [wish.work for wish in taken]))
        except Exception as error:
            for wish in taken:
                self._fail_or_write_alone(wish, error, alone=len(taken) == 1)
            if self._is_locked:
                self._refuse_who_waits(error)
        else:
            with suppress(AppError):  # a word for the next start, and not worth an answer
                self._answer(self._note_newest)
            for wish, result in zip(taken, results, strict=True):
                wish.future.set_result(result)

    def _refuse_who_waits(self, error: Exception) -> None:
        """The database is locked: who has come in the meantime would wait as long, one after the other."""
        while self._waiting:
            wish = self._waiting.popleft()
            if wish.future.set_running_or_notify_cancel():
                wish.future.set_exception(error)

    def _fail_or_write_alone(self, wish: "_Wish", error: Exception, alone: bool) -> None:
        is_full = isinstance(error, NoRoom) and wish.frees
        refuses_all = isinstance(error, AppError) and not isinstance(error.__cause__, sqlite3.IntegrityError)
        if not is_full and (alone or refuses_all):
            wish.future.set_exception(error)  # the disk or the database refuses, and would refuse each
            return
        if is_full:
            self._reserve.give_up()
        try:
            (result,) = self._answer(lambda db: self._in_transaction(db, [wish.work]))
            wish.future.set_result(result)
        except Exception as own:
            wish.future.set_exception(own)
        if is_full:
            with suppress(AppError):  # the file of recent writes begins anew, and keeps its room
                self._answer(lambda db: db.execute("PRAGMA wal_checkpoint(RESTART)").fetchone())

    def _in_transaction(self, db: sqlite3.Connection, works: Sequence[Work]) -> list[Any]:
        """All of it; a database that was locked a moment ago is not waited for."""
        db.execute(f"PRAGMA busy_timeout = {0 if self._is_locked else round(1000 * BUSY_SECONDS)}")
        try:
            with _transaction(db):
                results = [work(db) for work in works]
        except sqlite3.Error as error:
            self._is_locked = _is_locked(error)
            raise
        self._is_locked = False
        kill_points.passing("after-commit")
        return results

    def _answer(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return work(self._connection())
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
            # What is deleted is overwritten: the names of its people leave with a class.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return connection

    def _note_newest(self, db: sqlite3.Connection) -> None:
        if self._newest is not None:
            self._newest.note(tables.newest(db))

    def _open(self, db: sqlite3.Connection) -> str:
        db.execute("PRAGMA journal_mode = WAL")
        with _transaction(db):
            if tables.version(db) == 0:
                tables.create(db)
            db.execute(tables.FOLDED)
            return tables.log_id(db)


def _mend(folder: Path, first: Collection[str]) -> str | None:
    """Go on without what is damaged or missing; what that is, in words, and None if it is nothing.

    Raises:
        Unavailable: the format is newer, or there is no room for what can be read.
    """
    path = folder / DATABASE
    try:
        unsaid = rescue.finish(folder)  # a server was killed before it could say it
        found = rescue.look(folder, rescue.CHECK_SECONDS)
        if not found.complete:
            text = "the database was not looked at to its end in %g seconds; chalknet doctor does"
            log.warning(text, rescue.CHECK_SECONDS)
        if found.trouble is not None:
            log.error("%s: %s", path, found.trouble)
        loss = unsaid if found.trouble is None else rescue.replace(folder, found.trouble, first)
    except rescue.NewerFormat as error:
        raise Unavailable(
            f"{path} was written by a newer Chalknet (format {error.version}); "
            f"this one reads {tables.FORMAT}."
        ) from None
    except (sqlite3.Error, OSError) as error:
        text = f"{path} cannot be read, or what can be read of it not be saved: {error}. It is left as it is."
        raise Unavailable(text, code="store-damaged") from error
    if loss is not None:
        log.error("%s", loss)
    return loss


@dataclass(frozen=True, slots=True)
class _Wish:
    """Something to be written, and who waits for it."""

    work: Work
    future: Future[Any]
    frees: bool


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when anything was raised."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk may have ended it already
            db.execute("ROLLBACK")
        raise


def _in_words(error: sqlite3.Error) -> NoRoom | Unavailable:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return _no_room()
    if _is_locked(error):
        return Unavailable(
            "Another program holds the server's database: nothing was changed. Try again in a moment.",
            headers={"Retry-After": "2"},
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Unavailable(
            "The server's database is damaged. Start the server again: it keeps the file aside and goes on "
            "with what can be read, or restore a copy.",
            code="store-damaged",
        )
    return Unavailable(f"The server's database refuses: {error}.")


def _is_locked(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _no_room() -> NoRoom:
    return NoRoom(
        "There is no room left on the server's disk: nothing was changed. Deleting and stopping runs "
        "still works: delete the longest, or free some room elsewhere on the disk, and try again."
    )
