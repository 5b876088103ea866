"""A run, its events, and how events make a run. Pure: no clock, no store, no network.

All that decides the state of a run is in this file: the statuses, the table of transitions, and `apply`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

from .config import RunConfig

Wanted = Literal["running", "paused", "stopped"]
Fault = Literal["DIVERGED", "WORKER_DIED", "ERROR"]  # why a run failed; the page has words for each
Reason = Fault | Literal["USER", "SERVER_RESTARTED"]


class Status(StrEnum):
    """Where a run is in its life; docs/architecture.md has the table in words."""

    SCHEDULED = "SCHEDULED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    FINISHED = "FINISHED"
    STOPPED = "STOPPED"
    FAILED = "FAILED"

    @property
    def ended(self) -> bool:
        return self in _ENDED


_ENDED = {Status.FINISHED, Status.STOPPED, Status.FAILED}

TRANSITIONS: dict[Status, set[Status]] = {
    Status.SCHEDULED: {Status.RUNNING, Status.PAUSED, Status.STOPPED, Status.FAILED},
    Status.RUNNING: {Status.SCHEDULED, Status.PAUSED, Status.FINISHED, Status.STOPPED, Status.FAILED},
    Status.PAUSED: {Status.SCHEDULED, Status.STOPPED},
    Status.FINISHED: {Status.SCHEDULED},  # more epochs
    Status.STOPPED: set(),
    Status.FAILED: set(),
}


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that is about to be true; the store gives it its number and time."""

    run_id: str
    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is true: committed, numbered, never changed."""

    seq: int
    run_id: str
    type: str
    ts: str
    data: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        data = self.data
        if self.type == "created":
            run = apply(None, self)
            data = {"run": run and run.as_json()}  # the request's key is between its sender and the server
        return {"seq": self.seq, "run_id": self.run_id, "type": self.type, "ts": self.ts, **data}


@dataclass(frozen=True, slots=True)
class Metrics:
    """How good the network was at the end of an epoch; None stands for a number that is not finite."""

    epoch: int
    train_loss: float | None
    train_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in METRIC_NAMES}


METRIC_NAMES = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy")


@dataclass(frozen=True, slots=True)
class Run:
    """One run as its events have made it so far."""

    id: str
    config: RunConfig
    name: str
    created_at: str
    number: int = 0  # counts the runs made here: a colour that follows it sticks to the run
    status: Status = Status.SCHEDULED
    status_reason: str | None = None
    status_detail: str | None = None
    wanted: Wanted = "running"
    owner: str = ""
    twin_of: str | None = None
    pinned: bool = False
    eta: float = 0.0  # in force now; config.eta is what the run began with
    wanted_eta: float = 0.0
    epochs: int = 0  # to be done in all
    rate: float | None = None  # batches per second in slow motion
    until: int | None = None  # pause at this step
    epoch: int = 0
    step: int = 0
    last: Metrics | None = None
    best: Metrics | None = None
    fingerprint: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    request_key: str | None = None
    seq: int = 0

    @property
    def steps(self) -> int:
        """Updates to be done in all."""
        return self.config.steps_per_epoch * self.epochs

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "number": self.number,
            "status": str(self.status),
            "status_reason": self.status_reason,
            "status_detail": self.status_detail,
            "wanted": self.wanted,
            "owner": self.owner,
            "twin_of": self.twin_of,
            "pinned": self.pinned,
            "eta": self.eta,
            "epochs": self.epochs,
            "rate": self.rate,
            "until": self.until,
            "config": self.config.model_dump(mode="json"),
            "parameters": self.config.parameters,
            "epoch": self.epoch,
            "step": self.step,
            "steps_per_epoch": self.config.steps_per_epoch,
            "last": self.last and self.last.as_json(),
            "best": self.best and self.best.as_json(),
            "fingerprint": self.fingerprint,
            "seq": self.seq,
            "created_at": self.created_at,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
        }


def created(
    run_id: str,
    config: RunConfig,
    name: str,
    *,
    number: int = 0,
    owner: str = "",
    twin_of: str | None = None,
    request_key: str | None = None,
) -> NewEvent:
    """The first event of a run: what was asked for, complete."""
    data = {"name": name, "number": number, "config": config.model_dump(mode="json"), "owner": owner}
    return NewEvent(run_id, "created", {**data, "twin_of": twin_of, "request_key": request_key})


def deleted(run: Run) -> NewEvent:
    """All that is left of a run; its number is not given to another."""
    return NewEvent(run.id, "deleted", {"number": run.number})


def status(
    run: Run,
    to: Status,
    reason: Reason | None = None,
    fingerprint: str | None = None,
    detail: str | None = None,
) -> NewEvent:
    """The run goes to another status: a reason if it is not obvious, a sentence if it went wrong."""
    data: dict[str, Any] = {"status": str(to), "status_reason": reason}
    if to.ended:
        data |= {"fingerprint": fingerprint}
    if detail is not None:
        data |= {"status_detail": detail}
    return NewEvent(run.id, "status", data)


def progressed(run: Run, step: int) -> NewEvent:
    """A slice has ended inside an epoch."""
    steps_per_epoch = run.config.steps_per_epoch
    data = {"epoch": step // steps_per_epoch, "step": step, "steps_per_epoch": steps_per_epoch}
    return NewEvent(run.id, "progress", data)


def epoch_ended(run: Run, figures: dict[str, Any], seconds: float) -> NewEvent:
    """An epoch has ended, with its metrics and the labels predicted for the grid, after `seconds` of work."""
    return NewEvent(run.id, "epoch", {**figures, "seconds": round(seconds, 4)})


def next_change(run: Run) -> NewEvent | None:
    """What a run does between two slices because somebody wants it to; None if it may go on as it is.

    A change to a status that ends the run still needs its fingerprint; see `status`.
    """
    if run.status.ended:
        return None
    if run.until is not None and run.step >= run.until:
        return NewEvent(run.id, "wanted", {"wanted": "paused", "until": None})
    if run.wanted_eta != run.eta:
        return NewEvent(run.id, "eta", {"eta": run.wanted_eta, "step": run.step})
    if run.wanted == "stopped":
        return status(run, Status.STOPPED, "USER")
    if run.wanted == "paused" and run.status is not Status.PAUSED:
        return status(run, Status.PAUSED, "USER")
    if run.wanted == "running" and run.status is Status.PAUSED:
        return status(run, Status.SCHEDULED)
    return None


_WANTED_FIELDS = {
    "wanted": "wanted",
    "eta": "wanted_eta",
    "epochs": "epochs",
    "rate": "rate",
    "until": "until",
}


def apply(run: Run | None, event: Event) -> Run | None:
    """The run after one more event; None when it was deleted. Unknown types change nothing but the number."""
    data = event.data
    if event.type == "created":
        config = RunConfig.model_validate(data["config"])
        return Run(
            id=event.run_id,
            config=config,
            name=data["name"],
            number=data["number"],
            owner=data["owner"],
            twin_of=data["twin_of"],
            eta=config.eta,
            wanted_eta=config.eta,
            epochs=config.epochs,
            created_at=event.ts,
            request_key=data["request_key"],
            seq=event.seq,
        )
    if run is None or event.type == "deleted":
        return None
    run = replace(run, seq=event.seq)
    match event.type:
        case "wanted":
            changes = {_WANTED_FIELDS[name]: value for name, value in data.items() if name in _WANTED_FIELDS}
            return replace(run, **changes)
        case "eta":
            return replace(run, eta=data["eta"])
        case "pinned":
            return replace(run, pinned=data["pinned"])
        case "renamed":
            return replace(run, name=data["name"])
        case "progress":
            return replace(run, step=data["step"])
        case "epoch":
            metrics = Metrics(*(data[name] for name in METRIC_NAMES))
            return replace(
                run, epoch=metrics.epoch, step=data["step"], last=metrics, best=_better(run.best, metrics)
            )
        case "status":
            return _change_status(run, Status(data["status"]), event)
    return run


def fold(events: Iterable[Event], runs: dict[str, Run] | None = None) -> dict[str, Run]:
    """All runs that a log describes, by id, oldest first; `runs` are those of an earlier part of it."""
    runs = {} if runs is None else runs
    for event in events:
        run = apply(runs.get(event.run_id), event)
        if run is None:
            runs.pop(event.run_id, None)
        else:
            runs[event.run_id] = run
    return runs


def _better(best: Metrics | None, new: Metrics) -> Metrics:
    """The epoch with the highest test accuracy; the earlier one when equal."""
    if best is None or (new.test_accuracy or 0.0) > (best.test_accuracy or 0.0):
        return new
    return best


def _change_status(run: Run, to: Status, event: Event) -> Run:
    if to not in TRANSITIONS[run.status]:
        raise ValueError(f"run {run.id} cannot go from {run.status} to {to}")
    return replace(
        run,
        status=to,
        status_reason=event.data["status_reason"],
        status_detail=event.data.get("status_detail"),
        started_at=run.started_at or (event.ts if to is Status.RUNNING else None),
        ended_at=event.ts if to.ended else None,
        fingerprint=event.data.get("fingerprint"),
    )
