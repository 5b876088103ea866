"""Whatever is asked of a run, in whatever order slices, deaths and restarts come: what must hold, holds.

The machine does what ledger and scheduler do, with the same pure functions and no clock, disk or network.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from chalknet.engine.outcome import consequences, epochs_of
from chalknet.engine.worker import EpochResult, SliceResult
from chalknet.errors import AppError
from chalknet.eventlog.event import Recorded, Types, Unknown
from chalknet.runs.config import RunConfig
from chalknet.runs.events import (
    RUN_EVENTS,
    Created,
    RunEvent,
    StatusChanged,
)
from chalknet.runs.fold import fold, is_of_run, next_change
from chalknet.runs.metrics import EpochMetrics
from chalknet.runs.run import Run, Status
from chalknet.runs.updates import RunUpdate, events_for
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

# Four steps an epoch.
CONFIG = RunConfig.model_validate(
    {"dataset": "two-features", "train_size": 40, "batch_size": 10, "epochs": 3, "eta": 1.0}
)
ACTIVE = (Status.SCHEDULED, Status.RUNNING)
TYPES = Types(RUN_EVENTS)

updates = st.fixed_dictionaries(
    {},
    optional={
        "wanted": st.sampled_from(["running", "paused", "stopped"]),
        "advance": st.sampled_from(["batch", "epoch"]),
        "eta": st.sampled_from([0.5, 1.0, 2.0]),
        "epochs": st.integers(1, 6),
        "rate": st.sampled_from([None, 0.5, 20.0]),
        "name": st.sampled_from(["First", "Second"]),
        "pinned": st.booleans(),
    },
)


BEGIN = datetime(2026, 11, 25, 10, tzinfo=UTC)


class OneRun(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.log: list[tuple[str, str, str]] = []  # time, type and body, as the store keeps them
        self.in_flight: int | None = None  # steps of the slice that a worker has
        self.run: Run | None = None
        self.commit(Created("First", 1, CONFIG, "somebody", None, "key"))

    def commit(self, *events: RunEvent) -> None:
        recorded = []
        for event in events:
            ts = (BEGIN + timedelta(seconds=len(self.log))).isoformat()
            self.log.append((ts, event.type, json.dumps(event.as_json())))
            recorded.append(Recorded(len(self.log), "a", ts, event))
        self.run = fold(self.run, recorded)

    @property
    def now(self) -> Run:
        assert self.run is not None
        return self.run

    def settle(self) -> None:
        changes = 0
        while event := next_change(self.now):
            if isinstance(event, StatusChanged) and event.status.ended:
                event = StatusChanged(event.status, event.status_reason, fingerprint="f00")
            self.commit(event)
            changes += 1
            assert changes < 5, "it never comes to rest"

    def steps_left(self) -> int:
        return min(self.now.steps, self.now.until or self.now.steps) - self.now.step

    @rule(update=updates)
    def somebody_asks(self, update: dict[str, Any]) -> None:
        before, length = self.now, len(self.log)
        try:
            events = events_for(before, RunUpdate.model_validate(update))
        except AppError:
            assert (self.now, len(self.log)) == (before, length)
            return
        self.commit(*events)
        assert events_for(self.now, RunUpdate.model_validate(plain(update))) == [], "asked twice, made twice"
        if self.in_flight is None:
            self.settle()

    @precondition(lambda self: self.in_flight is None and self.now.status in ACTIVE and self.steps_left() > 0)
    @rule(steps=st.integers(1, 9))
    def a_slice_begins(self, steps: int) -> None:
        if self.now.status is Status.SCHEDULED:
            self.commit(StatusChanged(Status.RUNNING, None))
        self.in_flight = min(steps, self.steps_left())

    @precondition(lambda self: self.in_flight is not None)
    @rule(accuracy=st.none() | st.floats(0, 1), diverges=st.sampled_from([False] * 9 + [True]))
    def a_slice_comes_back(self, accuracy: float | None, diverges: bool) -> None:
        assert self.in_flight is not None
        run, step = self.now, self.now.step + self.in_flight
        steps_per_epoch = run.config.steps_per_epoch
        ended = range(run.epoch + 1, step // steps_per_epoch + 1)
        epochs = tuple(
            EpochResult(EpochMetrics(number, 0.5, 0.5, None, accuracy), number * steps_per_epoch, (1, 2), b"")
            for number in ended
        )
        result = SliceResult(step, b"", "f00", epochs, step + 1 if diverges else None, seconds=0.1)
        events, _ = epochs_of(run, 0.0, result)
        self.commit(*events, *consequences(run, result))
        self.in_flight = None
        self.settle()

    @precondition(lambda self: self.in_flight is not None)
    @rule()
    def the_worker_dies(self) -> None:
        self.in_flight = None
        self.settle()

    @rule()
    def the_server_is_killed_and_starts_again(self) -> None:
        self.in_flight = None
        self.run = self.read_log()
        if self.now.status is Status.RUNNING:
            self.commit(StatusChanged(Status.SCHEDULED, "SERVER_RESTARTED"))
        self.settle()

    def read_log(self) -> Run | None:
        recorded = [
            Recorded(seq, "a", ts, TYPES.read(name, body)) for seq, (ts, name, body) in enumerate(self.log, 1)
        ]
        assert not any(isinstance(one.event, Unknown) for one in recorded)
        return fold(None, (one for one in recorded if is_of_run(one)))

    @invariant()
    def the_log_makes_the_run(self) -> None:
        assert self.read_log() == self.now
        json.dumps(self.now.as_json(), allow_nan=False)

    @invariant()
    def it_never_does_more_than_was_asked_for(self) -> None:
        run = self.now
        assert run.step <= run.steps
        assert run.epoch == run.step // run.config.steps_per_epoch
        assert (run.last.epoch if run.last else 0) == run.epoch
        if self.in_flight is not None:
            assert run.status is Status.RUNNING
            assert run.step + self.in_flight <= run.steps

    @invariant()
    def what_has_ended_says_when_and_with_which_weights(self) -> None:
        run = self.now
        assert run.status.ended == (run.ended_at is not None) == (run.fingerprint is not None)
        assert run.started_at is not None or run.step == 0
        assert (run.status is Status.FINISHED) <= (run.step == run.steps)
        assert (run.status_detail is not None) == (run.status is Status.FAILED)

    @invariant()
    def what_is_wanted_is_so_while_nothing_is_under_way(self) -> None:
        run = self.now
        if self.in_flight is not None or run.status.ended:
            return
        assert next_change(run) is None
        assert run.eta == run.wanted_eta
        assert run.wanted == ("paused" if run.status is Status.PAUSED else "running")
        assert run.until is None or run.until > run.step
        assert self.steps_left() > 0 or run.status is Status.PAUSED


def plain(update: dict[str, Any]) -> dict[str, Any]:
    """An update without what means something else each time it is sent."""
    return {name: value for name, value in update.items() if name != "advance"}


OneRun.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, derandomize=True, deadline=None, database=None
)
TestOneRun = OneRun.TestCase
