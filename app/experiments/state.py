"""An experiment as its event has made it, and what its runs say together. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from ..eventlog.event import Recorded
from ..runs.config import RunConfig
from ..runs.run import Run
from .events import ExperimentDeleted, ExperimentEvent, ExperimentStarted
from .spec import ExperimentSpec

MEASURES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


@dataclass(frozen=True, slots=True)
class Experiment:
    """Settings, what is varied in them, and seeds; its runs carry its id and their place in it."""

    id: str
    number: int  # counts the experiments made here
    name: str
    owner: str
    spec: ExperimentSpec
    created_at: str
    request_key: str | None

    def as_json(self) -> dict[str, Any]:
        """What all may see."""
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "owner": self.owner,
            "settings": self.spec.settings.as_json(),
            "vary": dict(self.spec.vary),
            "seeds": list(self.spec.seeds),
            "created_at": self.created_at,
        }


def is_of_experiment(recorded: Recorded[Any]) -> TypeGuard[Recorded[ExperimentEvent]]:
    """Whether an event of the log happened to an experiment."""
    return isinstance(recorded.event, ExperimentEvent)


def apply(recorded: Recorded[ExperimentEvent]) -> Experiment | None:
    """The experiment after its event; None when it was deleted."""
    event = recorded.event
    if isinstance(event, ExperimentDeleted):
        return None
    # What was accepted once is there for ever, whatever today's bounds are.
    spec = ExperimentSpec.model_construct(
        name=event.name, settings=RunConfig.stored(event.settings), vary=event.vary, seeds=event.seeds
    )
    return Experiment(
        recorded.subject, event.number, event.name, event.owner, spec, recorded.ts, event.request_key
    )


def started(spec: ExperimentSpec, number: int, owner: str, request_key: str | None) -> ExperimentStarted:
    """The event that makes an experiment."""
    name = spec.name or f"Experiment {number}"
    return ExperimentStarted(
        name, number, owner, spec.settings.as_json(), dict(spec.vary), list(spec.seeds), request_key
    )


def cells_json(experiment: Experiment, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Each combination of values with its runs, and mean and spread of the last epochs of those that ended.

    `runs` are the experiment's, in any order; a run that failed has no part in the figures.
    """
    placed = {run.place: run for run in runs}
    cells = experiment.spec.cells
    told = []
    for number, values in enumerate(cells):
        places = (number + seed * len(cells) for seed in range(len(experiment.spec.seeds)))
        own = [placed[place] for place in places if place in placed]
        finished = [run for run in own if run.status.ended and run.status != "FAILED" and run.last]
        told.append(
            {
                "values": values,
                "runs": [run.id for run in own],
                "ended": sum(run.status.ended for run in own),
                "failed": sum(run.status == "FAILED" for run in own),
                **{name: _spread([getattr(run.last, name) for run in finished]) for name in MEASURES},
            }
        )
    return told


def best_cell(cells: Sequence[dict[str, Any]]) -> int | None:
    """The cell with the highest mean test accuracy; of equal ones the first."""
    means = [(cell["test_accuracy"] or {}).get("mean") for cell in cells]
    known = [mean for mean in means if mean is not None]
    return means.index(max(known)) if known else None


def _spread(values: Sequence[float | None]) -> dict[str, Any] | None:
    """Mean and standard deviation of a sample (n - 1 in the denominator); none of a single value."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {
        "mean": statistics.fmean(known),
        "std": statistics.stdev(known) if len(known) > 1 else None,
        "count": len(known),
    }
