"""The types of events: their stored form, older and newer ones, and what the documentation says of them."""

import json
import logging
import re
import shutil
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from chalknet.eventlog.event import Event, Recorded, Types, Unknown
from chalknet.eventlog.store import Store
from chalknet.runs import events
from chalknet.runs.events import (
    RUN_EVENTS,
    Created,
    Deleted,
    EpochEnded,
    EtaChanged,
    Measured,
    Pinned,
    Progressed,
    Renamed,
    RunEvent,
    StatusChanged,
    WantedChanged,
)
from chalknet.runs.fold import apply, is_of_run
from chalknet.runs.metrics import METRICS, POINT_METRICS, EpochMetrics, PointMetrics
from chalknet.runs.run import Run, Status

from tests.app.runs.test_run import CREATED

RECORDED = Path(__file__).parent / "recorded"
DOCUMENT = Path(__file__).parents[3] / "docs" / "events.md"

POINT = PointMetrics(500, 500, 0.3, 0.2, 0.7, 0.25, 0.6, (7, 2, 1))
# One of each type, with every field.
EACH: list[RunEvent] = [
    replace(CREATED, twin_of="b", request_key="key", owner="somebody"),
    WantedChanged(wanted="paused", eta=0.5, epochs=30, rate=None, until=None),
    EtaChanged(eta=0.5, step=423),
    StatusChanged(Status.FAILED, "DIVERGED", "In step 10.", "f00", "Haswell"),
    Progressed(epoch=1, step=500, steps_per_epoch=423, now=POINT),
    Measured(replace(POINT, step=0, sample=None, batch_loss=None)),
    EpochEnded(EpochMetrics(1, 0.1, 0.9, None, 0.8), step=423, seconds=0.25, predictions=(7, 2, 1)),
    Renamed("Second"),
    Pinned(True),
    Deleted(1),
]


def stored(event: Event | Unknown, types: Types | None = None) -> Event | Unknown:
    """The event as it comes back from the log."""
    return (types or Types(RUN_EVENTS)).read(event.type, json.dumps(event.as_json()))


def test_there_is_one_of_each_type() -> None:
    assert tuple(type(event) for event in EACH) == RUN_EVENTS
    assert len({kind.type for kind in RUN_EVENTS}) == len(RUN_EVENTS)
    declared = {
        thing for thing in vars(events).values() if isinstance(thing, type) and hasattr(thing, "type")
    }
    assert declared == set(RUN_EVENTS)


@pytest.mark.parametrize("event", EACH, ids=lambda event: event.type)
def test_what_is_stored_is_what_is_read(event: RunEvent) -> None:
    assert stored(event) == event


def test_null_and_left_out_are_two_things() -> None:
    assert WantedChanged(rate=None).as_json() == {"rate": None}
    assert WantedChanged(eta=1.0).as_json() == {"eta": 1.0}
    assert stored(WantedChanged(eta=1.0)) == WantedChanged(eta=1.0)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("sparkle", {"colour": "red"}),
        ("renamed", {"name": "x", "v": 2}),  # of a version that is not known here
        ("status", {"status": "DANCING", "status_reason": None}),
        ("epoch", {"epoch": 1}),
        ("created", {"name": "x"}),
    ],
)
def test_what_is_not_understood_is_kept_as_it_is(
    name: str, body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL):
        read = Types(RUN_EVENTS).read(name, json.dumps(body))
    assert read == Unknown(name, body)
    assert Recorded(4, "a", "t", read).as_json() == {"seq": 4, "run_id": "a", "type": name, "ts": "t", **body}


@dataclass(frozen=True, slots=True)
class Weighed(Event):
    """A type that had grams in its first version, under another name."""

    type = "weighed"
    version = 2
    subject_name = "scale_id"

    grams: float
    unit: ClassVar[str] = "g"

    @classmethod
    def upgraded(cls, body: dict[str, Any], version: int) -> dict[str, Any]:
        return {"grams": body["kilograms"] * 1000}


def test_an_older_version_is_read_as_the_newest() -> None:
    types = Types([Weighed])
    assert types.read("weighed", '{"kilograms": 2}') == Weighed(2000.0)
    assert Weighed(5.0).as_json() == {"v": 2, "grams": 5.0}
    assert stored(Weighed(5.0), types) == Weighed(5.0)


async def test_a_log_of_format_1_is_read_and_shown_as_it_was(tmp_path: Path) -> None:
    """recorded/format-1.db was written by 0.1.0, format-1.json is what that server told of it.

    Fields that came later are there, and empty.
    """
    shutil.copy(RECORDED / "format-1.db", tmp_path / "chalknet.db")
    told = json.loads((RECORDED / "format-1.json").read_text())
    for run in [event["run"] for event in told["events"] if "run" in event] + told["runs"]:
        run["kernels"] = []
        run["experiment"] = run["place"] = None
        run["config"]["target_accuracy"] = None
    store = Store(tmp_path, RUN_EVENTS)
    log = await store.events()
    store.close()
    assert [recorded.as_json() for recorded in log] == told["events"]
    runs: dict[str, Run | None] = {}
    for recorded in log:
        assert is_of_run(recorded)
        assert not isinstance(recorded.event, Unknown)
        runs[recorded.subject] = apply(runs.get(recorded.subject), recorded)
    assert [{**run.as_json(), "queue": None} for run in reversed(runs.values()) if run] == told["runs"]


def documented() -> dict[str, set[str]]:
    """The types and fields of a run's table in docs/events.md."""
    of_runs = DOCUMENT.read_text().partition("\n## The types\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \| (.*?) \| .* \|$", of_runs, re.MULTILINE)
    return {name: set(re.findall(r"`([a-z_]+)`", text)) for name, text in rows}


def declared(kind: type[Any]) -> set[str]:
    if kind is Created:
        return {"run"}  # viewers get the run that it makes
    names = {field.name for field in fields(kind)}
    if "point" in names:
        return {*POINT_METRICS, "predictions"}
    return names - {"metrics"} | set(METRICS) if "metrics" in names else names


def test_the_document_names_every_type_and_every_field() -> None:
    assert documented() == {kind.type: declared(kind) for kind in RUN_EVENTS}


@pytest.mark.parametrize("event", EACH, ids=lambda event: event.type)
def test_viewers_get_what_the_document_names(event: RunEvent) -> None:
    shown = Recorded(1, "a", "t", event).as_json()
    assert shown.keys() - {"seq", "run_id", "type", "ts"} == documented()[event.type]
