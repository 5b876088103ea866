"""Fan-out: every viewer sees every event once and in order, wherever it starts and however slow it is."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from chalknet.classroom.events import SignedOut
from chalknet.errors import TooMany
from chalknet.eventlog import hub as hub_module
from chalknet.eventlog.event import Event, Unknown
from chalknet.eventlog.hub import Hub
from chalknet.eventlog.store import Store
from chalknet.runs.events import RUN_EVENTS, Deleted, EpochEnded, Progressed, StatusChanged
from chalknet.runs.metrics import EpochMetrics
from chalknet.runs.run import Status

EVENTS: dict[str, Event | Unknown] = {
    "progress": Progressed(0, 1, 9),
    "epoch": EpochEnded(EpochMetrics(1, 0.1, 0.9, 0.1, 0.9), step=9, seconds=0.1, predictions=()),
    "status": StatusChanged(Status.PAUSED, "USER"),
    "secret": SignedOut(digest="d"),
    "unknown": Unknown("from-the-future", {}),
}


class Log:
    """A store and the hub that tells of it, as the scheduler joins them."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder, RUN_EVENTS)
        self.hub = Hub(self.store, 0)

    async def write(self, run_id: str, *kinds: str) -> None:
        events = [EVENTS[kind] for kind in kinds]
        self.hub.publish(await self.store.commit(run_id, events))


@pytest.fixture
async def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Log]:
    monkeypatch.setattr(hub_module, "KEPT", 8)
    log = Log(tmp_path)
    yield log
    log.store.close()


async def read(
    log: Log, count: int, after: int = 0, subjects: list[str] | None = None
) -> list[dict[str, Any]]:
    """The first events that a viewer is given."""
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        async for text in log.hub.follow(after, subjects):
            seen += json.loads(text)["events"]
            if len(seen) >= count:
                return seen
    raise AssertionError


async def told(viewer: AsyncIterator[str], last: int) -> list[dict[str, Any]]:
    """What a viewer that had not read is given up to the event of a number."""
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        while not seen or seen[-1]["seq"] < last:
            seen += json.loads(await anext(viewer))["events"]
    return seen


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [event["seq"] for event in events]


async def test_a_viewer_that_comes_late_is_told_everything(log: Log) -> None:
    for _ in range(30):
        await log.write("a", "epoch")
    assert numbers(await read(log, 30)) == list(range(1, 31))


@pytest.mark.parametrize("after", [0, 1, 10, 21, 22, 23, 29])
async def test_from_any_number_on_there_is_no_hole_and_no_double(log: Log, after: int) -> None:
    for _ in range(15):
        await log.write("a", "epoch", "epoch")
    assert numbers(await read(log, 30 - after, after)) == list(range(after + 1, 31))


async def test_old_events_are_followed_by_new_ones(log: Log) -> None:
    for _ in range(20):
        await log.write("a", "epoch")
    reading = asyncio.create_task(read(log, 40))
    for _ in range(20):
        await log.write("a", "epoch")
    assert numbers(await reading) == list(range(1, 41))


async def test_a_page_that_ends_inside_a_commit_is_completed_by_the_rest_of_it(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.write("a", *["epoch"] * 12)
    await log.write("a", *["epoch"] * 12)
    reading = read(log, 19, after=5)
    assert numbers(await reading) == list(range(6, 25))


async def test_a_viewer_that_sleeps_through_hundreds_of_commits_gets_them_all(log: Log) -> None:
    viewer = log.hub.follow(0)
    await log.write("a", "epoch")
    seen = json.loads(await anext(viewer))["events"]
    for _ in range(300):
        await log.write("a", "epoch")
    async with asyncio.timeout(10):
        while len(seen) < 301:
            seen += json.loads(await anext(viewer))["events"]
    assert numbers(seen) == list(range(1, 302))


async def test_a_viewer_of_one_run_is_not_told_of_others(log: Log) -> None:
    for _ in range(20):
        await log.write("a", "epoch")
        await log.write("b", "epoch")
    seen = await read(log, 20, subjects=["b"])
    assert {event["run_id"] for event in seen} == {"b"}
    assert len(seen) == 20


async def test_only_the_newest_progress_waits_for_a_slow_viewer(log: Log) -> None:
    viewer = log.hub.follow(0)
    for kind in ("progress", "progress", "epoch", "progress", "progress"):
        await log.write("a", kind)
    seen = await told(viewer, 5)
    assert [(event["seq"], event["type"]) for event in seen] == [(3, "epoch"), (5, "progress")]


async def test_a_slow_viewer_learns_how_far_a_run_was_that_then_paused(log: Log) -> None:
    viewer = log.hub.follow(0)
    for kind in ("progress", "status"):  # which leaves the progress in the log
        await log.write("a", kind)
    assert [event["type"] for event in await told(viewer, 2)] == ["progress", "status"]


async def test_what_happens_together_is_told_in_one_message(log: Log) -> None:
    viewer = log.hub.follow(0)
    waiting = asyncio.ensure_future(anext(viewer))
    commits = [await log.store.commit(run_id, [EVENTS["epoch"]]) for run_id in ("a", "b", "c")]
    for commit in commits:
        log.hub.publish(commit)
    log.hub.tell("view", {"epoch": 1})
    message = json.loads(await waiting)
    assert (numbers(message["events"]), message["n"], message["view"]) == ([1, 2, 3], 3, {"epoch": 1})


async def test_progress_waits_for_company_and_nothing_waits_for_it(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "PATIENT_SECONDS", 3600.0)
    viewer = log.hub.follow(0)
    await log.write("a", "progress")
    assert numbers(await told(viewer, 1)) == [1]  # who comes reads it: only nobody is woken
    waiting = asyncio.ensure_future(anext(viewer))
    await log.write("b", "progress")
    await log.write("a", "status")
    assert numbers(json.loads(await waiting)["events"]) == [2, 3]


async def test_who_has_been_told_is_told_only_what_is_new(log: Log) -> None:
    viewer = log.hub.follow(0)
    log.hub.tell("view", {"epoch": 1})
    log.hub.tell("open", True)
    assert json.loads(await anext(viewer)) == {"events": [], "view": {"epoch": 1}, "open": True}
    log.hub.tell("open", False)
    assert json.loads(await anext(viewer)) == {"events": [], "open": False}


async def test_all_viewers_share_one_encoded_text(log: Log) -> None:
    viewers = [log.hub.follow(0) for _ in range(3)]
    await log.write("a", "epoch")
    first, second, third = [await anext(viewer) for viewer in viewers]
    assert first is second is third


async def test_a_class_that_comes_back_at_once_costs_one_reading(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(30):
        await log.write("a", "epoch")
    events, readings = log.store.events, []

    async def counted(*args: Any, **options: Any) -> Any:
        readings.append(args)
        return await events(*args, **options)

    monkeypatch.setattr(log.store, "events", counted)
    assert await asyncio.gather(*(read(log, 30) for _ in range(20))) == [await read(log, 30)] * 20
    assert len(readings) == 1


async def test_a_deleted_run_is_in_no_page_any_more(log: Log) -> None:
    await log.write("a", "epoch")
    for _ in range(20):
        await log.write("b", "epoch")
    assert "a" in {event["run_id"] for event in await read(log, 21)}
    log.hub.publish_deletion(await log.store.delete("a", Deleted(1)))
    assert [event["type"] for event in await read(log, 21) if event["run_id"] == "a"] == ["deleted"]


async def test_only_news_has_a_number_and_a_time(log: Log) -> None:
    for _ in range(9):
        await log.write("a", "epoch")
    follower = log.hub.follow(0)
    messages = [json.loads(await anext(follower))]
    await log.write("a", "epoch")
    messages.append(json.loads(await anext(follower)))
    await follower.aclose()
    assert (
        ["n" in message for message in messages] == ["t" in message for message in messages] == [False, True]
    )
    assert messages[1]["n"] == 10


@pytest.mark.parametrize("kind", ["secret", "unknown"])
@pytest.mark.parametrize("late", [False, True])
async def test_what_is_secret_or_not_understood_is_told_to_nobody(log: Log, kind: str, late: bool) -> None:
    follower = log.hub.follow(0)
    for name in ("epoch", kind, "epoch"):
        for _ in range(9 if late else 1):  # nine are read from the store
            await log.write("a", name)
    seen = []
    while len(seen) < (18 if late else 2):
        seen += json.loads(await anext(follower))["events"]
    await follower.aclose()
    assert {event["type"] for event in seen} == {"epoch"}
    assert log.hub.newest_shown == seen[-1]["seq"]


async def test_a_secret_at_the_end_keeps_nobody_waiting(log: Log) -> None:
    """The page shows old news when it has the number that it was promised: one that it will be told."""
    await log.write("a", "epoch")
    await log.write("a", "secret")
    assert log.hub.newest_shown == 1


async def test_a_secret_of_the_same_commit_keeps_nobody_waiting(log: Log) -> None:
    await log.write("a", "epoch", "epoch", "secret")
    assert log.hub.newest_shown == 2


async def test_what_passes_is_told_to_all_and_to_who_comes_later(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "TELL_SECONDS", 0.0)
    early = log.hub.follow(0)
    log.hub.tell("view", {"epoch": 3})
    assert json.loads(await anext(early)) == {"events": [], "view": {"epoch": 3}}
    late = log.hub.follow(0)
    assert json.loads(await anext(late)) == {"events": [], "view": {"epoch": 3}}
    await early.aclose()
    await late.aclose()


async def test_of_what_passes_quickly_the_newest_is_enough(log: Log) -> None:
    follower = log.hub.follow(0)
    for epoch in range(100):
        log.hub.tell("view", {"epoch": epoch})
    told = [json.loads(await anext(follower))["view"]["epoch"]]
    while told[-1] != 99:
        told.append(json.loads(await anext(follower))["view"]["epoch"])
    await follower.aclose()
    assert len(told) <= 2


async def test_what_may_wait_does_not_keep_what_may_not(log: Log) -> None:
    """Counts of answers are told less often than where the teacher looks."""
    follower = log.hub.follow(0)
    log.hub.tell("view", {"epoch": 1})
    await anext(follower)
    log.hub.tell("answers", {"q": 1}, 3600)
    log.hub.tell("view", {"epoch": 2})
    assert json.loads(await anext(follower)) == {"events": [], "view": {"epoch": 2}, "answers": {"q": 1}}
    await follower.aclose()


async def test_nobody_takes_a_reserved_seat(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "SEATS_PER_ADDRESS", 1)
    with log.hub.seat("school"):
        with pytest.raises(TooMany), log.hub.seat("school"):
            pass
        with log.hub.seat("school", reserved=True):
            pass
