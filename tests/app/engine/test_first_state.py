"""What a page begins with: the fold up to a number. The page is held to the file that is written here."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from chalknet.classroom.events import ClassEnded
from chalknet.classroom.state import apply as apply_to_class
from chalknet.classroom.state import is_of_class
from chalknet.engine import first_state
from chalknet.engine.first_state import FirstState
from chalknet.eventlog.event import Recorded, Unknown
from chalknet.runs.curve import MOST
from chalknet.runs.events import EpochEnded, RunEvent
from chalknet.runs.fold import apply, is_of_run
from chalknet.runs.run import Run

from tests.app.classroom.test_events import LESSON
from tests.app.runs.test_fold import CASES, recorded
from tests.stored import events_of

FILE = Path(__file__).parents[2] / "shared" / "first_state.json"
Log = list[Recorded[Any]]


class Server:
    """What a server has folded of a log, as far as it goes."""

    def __init__(self, log: Iterable[Recorded[Any]] = ()) -> None:
        self.by_id: dict[str, Run] = {}
        self.room: Any = None
        self.hub = SimpleNamespace(newest_shown=0, deletions=0)
        self.made = 0
        for one in log:
            self.take(one)

    def take(self, one: Recorded[Any]) -> None:
        if is_of_class(one):
            self.room = apply_to_class(self.room, one)
        elif is_of_run(one) and (run := apply(self.by_id.pop(one.subject, None), one)):
            self.by_id[one.subject] = run
        if not one.event.secret:
            self.hub.newest_shown = one.seq

    def runs(self) -> list[Run]:
        self.made += 1
        return sorted(self.by_id.values(), key=lambda run: -run.number)

    def first_state(self) -> FirstState:
        log: Any = SimpleNamespace(id="l", hub=self.hub)
        classes: Any = SimpleNamespace(find_room=lambda: self.room)
        return FirstState(log, self, classes, SimpleNamespace(all=list))  # type: ignore[arg-type]


async def told(server: Server) -> dict[str, Any]:
    return dict(json.loads(gzip.decompress(await server.first_state().read())))


def logs() -> Iterable[tuple[str, Log]]:
    """Those of the other shared files, and a run whose curve is as long as it may be."""
    for case in CASES:
        yield case["title"], [recorded(row) for row in case["events"]]
    moments = [f"2026-11-25T10:{n // 60:02d}:{n % 60:02d}.000Z" for n in range(200)]
    yield "a lesson", [Recorded(n, "class-1", moments[n], event) for n, event in enumerate(LESSON, 1)]
    long = map(_short, events_of(1, MOST)[:-1])
    yield "a long run", [Recorded(n, "a", moments[n], event) for n, event in enumerate(long, 1)]


def _short(event: RunEvent) -> RunEvent:
    """With no more digits than are told, and few predictions."""
    if not isinstance(event, EpochEnded):
        return event
    told = event.metrics.as_json().items()
    measures: dict[str, Any] = {name: value and type(value)(f"{value:.7g}") for name, value in told}
    return replace(event, metrics=replace(event.metrics, **measures), predictions=event.predictions[:3])


async def shared() -> list[dict[str, Any]]:
    """Of each log what viewers are told of it, and the first state after some of its events."""
    found = []
    for title, log in logs():
        places = range(1, len(log) + 1) if len(log) < 50 else (1, 2, 3, len(log) // 2, len(log))
        # Of an event that nobody understands nobody is told, and that leaves its mark in no run.
        known = [one for one in log if not isinstance(one.event, Unknown)]
        states = [await told(Server(one for one in known if one.seq <= place)) for place in places]
        events = [one.as_json() for one in known if not one.event.secret]
        found.append({"title": title, "told": events, "states": states})
    return found


async def test_the_page_is_held_to_what_the_server_tells() -> None:
    """After a change of what is told, write the file anew: python -m tests.app.engine.test_first_state."""
    assert json.loads(FILE.read_text()) == json.loads(json.dumps(await shared()))


def a_run() -> tuple[Server, Recorded[RunEvent]]:
    """A server that knows two events of a run, and the third."""
    log = [Recorded(n, "a", "2026-11-25T10:00:00.000Z", one) for n, one in enumerate(events_of(1, 2), 1)]
    return Server(log[:2]), log[2]


async def test_who_asks_within_a_moment_gets_what_the_others_got(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_state, "KEPT_SECONDS", 3600)
    server, third = a_run()
    state = server.first_state()
    before = await state.read()
    server.take(third)
    assert await state.read() is before
    assert server.made == 1


async def test_later_it_is_made_anew_if_something_has_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_state, "KEPT_SECONDS", 0)
    server, third = a_run()
    state = server.first_state()
    before = await state.read()
    assert await state.read() is before
    server.take(third)
    assert json.loads(gzip.decompress(await state.read()))["seq"] == 3


async def test_what_was_deleted_is_told_to_nobody_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_state, "KEPT_SECONDS", 3600)
    ((_, log),) = [(title, log) for title, log in logs() if title == "a lesson"]
    server = Server(log[:5])
    state = server.first_state()
    assert "Ada" in gzip.decompress(await state.read()).decode()
    server.take(Recorded(6, "class-1", "", ClassEnded()))
    server.hub.deletions += 1
    assert json.loads(gzip.decompress(await state.read()))["class"] is None


if __name__ == "__main__":
    import asyncio

    FILE.write_text("[\n" + ",\n".join(json.dumps(case) for case in asyncio.run(shared())) + "\n]\n")
