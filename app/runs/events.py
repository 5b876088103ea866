"""Everything that can happen to a run, one dataclass per type; docs/events.md tells it to viewers. Pure.

A new type is a class here, its name in `RunEvent`, its case in `fold.apply`, and its line in docs/events.md:
mypy misses the case, the tests miss the rest.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Self, get_args

from pydantic import SkipValidation

from ..eventlog.event import ABSENT, Absent, Event, Recorded
from .config import RunConfig
from .metrics import METRICS, EpochMetrics, PointMetrics
from .run import Reason, Run, Status, Wanted


# Of a dataclass with slots, `super` must be told the class: Python makes it anew.
@dataclass(frozen=True, slots=True)
class _OfRun(Event):
    subject_name = "run_id"


@dataclass(frozen=True, slots=True)
class Created(_OfRun):
    """What was asked for, complete: the first event of a run."""

    type = "created"
    first = True

    name: str
    number: int
    config: Annotated[
        RunConfig, SkipValidation
    ]  # its validators are for what is asked for, not for what is stored
    owner: str
    twin_of: str | None
    request_key: str | None
    experiment: str | None = None  # whose run it is, and which of its runs
    place: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {**super(Created, self).as_json(), "config": self.config.as_json()}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        return super(Created, cls).from_json({**body, "config": RunConfig.stored(body["config"])})

    def run(self, recorded: Recorded[Any]) -> Run:
        """The run as it begins."""
        return Run(
            id=recorded.subject,
            config=self.config,
            name=self.name,
            number=self.number,
            owner=self.owner,
            twin_of=self.twin_of,
            eta=self.config.eta,
            wanted_eta=self.config.eta,
            epochs=self.config.epochs,
            created_at=recorded.ts,
            request_key=self.request_key,
            experiment=self.experiment,
            place=self.place,
            seq=recorded.seq,
        )

    def shown(self, recorded: Recorded[Any]) -> dict[str, Any]:
        """The whole run; the request's key is between its sender and the server."""
        return {"run": self.run(recorded).as_json()}


@dataclass(frozen=True, slots=True)
class WantedChanged(_OfRun):
    """Somebody asked for something, which holds from the next slice on; what is absent stays as it was."""

    type = "wanted"

    wanted: Wanted | Absent = ABSENT
    eta: float | Absent = ABSENT
    epochs: int | Absent = ABSENT
    rate: float | Absent | None = ABSENT  # None: full speed
    until: int | Absent | None = ABSENT  # None: no pause at a step


@dataclass(frozen=True, slots=True)
class EtaChanged(_OfRun):
    """Another learning rate took effect, from this step on."""

    type = "eta"

    eta: float
    step: int


@dataclass(frozen=True, slots=True)
class StatusChanged(_OfRun):
    """The run went to another status: with a reason if it is not obvious, a sentence if it went wrong."""

    type = "status"

    status: Status
    status_reason: Reason | None
    status_detail: str | None = None
    fingerprint: str | None = None  # of the weights and biases with which the run ended
    kernels: str | None = None  # with which it is computed from now on


@dataclass(frozen=True, slots=True)
class Progressed(_OfRun):
    """A slice was committed that ended inside an epoch; what was measured there, if somebody can follow."""

    type = "progress"
    replaces = ("progress",)
    can_wait = True

    epoch: int
    step: int
    steps_per_epoch: int
    now: PointMetrics | None = None

    def as_json(self) -> dict[str, Any]:
        body = super(Progressed, self).as_json()
        return body if self.now is None else {**body, "now": self.now.as_json()}


@dataclass(frozen=True, slots=True)
class Measured(_OfRun):
    """An early point: before the first update, or within one of the first epochs. Its fields stand alone."""

    type = "measured"

    point: PointMetrics

    def as_json(self) -> dict[str, Any]:
        return self.point.as_json()

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        return super(Measured, cls).from_json({"point": body})


@dataclass(frozen=True, slots=True)
class EpochEnded(_OfRun):
    """An epoch ended. In the log and for viewers the metrics stand beside the other fields."""

    type = "epoch"
    replaces = ("progress",)

    metrics: EpochMetrics
    step: int
    seconds: float  # of worker time
    predictions: tuple[int, ...]  # labels of the first test samples, for the grid

    def as_json(self) -> dict[str, Any]:
        own = {"step": self.step, "seconds": self.seconds, "predictions": list(self.predictions)}
        return {**self.metrics.as_json(), **own}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        metrics = {name: body[name] for name in METRICS}
        return super(EpochEnded, cls).from_json({**body, "metrics": metrics})


@dataclass(frozen=True, slots=True)
class Renamed(_OfRun):
    """Somebody renamed the run."""

    type = "renamed"

    name: str


@dataclass(frozen=True, slots=True)
class Pinned(_OfRun):
    """Its past epochs are kept when room is needed, or not any more."""

    type = "pinned"

    pinned: bool


@dataclass(frozen=True, slots=True)
class Deleted(_OfRun):
    """The run and all its other events are gone; its number is not given to another."""

    type = "deleted"

    number: int


RunEvent = (
    Created
    | WantedChanged
    | EtaChanged
    | StatusChanged
    | Progressed
    | Measured
    | EpochEnded
    | Renamed
    | Pinned
    | Deleted
)
RUN_EVENTS: tuple[type[Event], ...] = get_args(RunEvent)
