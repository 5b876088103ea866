"""What is in the file, and every statement that touches it. A thing's id stands in the column `run_id`.

The functions take a connection; those that write are called inside a transaction.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ..ops import kill_points
from .event import E, Recorded

FORMAT = 1
SCHEMA = (
    "CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, type TEXT NOT NULL,"
    " ts TEXT NOT NULL, body TEXT NOT NULL)",
    "CREATE INDEX events_of_run ON events (run_id, seq)",
    "CREATE TABLE checkpoints (run_id TEXT PRIMARY KEY, step INTEGER NOT NULL, state BLOB NOT NULL)",
    "CREATE TABLE snapshots (run_id TEXT NOT NULL, epoch INTEGER NOT NULL, params BLOB NOT NULL,"
    " PRIMARY KEY (run_id, epoch))",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)

DERIVED = "folded"
# Not in SCHEMA: it is derived from the events, and a file of before gets it when it is opened.
FOLDED = (
    "CREATE TABLE IF NOT EXISTS folded (run_id TEXT PRIMARY KEY, first INTEGER NOT NULL,"
    " seq INTEGER NOT NULL, made_by TEXT NOT NULL, body TEXT NOT NULL)"
)

# What a new file is given of an old one: the tables with their columns. The log first: it matters most.
ROWS = {
    "events": ("seq", "run_id", "type", "ts", "body"),
    "checkpoints": ("run_id", "step", "state"),
    "snapshots": ("run_id", "epoch", "params"),
}


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


@dataclass(frozen=True, slots=True)
class Folded:
    """A thing as its events up to one have made it, written down by the program that folded them."""

    subject: str
    seq: int
    made_by: str
    body: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on disk: of each run's training state, and of the parameters of each epoch that is kept."""

    states: dict[str, int]
    epochs: dict[str, dict[int, int]]


def version(db: sqlite3.Connection) -> int:
    """The format of the file; 0 for one that has nothing in it yet."""
    (number,) = db.execute("PRAGMA user_version").fetchone()
    return int(number)


def create(db: sqlite3.Connection) -> None:
    """Make the tables and give the log its identity."""
    for statement in SCHEMA:
        db.execute(statement)
    kill_points.passing("in-creation")
    log_id(db)
    db.execute(f"PRAGMA user_version = {FORMAT}")


def log_id(db: sqlite3.Connection) -> str:
    """Whose numbers these are; given now to a log whose server was killed before it had one (up to 0.1.0)."""
    db.execute("INSERT OR IGNORE INTO facts VALUES ('log_id', ?)", (secrets.token_hex(8),))
    (value,) = db.execute("SELECT value FROM facts WHERE name = 'log_id'").fetchone()
    return str(value)


def stored_log_id(db: sqlite3.Connection) -> str | None:
    """Whose numbers these are, without giving a new log its own."""
    row = db.execute("SELECT value FROM facts WHERE name = 'log_id'").fetchone()
    return str(row[0]) if row else None


def note_loss(db: sqlite3.Connection, words: str) -> None:
    """What of an older file is not in this one."""
    db.execute("INSERT OR REPLACE INTO facts VALUES ('loss', ?)", (words,))


def noted_loss(db: sqlite3.Connection) -> str | None:
    """The same, for whoever has not said it yet; None if nothing was noted."""
    with suppress(sqlite3.Error):
        row = db.execute("SELECT value FROM facts WHERE name = 'loss'").fetchone()
        return str(row[0]) if row else None
    return None


def forget_log_id(db: sqlite3.Connection) -> None:
    """The log gets another identity when it is opened."""
    db.execute("DELETE FROM facts WHERE name IN ('log_id', 'loss')")


def newest(db: sqlite3.Connection) -> int:
    """The highest number that an event has ever had here."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return int(row[0]) if row else 0


def counts(db: sqlite3.Connection) -> tuple[int, int, int, int]:
    """How many events there are, of how many things, how many training states and past epochs."""
    events, things = db.execute("SELECT COUNT(*), COUNT(DISTINCT run_id) FROM events").fetchone()
    (states,) = db.execute("SELECT COUNT(*) FROM checkpoints").fetchone()
    (epochs,) = db.execute("SELECT COUNT(*) FROM snapshots").fetchone()
    return events, things, states, epochs


def forget_headless(db: sqlite3.Connection, first: Iterable[str]) -> int:
    """Forget all of the things whose first event is not there; how many they were.

    What was deleted has no event but its last, and stays.
    """
    headless = [
        run_id
        for (run_id,) in db.execute(
            "SELECT run_id FROM events GROUP BY run_id HAVING COUNT(*) > 1"
            " AND NOT SUM(type IN (SELECT value FROM json_each(?)))"
            " UNION SELECT run_id FROM checkpoints WHERE run_id NOT IN (SELECT run_id FROM events)"
            " UNION SELECT run_id FROM snapshots WHERE run_id NOT IN (SELECT run_id FROM events)",
            (json.dumps(list(first)),),
        )
    ]
    for table in ROWS:
        db.executemany(f"DELETE FROM {table} WHERE run_id = ?", [(run_id,) for run_id in headless])  # noqa: S608
    return len(headless)


def commit(
    db: sqlite3.Connection,
    subject: str,
    events: Sequence[E],
    checkpoint: Checkpoint | None,
    snapshots: Iterable[Snapshot],
) -> list[Recorded[E]]:
    """Write events with what belongs to them; older events that they replace go."""
    kill_points.passing("before-commit")
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
    return stored


def delete(db: sqlite3.Connection, subject: str, last: E) -> list[Recorded[E]]:
    """Forget all of a subject but this event."""
    with _without_overwriting(db):
        for table in ("checkpoints", "snapshots"):
            db.execute(f"DELETE FROM {table} WHERE run_id = ?", (subject,))  # noqa: S608 - two names of our own
    for table in ("events", "folded"):
        db.execute(f"DELETE FROM {table} WHERE run_id = ?", (subject,))  # noqa: S608 - two names of our own
    return [_insert(db, subject, last)]


def remove_snapshots(db: sqlite3.Connection, epochs: Mapping[str, Iterable[int]]) -> None:
    """Forget the parameters of these epochs of each run."""
    pairs = [(run_id, epoch) for run_id, numbers in epochs.items() for epoch in numbers]
    with _without_overwriting(db):
        db.executemany("DELETE FROM snapshots WHERE run_id = ? AND epoch = ?", pairs)


@contextmanager
def _without_overwriting(db: sqlite3.Connection) -> Iterator[None]:
    """Numbers are nobody's secret: to overwrite 100 MB of them would take 100 MB more until it is done."""
    db.execute("PRAGMA secure_delete = OFF")
    try:
        yield
    finally:
        db.execute("PRAGMA secure_delete = ON")


def rows(
    db: sqlite3.Connection,
    after: int,
    subjects: Sequence[str] | None,
    types: Sequence[str] | None,
    limit: int,
    skip: int = 0,
) -> list[tuple[int, str, str, str, str]]:
    """(seq, subject, ts, type, body) of events with higher numbers, in order, but for the first of them."""
    where = "seq > ?"
    bound: list[object] = [after]
    for column, wanted in (("run_id", subjects), ("type", types)):
        if wanted is not None:
            where += f" AND {column} IN (SELECT value FROM json_each(?))"  # noqa: S608
            bound.append(json.dumps(list(wanted)))
    return db.execute(
        f"SELECT seq, run_id, ts, type, body FROM events WHERE {where} ORDER BY seq LIMIT ? OFFSET ?",  # noqa: S608
        (*bound, limit, skip),
    ).fetchall()


def keep_folded(db: sqlite3.Connection, things: Iterable[Folded]) -> None:
    """In place of what was kept of them; what has been deleted meanwhile is not kept."""
    db.executemany(
        "INSERT OR REPLACE INTO folded SELECT run_id, MIN(seq), ?, ?, ? FROM events WHERE run_id = ?"
        " GROUP BY run_id HAVING MAX(seq) >= ?",
        [(thing.seq, thing.made_by, thing.body, thing.subject, thing.seq) for thing in things],
    )


def folded(db: sqlite3.Connection, made_by: str) -> list[Folded]:
    """What one program has kept of things whose first event is there."""
    found = db.execute(
        "SELECT run_id, seq, made_by, body FROM folded WHERE made_by = ? AND EXISTS"
        " (SELECT 1 FROM events WHERE seq = first AND run_id = folded.run_id)",
        (made_by,),
    )
    return [Folded(*row) for row in found]


def unfolded(db: sqlite3.Connection, subjects: Iterable[str]) -> list[int]:
    """The numbers of all events but those that are folded in these things; of these the first too."""
    found = db.execute(
        "SELECT events.seq FROM events LEFT JOIN folded ON folded.run_id = events.run_id"
        " AND folded.run_id IN (SELECT value FROM json_each(?))"
        " WHERE folded.seq IS NULL OR events.seq > folded.seq OR events.seq = folded.first"
        " ORDER BY events.seq",
        (json.dumps(list(subjects)),),
    )
    return [seq for (seq,) in found]


def numbered(db: sqlite3.Connection, numbers: Sequence[int]) -> list[tuple[int, str, str, str, str]]:
    """(seq, subject, ts, type, body) of the events with these numbers, in order."""
    return db.execute(
        "SELECT seq, run_id, ts, type, body FROM events"
        " WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (json.dumps(list(numbers)),),
    ).fetchall()


def checkpoint(db: sqlite3.Connection, run_id: str) -> Checkpoint | None:
    row = db.execute("SELECT run_id, step, state FROM checkpoints WHERE run_id = ?", (run_id,)).fetchone()
    return Checkpoint(*row) if row else None


def snapshot(db: sqlite3.Connection, run_id: str, epoch: int) -> bytes | None:
    row = db.execute(
        "SELECT params FROM snapshots WHERE run_id = ? AND epoch = ?", (run_id, epoch)
    ).fetchone()
    return row[0] if row else None


def snapshot_epochs(db: sqlite3.Connection, run_id: str) -> list[int]:
    found = db.execute("SELECT epoch FROM snapshots WHERE run_id = ? ORDER BY epoch", (run_id,))
    return [epoch for (epoch,) in found]


def sizes(db: sqlite3.Connection) -> Sizes:
    epochs: dict[str, dict[int, int]] = {}
    for run_id, epoch, size in db.execute("SELECT run_id, epoch, LENGTH(params) FROM snapshots"):
        epochs.setdefault(run_id, {})[epoch] = size
    return Sizes(dict(db.execute("SELECT run_id, LENGTH(state) FROM checkpoints").fetchall()), epochs)


def _insert(db: sqlite3.Connection, subject: str, event: E) -> Recorded[E]:
    ts = kill_points.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = json.dumps(event.as_json(), separators=(",", ":"), allow_nan=False)
    cursor = db.execute(
        "INSERT INTO events (run_id, type, ts, body) VALUES (?, ?, ?, ?)", (subject, event.type, ts, body)
    )
    assert cursor.lastrowid is not None  # noqa: S101 - SQLite has just inserted a row
    return Recorded(cursor.lastrowid, subject, ts, event)
