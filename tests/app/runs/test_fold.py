"""The fold of tests/shared/fold.json, to which tests/static/fold.test.mjs holds the page."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from chalknet.eventlog.event import Recorded, Types
from chalknet.eventlog.store import Store
from chalknet.ops import kill_points
from chalknet.runs.events import RUN_EVENTS, Deleted
from chalknet.runs.fold import apply, is_of_run
from chalknet.runs.run import Run

CASES = json.loads((Path(__file__).parents[2] / "shared" / "fold.json").read_text())
TYPES = Types(RUN_EVENTS)

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])


def recorded(row: dict[str, Any]) -> Recorded[Any]:
    return Recorded(row["seq"], row["run_id"], row["ts"], TYPES.read(row["type"], json.dumps(row["body"])))


def folded(log: list[Recorded[Any]]) -> dict[str, dict[str, Any]]:
    """All runs of a log as viewers see them."""
    runs: dict[str, Run | None] = {}
    for one in log:
        assert is_of_run(one)
        runs[one.subject] = apply(runs.get(one.subject), one)
    return {run_id: run.as_json() for run_id, run in runs.items() if run}


def test_the_file_has_every_type() -> None:
    assert {row["type"] for case in CASES for row in case["events"]} == {
        "sparkle",  # which nobody knows
        *(kind.type for kind in RUN_EVENTS),
    }


@each_case
def test_events_make_these_runs(case: dict[str, Any]) -> None:
    assert folded([recorded(row) for row in case["events"]]) == case["runs"]


@each_case
def test_viewers_are_told_these_fields(case: dict[str, Any]) -> None:
    for row in case["events"]:
        head = {name: row[name] for name in ("seq", "run_id", "type", "ts")}
        assert recorded(row).as_json() == {**head, **row.get("shown", row["body"])}


@each_case
async def test_what_the_log_keeps_of_them_makes_the_same_runs(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path, RUN_EVENTS)
    for one in map(recorded, case["events"]):
        monkeypatch.setattr(kill_points, "now", lambda at=one.ts: datetime.fromisoformat(at))
        if isinstance(one.event, Deleted):
            await store.delete(one.subject, one.event)
        else:
            await store.commit(one.subject, [one.event])
    kept = await store.events()
    store.close()
    assert [one.seq for one in kept] == case["kept"]
    assert folded(kept) == case["runs"]
