"""What can happen to an experiment. Its runs have events of their own."""

from dataclasses import dataclass
from typing import Any, get_args

from ..eventlog.event import Event


@dataclass(frozen=True, slots=True)
class _OfExperiment(Event):
    subject_name = "experiment_id"


@dataclass(frozen=True, slots=True)
class ExperimentStarted(_OfExperiment):
    """What was asked for, complete: all of its runs follow from it."""

    type = "experiment-started"
    first = True

    name: str
    number: int
    owner: str
    settings: dict[str, Any]
    vary: dict[str, list[Any]]
    seeds: list[int]
    request_key: str | None

    def shown(self, recorded: Any) -> dict[str, Any]:
        """All but the request's key, which is between its sender and the server."""
        return {name: value for name, value in self.as_json().items() if name != "request_key"}


@dataclass(frozen=True, slots=True)
class ExperimentDeleted(_OfExperiment):
    """The experiment is gone; its runs follow."""

    type = "experiment-deleted"

    number: int


ExperimentEvent = ExperimentStarted | ExperimentDeleted
EXPERIMENT_EVENTS: tuple[type[Event], ...] = get_args(ExperimentEvent)
