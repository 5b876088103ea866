"""Any possible history: each prefix folds, and a log that was killed anywhere tells what was committed."""

import asyncio
import json
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from chalknet.eventlog.event import Event, Recorded, Types, Unknown
from chalknet.eventlog.log import Fold, Log
from chalknet.eventlog.store import Store
from chalknet.eventlog.tables import Folded
from chalknet.runs.config import RunConfig
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
from chalknet.runs.fold import apply, fold, is_of_run
from chalknet.runs.folded import decode, encode
from chalknet.runs.metrics import EpochMetrics, PointMetrics
from chalknet.runs.run import TRANSITIONS, Run, Status
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TS = "2026-11-25T10:00:05.125Z"
CONFIG = RunConfig.model_validate({"preset": "two-features", "epochs": 5})
STEPS = CONFIG.steps_per_epoch
TYPES = Types(RUN_EVENTS)
MEASURE = st.none() | st.floats(0, 100)
GRID = st.lists(st.integers(0, 9), max_size=5).map(tuple)
History = list[tuple[str, RunEvent]]
Runs = dict[str, Run | None]


def points(run: Run) -> st.SearchStrategy[PointMetrics]:
    return st.builds(
        PointMetrics, st.just(run.step + 1), st.none() | st.just(1000), *[MEASURE] * 5, predictions=GRID
    )


def next_events(run: Run) -> st.SearchStrategy[RunEvent]:
    """What can happen to it now."""
    wishes = st.builds(
        WantedChanged, wanted=st.sampled_from(["running", "paused", "stopped"]), eta=st.floats(0.1, 9)
    )
    slow = st.builds(WantedChanged, rate=st.none() | st.floats(1, 9), until=st.none() | st.integers(0, 9))
    options: list[st.SearchStrategy[RunEvent]] = [
        st.builds(Renamed, st.text(max_size=9)),
        st.builds(Pinned, st.booleans()),
        st.builds(EtaChanged, st.floats(0.1, 9), st.just(run.step)),
        wishes,
        slow,
        st.just(Deleted(run.number)),
    ]
    if to := sorted(TRANSITIONS[run.status]):
        detail = st.none() | st.text(max_size=9)
        options.append(st.builds(StatusChanged, st.sampled_from(to), st.none(), detail, detail, detail))
    if run.status is Status.RUNNING:
        done = run.epoch + 1
        metrics = st.builds(EpochMetrics, st.just(done), *[MEASURE] * 4)
        ended = st.builds(EpochEnded, metrics, st.just(done * STEPS), st.floats(0, 9), GRID)
        now = st.none() | points(run)
        progress = st.builds(Progressed, st.just(done), st.just(run.step + 1), st.just(STEPS), now)
        options += [ended, ended, progress, progress, st.builds(Measured, points(run))]
    return st.one_of(options)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """The lives of three runs, through each other."""
    runs: Runs = {}
    history: History = []
    for seq in range(1, draw(st.integers(1, 40)) + 1):
        there = [subject for subject in "abc" if runs.get(subject, CONFIG) is not None]
        if not there:
            break
        subject = draw(st.sampled_from(there))
        run = runs.get(subject)
        begun = Created(f"Run {seq}", seq, CONFIG, "owner", None, None)
        event = begun if run is None else draw(next_events(run))
        runs[subject] = apply(run, Recorded(seq, subject, TS, event))
        history.append((subject, event))
    return history


def folded(log: list[Recorded[Any]]) -> Runs:
    runs: Runs = {}
    for one in log:
        runs[one.subject] = apply(runs.get(one.subject), one)
    return {subject: run for subject, run in runs.items() if run is not None}


@given(histories(), st.integers(0, 40), st.sampled_from(["sparkle", "epoch"]))
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_any_prefix_folds_and_the_rest_goes_on_from_it(history: History, cut: int, strange: str) -> None:
    log = [Recorded(seq, subject, TS, event) for seq, (subject, event) in enumerate(history, 1)]
    stored = [TYPES.read(one.event.type, json.dumps(one.event.as_json())) for one in log]
    assert stored == [one.event for one in log]
    before, rest = log[:cut], log[cut:]
    runs: Runs = {subject: run and decode(encode(run)) for subject, run in folded(before).items()}
    for run in runs.values():
        json.dumps(run and run.as_json(), allow_nan=False)
    for one in rest:
        runs[one.subject] = fold(runs.get(one.subject), [one])
    assert {subject: run for subject, run in runs.items() if run is not None} == folded(log)
    unknown = Recorded(len(log) + 1, log[-1].subject, TS, TYPES.read(strange, '{"a": 1}'))
    assert isinstance(unknown.event, Unknown)
    assert folded([*log, unknown]).keys() == folded(log).keys()


# What happens to the server after an event: nothing, a stop, a kill; or it keeps what the runs have come to.
STEPS_BETWEEN = st.lists(st.sampled_from(["", "", "", "stop", "kill", "keep"]), min_size=40, max_size=40)


@given(histories(), STEPS_BETWEEN)
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_after_stops_and_kills_anywhere_the_log_tells_what_was_committed(
    history: History, between: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        committed, told = asyncio.run(live(Path(folder), history, between))
    assert told == folded(committed)


async def live(folder: Path, history: History, between: list[str]) -> tuple[list[Recorded[Any]], Runs]:
    """What was acknowledged, and the runs that the last start has made of the log."""
    committed: list[Recorded[Any]] = []
    lives = iter(range(100))
    here = folder / str(next(lives))
    store = Store(here, RUN_EVENTS)
    for (subject, event), then in zip(history, between, strict=False):
        if isinstance(event, Deleted):
            committed += await store.delete(subject, event)
        else:
            committed += await store.commit(subject, [event])
        if then == "keep":
            runs = [run for run in folded(committed).values() if run]
            await store.keep_folded([Folded(run.id, run.seq, "this", encode(run)) for run in runs])
        elif then == "kill":  # what a killed server leaves, while it still runs
            left, here = here, folder / str(next(lives))
            here.mkdir()
            for name in ("chalknet.db", "chalknet.db-wal", "newest"):
                shutil.copy(left / name, here / name)
            store.close()
            store = Store(here, RUN_EVENTS)
        elif then == "stop":
            store.close()
            store = Store(here, RUN_EVENTS)
        assert store.loss is None
    store.close()
    store = Store(here, RUN_EVENTS)
    try:
        return committed, await started(store)
    finally:
        store.close()


async def started(store: Store) -> Runs:
    """The runs as a start makes them, with what was kept of them."""
    runs: Runs = {}

    def take(recorded: Recorded[Event | Unknown]) -> None:
        assert is_of_run(recorded)
        runs[recorded.subject] = apply(runs.get(recorded.subject), recorded)

    kept = {
        one.subject: Fold(one.seq, partial(runs.__setitem__, one.subject, decode(one.body)))
        for one in await store.folded("this")
    }
    await Log(store).start([take], kept)
    return {subject: run for subject, run in runs.items() if run is not None}
