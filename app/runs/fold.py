"""How events make a run, and what a run does by itself because of what is wanted of it. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeGuard, assert_never

from ..eventlog.event import ABSENT, Recorded, Unknown
from .events import (
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
from .run import TRANSITIONS, EtaChange, Run, Status

CHANGES = 100  # of the learning rate that a run remembers: each is a line on its chart


def is_of_run(recorded: Recorded[Any]) -> TypeGuard[Recorded[RunEvent | Unknown]]:
    """Whether an event of the log can have happened to a run."""
    return isinstance(recorded.event, RunEvent | Unknown)


def apply(run: Run | None, recorded: Recorded[RunEvent | Unknown]) -> Run | None:
    """The run after one more event; None when it was deleted.

    Raises:
        ValueError: the run cannot go to that status from the one it has.
    """
    event = recorded.event
    if isinstance(event, Created):
        return event.run(recorded)
    if run is None:
        return None
    run = replace(run, seq=recorded.seq)
    match event:
        case Deleted():
            return None
        case WantedChanged():
            return _want(run, event)
        case EtaChanged():
            return replace(
                run, eta=event.eta, changes=(*run.changes, EtaChange(event.eta, event.step))[-CHANGES:]
            )
        case Pinned():
            return replace(run, pinned=event.pinned)
        case Renamed():
            return replace(run, name=event.name)
        case Progressed():
            return replace(run, step=event.step, now=event.now)
        case Measured():
            return replace(run, points=run.points.after(event.point))
        case EpochEnded():
            metrics = event.metrics
            best = metrics if metrics.is_better_than(run.best) else run.best
            curve = run.curve.after(metrics, event.step, event.seconds, recorded.ts, event.predictions)
            run = replace(run, points=run.points.after_epoch(), now=None)
            return replace(run, epoch=metrics.epoch, step=event.step, last=metrics, best=best, curve=curve)
        case StatusChanged():
            return _change_status(run, event, recorded.ts)
        case Unknown():
            return run
        case _:
            assert_never(event)


def fold(run: Run | None, recorded: Iterable[Recorded[RunEvent | Unknown]]) -> Run | None:
    """The run after several more events."""
    for one in recorded:
        run = apply(run, one)
    return run


def next_change(run: Run) -> RunEvent | None:
    """What a run does between two slices because somebody wants it to; None if it may go on as it is.

    A change to a status that ends the run still needs its fingerprint.
    """
    if run.status.ended:
        return None
    if run.until is not None and run.step >= run.until:
        return WantedChanged(wanted="paused", until=None)
    if run.wanted_eta != run.eta:
        return EtaChanged(run.wanted_eta, run.step)
    if run.wanted == "stopped":
        return StatusChanged(Status.STOPPED, "USER")
    if run.wanted == "paused" and run.status is not Status.PAUSED:
        return StatusChanged(Status.PAUSED, "USER")
    if run.wanted == "running" and run.status is Status.PAUSED:
        return StatusChanged(Status.SCHEDULED, None)
    return None


def _want(run: Run, event: WantedChanged) -> Run:
    changes = {
        "wanted": event.wanted,
        "wanted_eta": event.eta,
        "epochs": event.epochs,
        "rate": event.rate,
        "until": event.until,
    }
    present: dict[str, Any] = {name: value for name, value in changes.items() if value is not ABSENT}
    return replace(run, **present)


def _change_status(run: Run, event: StatusChanged, ts: str) -> Run:
    to = event.status
    if to not in TRANSITIONS[run.status]:
        raise ValueError(f"run {run.id} cannot go from {run.status} to {to}")
    kernels = run.kernels
    if event.kernels is not None and event.kernels not in kernels:
        kernels = (*kernels, event.kernels)
    return replace(
        run,
        status=to,
        status_reason=event.status_reason,
        status_detail=event.status_detail,
        started_at=run.started_at or (ts if to is Status.RUNNING else None),
        ended_at=ts if to.ended else None,
        fingerprint=event.fingerprint,
        kernels=kernels,
    )
