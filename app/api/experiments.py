"""Experiments over REST: plan, make, list, read, pause and stop, forget; and all curves of one as a table."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from ..experiments.spec import ExperimentSpec
from ..experiments.state import Experiment, best_cell, cells_json
from ..http.downloads import AS_FILE
from ..lenses.inspection import Inspection
from ..runs.run import Run, Wanted
from . import as_csv
from .actors import ActorDep
from .deps import ClassesDep, ExperimentDep, ExperimentsDep, InspectionDep, SchedulerDep
from .making import CREATED, MakingDep
from .models import ExperimentFacts

router = APIRouter(prefix="/experiments", tags=["experiments"])
plans = APIRouter(prefix="/experiment-plans", tags=["experiments"])


class ExperimentUpdate(BaseModel):
    """What is wanted of all runs that have not ended."""

    model_config = ConfigDict(strict=True, extra="forbid")

    wanted: Wanted


class Plan(BaseModel):
    """What an experiment would take, before it is made."""

    runs: int
    epochs: int = Field(description="Of all runs together.")
    expected_seconds: float = Field(description="If nobody else trained, by the pace measured here last.")


class Spread(BaseModel):
    """Of the last epochs of a cell's runs that have ended and did not fail."""

    mean: float
    std: float | None = Field(description="Standard deviation of a sample; null for a single run.")
    count: int


class Cell(BaseModel):
    """One combination of values."""

    values: dict[str, JsonValue]
    runs: list[str] = Field(description="Ids, one for each seed.")
    ended: int
    failed: int
    train_loss: Spread | None
    train_accuracy: Spread | None
    test_loss: Spread | None
    test_accuracy: Spread | None


class ExperimentView(ExperimentFacts):
    """An experiment and how far it is."""

    runs: int
    ended: int
    cells: list[Cell] = Field(description="Every combination, the setting that was named last fastest.")
    best: int | None = Field(description="The cell with the highest mean test accuracy.")


class ExperimentList(BaseModel):
    experiments: list[ExperimentFacts] = Field(description="Newest first.")


@plans.post("", response_model=Plan)
async def plan_experiment(body: ExperimentSpec, scheduler: SchedulerDep) -> dict[str, Any]:
    """What an experiment would take; nothing is made."""
    return {
        "runs": body.runs,
        "epochs": sum(config.epochs for config in body.configs),
        "expected_seconds": round(body.work / scheduler.work_per_second(), 1),
    }


@router.post("", status_code=201, response_model=ExperimentView, responses=CREATED)
async def create_experiment(
    body: ExperimentSpec, experiments: ExperimentsDep, making: MakingDep
) -> dict[str, Any]:
    """Start a run for every combination of the values and every seed.

    They take turns with what others train as if they were one run, and learn one after the other.
    """
    making.check(body.configs)
    experiment, is_new = await experiments.create(body, making.owner, making.request_key)
    path = f"/experiments/{experiment.id}"
    await making.answer(path, is_new, lambda: experiments.delete(experiment.id))
    return _view(experiment, experiments.runs_of(experiment.id))


@router.get("", response_model=ExperimentList)
async def list_experiments(experiments: ExperimentsDep) -> dict[str, Any]:
    """All experiments."""
    return {"experiments": [experiment.as_json() for experiment in experiments.all()]}


@router.get("/{experiment_id}", response_model=ExperimentView)
async def read_experiment(experiment: ExperimentDep, experiments: ExperimentsDep) -> dict[str, Any]:
    """One experiment, cell by cell."""
    return _view(experiment, experiments.runs_of(experiment.id))


@router.patch("/{experiment_id}", response_model=ExperimentView)
async def change_experiment(
    experiment: ExperimentDep,
    body: ExperimentUpdate,
    experiments: ExperimentsDep,
    actor: ActorDep,
    classes: ClassesDep,
) -> dict[str, Any]:
    """Pause all of its runs, go on with them, or stop them."""
    if actor.role == "student":
        classes.count_run_change(actor.owner)
    await experiments.change(experiment.id, body.wanted)
    return _view(experiment, experiments.runs_of(experiment.id))


@router.delete("/{experiment_id}", status_code=204)
async def delete_experiment(experiment: ExperimentDep, experiments: ExperimentsDep) -> None:
    """Forget an experiment and all of its runs."""
    await experiments.delete(experiment.id)


@router.get(
    "/{experiment_id}/metrics",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, **AS_FILE}},
)
async def read_experiment_metrics(
    experiment: ExperimentDep, experiments: ExperimentsDep, inspection: InspectionDep
) -> StreamingResponse:
    """All curves as one table (CSV): a line for each epoch of each run, with its varied settings and seed."""
    headers = {"Content-Disposition": f'attachment; filename="chalknet-{experiment.id}.csv"'}
    lines = _lines(experiment, experiments.runs_of(experiment.id), inspection)
    return StreamingResponse(lines, media_type="text/csv", headers=headers)


async def _lines(experiment: Experiment, runs: list[Run], inspection: Inspection) -> AsyncIterator[str]:
    """The table, one run at a time."""
    varied = list(experiment.spec.vary)
    measures: list[str] = []
    for run in runs:
        columns = await inspection.series(run)
        if not measures:
            measures = list(columns)
            yield as_csv.rows([["run", *varied, "seed", "status", *measures]])
        settings = run.config.as_json()
        head = [run.id, *(_cell_text(settings[name]) for name in varied), run.config.seed, str(run.status)]
        yield as_csv.rows([*head, *line] for line in zip(*columns.values(), strict=True))


def _cell_text(value: Any) -> Any:
    return "-".join(map(str, value)) if isinstance(value, list) else value


def _view(experiment: Experiment, runs: list[Run]) -> dict[str, Any]:
    cells = cells_json(experiment, runs)
    return {
        **experiment.as_json(),
        "runs": len(runs),
        "ended": sum(run.status.ended for run in runs),
        "cells": cells,
        "best": best_cell(cells),
    }
