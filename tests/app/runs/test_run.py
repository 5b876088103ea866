"""Events make runs: legal transitions, best and last, and what follows from what is wanted."""

from dataclasses import replace

import pytest
from chalknet.eventlog.event import Recorded, Unknown
from chalknet.runs.config import RunConfig
from chalknet.runs.events import (
    Created,
    Deleted,
    EpochEnded,
    EtaChanged,
    RunEvent,
    StatusChanged,
    WantedChanged,
)
from chalknet.runs.fold import apply, fold, next_change
from chalknet.runs.metrics import EpochMetrics
from chalknet.runs.run import TRANSITIONS, Run, Status, Wanted

CONFIG = RunConfig.model_validate({"preset": "two-features"})
CREATED = Created("First", 0, CONFIG, owner="", twin_of=None, request_key=None)


def moment(seq: int) -> str:
    return f"2026-11-25T10:00:{seq:02d}.000Z"


def numbered(*events: RunEvent | Unknown) -> list[Recorded[RunEvent | Unknown]]:
    return [Recorded(seq, "a", moment(seq), event) for seq, event in enumerate([CREATED, *events], 1)]


def run_with(*events: RunEvent | Unknown) -> Run:
    run = fold(None, numbered(*events))
    assert run is not None
    return run


def epoch(number: int, test_accuracy: float | None = 0.5) -> EpochEnded:
    metrics = EpochMetrics(number, 0.1, 0.9, 0.1, test_accuracy)
    return EpochEnded(metrics, step=number * 423, seconds=0.1, predictions=())


def changes(*statuses: Status) -> list[StatusChanged]:
    return [StatusChanged(to, None) for to in statuses]


def test_a_new_run_waits_for_its_turn() -> None:
    run = run_with()
    assert (run.status, run.wanted, run.epoch, run.last, run.best) == ("SCHEDULED", "running", 0, None, None)
    assert (run.epochs, run.steps) == (20, 20 * 423)


def test_last_is_the_newest_epoch_and_best_the_first_of_the_highest() -> None:
    run = run_with(epoch(1, 0.5), epoch(2, 0.9), epoch(3, 0.9), epoch(4, 0.8))
    assert run.last is not None
    assert run.best is not None
    assert (run.last.epoch, run.best.epoch, run.epoch, run.step) == (4, 2, 4, 4 * 423)


def test_an_accuracy_that_is_not_finite_is_never_the_best() -> None:
    run = run_with(epoch(1, 0.5), epoch(2, None))
    assert run.best is not None
    assert run.best.epoch == 1
    assert run_with(epoch(1, None)).best is None
    assert run_with(epoch(1, None), epoch(2, 0.0)).best == epoch(2, 0.0).metrics


@pytest.mark.parametrize("start", list(Status))
@pytest.mark.parametrize("to", list(Status))
def test_only_transitions_of_the_table_are_made(start: Status, to: Status) -> None:
    paths = {
        Status.SCHEDULED: [],
        Status.RUNNING: [Status.RUNNING],
        Status.PAUSED: [Status.PAUSED],
        Status.FINISHED: [Status.RUNNING, Status.FINISHED],
        Status.STOPPED: [Status.STOPPED],
        Status.FAILED: [Status.FAILED],
    }
    before = changes(*paths[start])
    if to in TRANSITIONS[start]:
        assert run_with(*before, *changes(to)).status is to
    else:
        with pytest.raises(ValueError, match="cannot go from"):
            run_with(*before, *changes(to))


def test_times_of_start_and_end_are_those_of_the_first_turn_and_the_last_event() -> None:
    run = run_with(*changes(Status.RUNNING, Status.PAUSED, Status.SCHEDULED, Status.RUNNING, Status.FINISHED))
    assert (run.started_at, run.ended_at) == (moment(2), moment(6))


def test_a_deleted_run_is_gone_and_later_events_do_not_bring_it_back() -> None:
    assert fold(None, numbered(Deleted(1), epoch(1, 0.5))) is None


def test_an_unknown_type_changes_only_the_number() -> None:
    before, after = run_with(), run_with(Unknown("from-the-future", {"x": 1}))
    assert {**before.as_json(), "seq": 2} == after.as_json()


@pytest.mark.parametrize(
    ("at", "wanted", "to"),
    [
        (Status.RUNNING, "paused", Status.PAUSED),
        (Status.SCHEDULED, "paused", Status.PAUSED),
        (Status.PAUSED, "paused", None),
        (Status.PAUSED, "running", Status.SCHEDULED),
        (Status.RUNNING, "running", None),
        (Status.RUNNING, "stopped", Status.STOPPED),
        (Status.PAUSED, "stopped", Status.STOPPED),
    ],
)
def test_what_is_wanted_decides_the_next_status(at: Status, wanted: Wanted, to: Status | None) -> None:
    run = run_with(*changes(*([] if at is Status.SCHEDULED else [at])), WantedChanged(wanted=wanted))
    event = next_change(run)
    assert (event if to is None else isinstance(event, StatusChanged) and event.status) == to


def test_an_ended_run_stays_ended_whatever_is_wanted() -> None:
    run = run_with(*changes(Status.STOPPED), WantedChanged(wanted="running", eta=5.0))
    assert next_change(run) is None


def test_another_eta_holds_from_the_step_at_which_it_is_recorded() -> None:
    run = run_with(epoch(1, 0.5), WantedChanged(eta=0.5))
    assert (run.eta, run.wanted_eta) == (1.0, 0.5)
    event = next_change(run)
    assert event == EtaChanged(eta=0.5, step=423)
    after = run_with(epoch(1, 0.5), WantedChanged(eta=0.5), event)
    assert after.eta == 0.5
    assert next_change(after) is None


def test_a_run_pauses_at_the_step_it_was_to_go_to() -> None:
    there = [WantedChanged(wanted="running", until=423), epoch(1, 0.5)]
    event = next_change(run_with(*changes(Status.RUNNING), *there))
    assert event == WantedChanged(wanted="paused", until=None)
    before = run_with(*changes(Status.RUNNING), WantedChanged(wanted="running", until=424), epoch(1, 0.5))
    assert next_change(before) is None


def test_the_request_key_is_not_shown_to_viewers() -> None:
    made = replace(CREATED, request_key="my-secret-key")
    assert "my-secret-key" not in str(Recorded(1, "a", "t1", made).as_json())


def test_the_fingerprint_comes_with_the_end() -> None:
    ended = apply(
        run_with(), Recorded(2, "a", "t2", StatusChanged(Status.STOPPED, "USER", fingerprint="f00"))
    )
    assert ended is not None
    assert (ended.fingerprint, ended.status_reason) == ("f00", "USER")
