"""The log on disk: real SQLite files, opened, filled, locked, damaged."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from chalknet.errors import NoRoom, Unavailable
from chalknet.eventlog import rescue
from chalknet.eventlog.data_folder import FolderInUse
from chalknet.eventlog.event import Recorded, Unknown
from chalknet.eventlog.store import Store
from chalknet.eventlog.tables import Checkpoint, Snapshot
from chalknet.runs.events import RUN_EVENTS, Deleted, Progressed

from tests.stored import store_runs


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path, RUN_EVENTS)
    yield store
    store.close()


def event(**body: object) -> Unknown:
    return Unknown("sparkle", body)


def bodies(recorded: list[Recorded[Any]]) -> list[dict[str, Any]]:
    return [one.event.as_json() for one in recorded]


async def test_numbers_rise_and_survive_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path, RUN_EVENTS)
    first = await store.commit("a", [event(n=1), event(n=2)])
    store.close()
    again = Store(tmp_path, RUN_EVENTS)
    second = await again.commit("a", [event(n=3)])
    assert [e.seq for e in first + second] == [1, 2, 3]
    assert await again.events() == first + second
    again.close()


async def test_the_log_keeps_its_name(tmp_path: Path) -> None:
    store = Store(tmp_path, RUN_EVENTS)
    name = store.log_id
    store.close()
    again = Store(tmp_path, RUN_EVENTS)
    assert again.log_id == name
    again.close()


async def test_pages_follow_each_other_without_hole_or_double(store: Store) -> None:
    for n in range(0, 100, 2):
        await store.commit("a" if n % 3 else "b", [event(n=n), event(n=n + 1)])
    seen, after = [], 0
    while page := await store.events(after, limit=7):
        seen += page
        after = page[-1].seq
    assert [body["n"] for body in bodies(seen)] == list(range(100))


async def test_events_can_be_asked_for_by_subject_and_by_type(store: Store) -> None:
    for subject, kind in (("a", "epoch"), ("b", "epoch"), ("a", "status"), ("c", "epoch")):
        await store.commit(subject, [Unknown(kind, {})])
    assert [e.seq for e in await store.events(subjects=["a", "c"])] == [1, 3, 4]
    assert [e.seq for e in await store.events(types=["status"])] == [3]
    assert [e.seq for e in await store.events(subjects=["a"], types=["epoch"])] == [1]
    assert await store.events(subjects=[]) == []


async def test_the_log_keeps_one_progress_event_of_a_run(store: Store) -> None:
    for step in (10, 20, 30):
        await store.commit("a", [Progressed(0, step, 423)], Checkpoint("a", step, b"state"))
    (kept,) = await store.events(types=["progress"])
    assert kept.event == Progressed(0, 30, 423)


async def test_a_commit_is_all_or_nothing(store: Store) -> None:
    await store.commit("a", [event()], snapshots=[Snapshot("a", 1, b"one")])
    with pytest.raises(Unavailable):  # epoch 1 a second time
        await store.commit("a", [event()], Checkpoint("a", 9, b"nine"), [Snapshot("a", 1, b"two")])
    assert len(await store.events()) == 1
    assert await store.checkpoint("a") is None
    assert await store.snapshot("a", 1) == b"one"


async def test_deleting_leaves_one_event_that_says_so(store: Store) -> None:
    await store.commit("b", [event()])
    await store.commit("a", [event()], Checkpoint("a", 1, b"x"), [Snapshot("a", 1, b"y")])
    (gone,) = await store.delete("a", Deleted(1))
    assert [(e.subject, e.event.type) for e in await store.events()] == [("b", "sparkle"), ("a", "deleted")]
    assert gone.seq == 3
    assert await store.checkpoint("a") is None
    assert await store.snapshot("a", 1) is None


async def test_commits_from_many_tasks_are_numbered_in_their_order(store: Store) -> None:
    resumed: list[int] = []

    async def commit(n: int) -> None:
        (stored,) = await store.commit("a", [event(n=n)])
        resumed.append(stored.seq)

    await asyncio.gather(*(commit(n) for n in range(200)))
    assert resumed == sorted(resumed)


async def test_a_second_store_on_the_same_folder_is_refused_and_names_the_first(
    store: Store, tmp_path: Path
) -> None:
    import os

    with pytest.raises(FolderInUse, match=str(os.getpid())):
        Store(tmp_path, RUN_EVENTS)


async def test_a_database_locked_from_outside_is_said_and_nothing_is_lost(
    store: Store, tmp_path: Path
) -> None:
    await store.commit("a", [event(n=1)])
    outside = sqlite3.connect(tmp_path / "chalknet.db", isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="Another program"):
        await store.commit("a", [event(n=2)])
    assert len(await store.events()) == 1  # reading goes on
    outside.execute("ROLLBACK")
    outside.close()
    await store.commit("a", [event(n=3)])
    assert bodies(await store.events()) == [{"n": 1}, {"n": 3}]


async def test_a_full_disk_is_said_and_writing_goes_on_when_there_is_room(
    store: Store, tmp_path: Path
) -> None:
    await store.commit("a", [event()])

    def limit(pages: int) -> None:
        store._connection().execute(f"PRAGMA max_page_count = {pages}")

    with closing(sqlite3.connect(tmp_path / "chalknet.db")) as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
    await asyncio.wrap_future(store._writer.submit(limit, pages))
    with pytest.raises(NoRoom):
        await store.commit("a", [event()], Checkpoint("a", 1, b"x" * 1_000_000))
    await asyncio.wrap_future(store._writer.submit(limit, 2**30))
    await store.commit("a", [event()], Checkpoint("a", 1, b"x" * 1_000_000))
    assert len(await store.events()) == 2


@pytest.mark.parametrize(
    "damage", [b"this is not a database at all, sorry " * 200, b"SQLite format 3\0" + b"\xff" * 8000]
)
async def test_a_damaged_file_is_kept_aside_as_it_is(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "chalknet.db").write_bytes(damage)
    store = Store(tmp_path, RUN_EVENTS)
    (kept,) = rescue.kept_aside(tmp_path)
    assert kept.read_bytes() == damage
    assert store.loss is not None
    assert kept.name in store.loss
    await store.commit("a", [event()])
    assert len(await store.events()) == 1
    store.close()


def test_a_server_killed_between_two_names_goes_on_where_it_was(tmp_path: Path) -> None:
    """The old file has its other name, its recent writes not yet, and the new one is not in its place."""
    Store(tmp_path, RUN_EVENTS).close()
    (tmp_path / "chalknet.db").rename(tmp_path / "chalknet-rescued-20260101T000000Z.db")
    (tmp_path / "chalknet-kept-20260101T000000Z.db").write_bytes(b"old")
    (tmp_path / "chalknet.db-wal").write_bytes(b"of the old one")
    store = Store(tmp_path, RUN_EVENTS)
    assert store.loss is None
    store.close()
    assert (tmp_path / "chalknet-kept-20260101T000000Z.db").read_bytes() == b"old"
    assert (tmp_path / "chalknet-kept-20260101T000000Z.db-wal").read_bytes() == b"of the old one"


def test_what_is_not_looked_at_in_time_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store_runs(tmp_path, [200] * 4)
    monkeypatch.setattr(rescue, "CHECK_SECONDS", -1.0)
    monkeypatch.setattr(rescue, "STEPS", 1)
    Store(tmp_path, RUN_EVENTS).close()
    assert "not looked at to its end" in caplog.text


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Store(tmp_path, RUN_EVENTS).close()
    with sqlite3.connect(tmp_path / "chalknet.db") as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(Unavailable, match="newer Chalknet"):
        Store(tmp_path, RUN_EVENTS)


async def test_a_commit_is_acknowledged_when_it_would_outlast_a_power_cut(store: Store) -> None:
    def level() -> int:
        (number,) = store._connection().execute("PRAGMA synchronous").fetchone()
        return int(number)

    assert await asyncio.wrap_future(store._writer.submit(level)) == 2  # FULL: each commit waits for the disk


async def test_a_commit_that_is_refused_does_not_take_those_beside_it_along(store: Store) -> None:
    await store.commit("a", [event(n=0)], snapshots=[Snapshot("a", 1, b"one")])
    done = await asyncio.gather(
        store.commit("a", [event(n=1)]),
        store.commit("a", [event(n=2)], snapshots=[Snapshot("a", 1, b"a second time")]),
        store.commit("b", [event(n=3)]),
        return_exceptions=True,
    )
    assert isinstance(done[1], Unavailable)
    assert bodies(await store.events()) == [{"n": 0}, {"n": 1}, {"n": 3}]


async def test_a_database_locked_from_outside_is_waited_for_once_by_all(store: Store, tmp_path: Path) -> None:
    outside = sqlite3.connect(tmp_path / "chalknet.db", isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    first = asyncio.ensure_future(store.commit("a", [event(n=1)]))
    rest = asyncio.gather(*(store.commit("a", [event(n=2)]) for _ in range(20)), return_exceptions=True)
    with pytest.raises(Unavailable):
        await first
    assert {type(one) for one in await rest} == {Unavailable}
    # Nobody waits for what others have waited for: SQLite is told so, so no clock is needed here.
    waits: list[int] = []

    def look(_: sqlite3.Connection) -> None:
        raise AssertionError("the database is locked")

    with pytest.raises(Unavailable) as refused:
        await store._write(look)
    assert refused.value.headers["Retry-After"]
    await asyncio.wrap_future(
        store._writer.submit(
            lambda: waits.append(store._connection().execute("PRAGMA busy_timeout").fetchone()[0])
        )
    )
    assert waits == [0]
    outside.execute("ROLLBACK")
    outside.close()
    assert await store.events() == []


def test_a_log_that_never_got_its_identity_gets_one(tmp_path: Path) -> None:
    """As 0.1.0 left it when it was killed between its first two commits."""
    Store(tmp_path, RUN_EVENTS).close()
    with closing(sqlite3.connect(tmp_path / "chalknet.db")) as db, db:
        db.execute("DELETE FROM facts")
    store = Store(tmp_path, RUN_EVENTS)
    name = store.log_id
    store.close()
    again = Store(tmp_path, RUN_EVENTS)
    assert again.log_id == name
    again.close()
