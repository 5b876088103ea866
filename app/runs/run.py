"""A run as its events have made it: its statuses, and what it is at one moment. Pure.

What can happen to it is in `events`, how that changes it in `fold`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from .config import RunConfig
from .curve import Curve
from .metrics import EpochMetrics, PointMetrics
from .points import Points

Wanted = Literal["running", "paused", "stopped"]
# Why a run failed; the page has words for each.
FailureReason = Literal["DIVERGED", "WORKER_DIED", "SETTINGS_REFUSED", "ERROR"]
Reason = FailureReason | Literal["USER", "SERVER_RESTARTED", "TARGET", "IMPORTED"]


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
    Status.PAUSED: {Status.SCHEDULED, Status.STOPPED, Status.FAILED},
    Status.FINISHED: {Status.SCHEDULED},  # more epochs
    Status.STOPPED: set(),
    Status.FAILED: set(),
}


class EtaChange(NamedTuple):
    """Another learning rate took effect at a step."""

    eta: float
    step: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run as its events have made it so far."""

    id: str
    config: RunConfig
    name: str
    number: int  # counts the runs made here: a colour that follows it sticks to the run
    owner: str
    twin_of: str | None
    request_key: str | None
    created_at: str
    eta: float  # in force now; config.eta is what the run began with
    wanted_eta: float
    epochs: int  # to be done in all
    seq: int  # of the newest of its events
    experiment: str | None = None  # the id of the experiment that it is a run of
    place: int | None = None  # among the runs of the experiment
    status: Status = Status.SCHEDULED
    status_reason: str | None = None
    status_detail: str | None = None
    wanted: Wanted = "running"
    pinned: bool = False
    rate: float | None = None  # batches per second in slow motion
    until: int | None = None  # pause at this step
    epoch: int = 0
    step: int = 0
    last: EpochMetrics | None = None
    best: EpochMetrics | None = None
    curve: Curve = field(default_factory=Curve)
    points: Points = field(default_factory=Points)
    now: PointMetrics | None = None  # what the newest slice was measured at, within an epoch
    changes: tuple[EtaChange, ...] = ()  # the newest of them
    fingerprint: str | None = None
    kernels: tuple[str, ...] = ()  # it was computed with; several where another processor went on with it
    started_at: str | None = None
    ended_at: str | None = None

    @property
    def steps(self) -> int:
        """Updates to be done in all."""
        return self.config.steps_per_epoch * self.epochs

    @property
    def line(self) -> str:
        """In whose name it waits for its turns: an experiment is one of those who wait, with all its runs."""
        return self.experiment or self.owner

    def reaches_target(self, accuracies: Iterable[float | None]) -> bool:
        """Whether one of the next epochs is the first that is as good as was wanted."""
        return self.config.reaches_target((self.best and self.best.test_accuracy) or 0.0, accuracies)

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
            "experiment": self.experiment,
            "place": self.place,
            "pinned": self.pinned,
            "eta": self.eta,
            "epochs": self.epochs,
            "rate": self.rate,
            "until": self.until,
            "config": self.config.as_json(),
            "parameters": self.config.parameters,
            "epoch": self.epoch,
            "step": self.step,
            "steps_per_epoch": self.config.steps_per_epoch,
            "last": self.last and self.last.as_json(),
            "best": self.best and self.best.as_json(),
            "fingerprint": self.fingerprint,
            "kernels": list(self.kernels),
            "seq": self.seq,
            "created_at": self.created_at,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
        }
