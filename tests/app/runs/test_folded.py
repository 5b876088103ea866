"""A run written down as it is, and read back."""

import json
from dataclasses import replace

import pytest
from chalknet.eventlog.event import Recorded
from chalknet.runs.events import EtaChanged, Measured, Pinned, RunEvent, StatusChanged
from chalknet.runs.fold import fold
from chalknet.runs.folded import decode, encode
from chalknet.runs.metrics import PointMetrics
from chalknet.runs.run import Run, Status

from tests.app.runs.test_fold import CASES, recorded
from tests.stored import events_of

TS = "2026-11-25T10:00:05.125Z"


def run_of(events: list[RunEvent]) -> Run:
    run = fold(None, [Recorded(seq, "a" * 12, TS, event) for seq, event in enumerate(events, 1)])
    assert run is not None
    return run


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_after_each_event_of_each_life_the_same_run_is_read_back(case: dict[str, object]) -> None:
    runs: dict[str, Run | None] = {}
    for row in case["events"]:  # type: ignore[attr-defined]
        one = recorded(row)
        run = runs[one.subject] = fold(runs.get(one.subject), [one])
        assert run is None or decode(encode(run)) == run


def test_a_long_run_is_read_back_and_goes_on_as_if_it_had_not_been_written_down() -> None:
    events = events_of(1, 300)
    half = run_of(events[:150])
    assert decode(encode(half)) == half
    rest = [Recorded(seq, half.id, TS, event) for seq, event in enumerate(events[150:], 151)]
    assert fold(decode(encode(half)), rest) == run_of(events)


def test_what_only_some_runs_have_is_read_back_too() -> None:
    point = PointMetrics(5, 1000, None, 0.5, 0.25, None, 0.125, (1, 2, 3))
    changed = [EtaChanged(0.5, 3), Measured(point), Pinned(True), StatusChanged(Status.PAUSED, "USER")]
    run = replace(run_of([*events_of(1, 3)[:-1], *changed]), now=point, until=7, rate=2.5)
    assert decode(encode(run)) == run


@pytest.mark.parametrize(
    ("change", "complaint"),
    [({"surprise": 1}, "surprise"), ({"status": "ASLEEP"}, "status"), ({"config": None}, "no run")],
)
def test_what_another_program_wrote_is_refused(change: dict[str, object], complaint: str) -> None:
    told = json.loads(encode(run_of(events_of(1, 2))))
    with pytest.raises(ValueError, match=complaint):
        decode(json.dumps(told | change))
