"""Runs over REST: make, list, read, change what is wanted, forget; and what a run has produced."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

import nncore

from ..engine.scheduler import Scheduler
from ..errors import BadRequest, Conflict
from ..http.downloads import AS_FILE, PRIVATE
from ..http.uploads import NPZ, received
from ..lenses.inspection import first_epoch
from ..runs import data, script
from ..runs.lecture import lecture_class
from ..runs.names import Name
from ..runs.run import Run
from ..runs.updates import RunUpdate, twin
from ..version import versions
from . import as_csv
from .actors import ActorDep
from .deps import ClassesDep, InspectionDep, LedgerDep, RunDep, SchedulerDep
from .making import CREATED, MakingDep
from .models import Format, Grids, RunCreate, RunList, RunView, Series

router = APIRouter(prefix="/runs", tags=["runs"])
imports = APIRouter(prefix="/imports", tags=["runs"])

MAX_GRIDS = 101  # epochs: a hundred, and the one before to tell what has changed

# How a run is written down: as what, and what such a file ends with.
WRITTEN_AS = {
    "python": ("text/x-python", ".py"),
    "notebook": ("application/x-ipynb+json", ".ipynb"),
    "class": ("text/x-python", "-neurons.py"),
    "curl": ("application/x-sh", ".sh"),
}
PROGRAMS = {"python": script.python, "notebook": script.notebook, "class": lecture_class}


@router.post("", status_code=201, response_model=RunView, responses=CREATED)
async def create_run(
    body: RunCreate, ledger: LedgerDep, scheduler: SchedulerDep, making: MakingDep
) -> dict[str, Any]:
    """Start a run. The same Idempotency-Key with the same settings answers with the run it made before."""
    config = body.config if body.twin_of is None else twin(ledger.run(body.twin_of).config, body.changes)
    making.check([config])
    run, is_new = await ledger.create(
        config, body.name, owner=making.owner, twin_of=body.twin_of, request_key=making.request_key
    )
    await making.answer(f"/runs/{run.id}", is_new, lambda: ledger.delete(run.id))
    return _view(run, scheduler)


@imports.post(
    "",
    status_code=201,
    response_model=RunView,
    responses=CREATED,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                media_type: {"schema": {"type": "string", "format": "binary"}}
                for media_type in NPZ.media_types
            },
        }
    },
)
async def import_run(
    request: Request,
    ledger: LedgerDep,
    scheduler: SchedulerDep,
    inspection: InspectionDep,
    making: MakingDep,
    name: Annotated[Name | None, Query(description="What to call it.")] = None,
) -> dict[str, Any]:
    """A run to look inside, from a file: what `/weights` gives, or what `chalknet train --out` has written.

    The run has ended (FINISHED, IMPORTED). Its figures are measured here, once; its settings are what the
    file says.
    """
    making.check(())
    ledger.check_kept(making.owner)
    async with received(request, NPZ) as file:
        network = await inspection.judge(file, making.owner)
    told = await asyncio.to_thread(nncore.load_about, network)
    run, is_new = await ledger.take_in(
        network, told, name, owner=making.owner, request_key=making.request_key
    )
    await making.answer(f"/runs/{run.id}", is_new, lambda: ledger.delete(run.id))
    return _view(run, scheduler)


@router.get("", response_model=RunList)
async def list_runs(
    ledger: LedgerDep,
    scheduler: SchedulerDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    page_token: Annotated[str | None, Query(max_length=40)] = None,
) -> JSONResponse:
    """All runs, newest first."""
    runs = ledger.runs()
    start = 0
    if page_token is not None:
        places = [place for place, run in enumerate(runs) if run.id == page_token]
        if not places:
            raise BadRequest(
                "This page_token is not one of ours, or its run was deleted.", field="page_token"
            )
        start = places[0]
    page, rest = runs[start : start + limit], runs[start + limit :]
    queue = scheduler.queue()
    views = [{**run.as_json(), "queue": queue.get(run.id)} for run in page]
    # Sent as it is: to hold it against the model as well would take twice the time, which is everybody's.
    return JSONResponse({"runs": views, "next_page_token": rest[0].id if rest else None})


@router.get("/{run_id}", response_model=RunView)
async def read_run(run: RunDep, scheduler: SchedulerDep) -> dict[str, Any]:
    """One run."""
    return _view(run, scheduler)


@router.patch("/{run_id}", response_model=RunView)
async def change_run(
    run: RunDep,
    body: RunUpdate,
    ledger: LedgerDep,
    scheduler: SchedulerDep,
    actor: ActorDep,
    classes: ClassesDep,
) -> dict[str, Any]:
    """Pause, resume, stop, go on for a batch or an epoch, change eta, slow down, add epochs, rename, pin.

    A stopped run keeps what it has learned.
    """
    if actor.role == "student":
        classes.count_run_change(actor.owner)
        if changes := body.model_dump(include={"eta", "epochs"}, exclude_none=True):
            now = {"eta": run.wanted_eta, "epochs": run.epochs}  # config is what the run began with
            config = run.config.model_copy(update=now | changes)
            classes.room.check(config, config.epochs)
    return _view(await ledger.update(run.id, body), scheduler)


@router.delete("/{run_id}", status_code=204)
async def delete_run(run: RunDep, ledger: LedgerDep) -> None:
    """Forget a run and all it has produced; one of an experiment goes with the experiment."""
    if run.experiment is not None:
        text = "The run belongs to an experiment: delete that, and all its runs go."
        raise Conflict(text, code="run-of-experiment")
    await ledger.delete(run.id)


@router.get(
    "/{run_id}/metrics", response_model=Series, responses={200: {"content": {"text/csv": {}}, **AS_FILE}}
)
async def read_metrics(
    run: RunDep,
    inspection: InspectionDep,
    format: Format = "json",
    points: Annotated[bool, Query(description="CSV of the early points in place of the epochs.")] = False,
) -> Any:
    """Loss and accuracy after every epoch, and at some early points within epochs, as columns or as CSV."""
    if format == "json":
        return {"columns": await inspection.series(run), "points": await inspection.points(run)}
    columns = await (inspection.points(run) if points else inspection.series(run))
    headers = {
        "Content-Disposition": f'attachment; filename="chalknet-{run.id}{"-points" if points else ""}.csv"'
    }
    return Response(as_csv.columns(columns), media_type="text/csv", headers=headers)


@router.get(
    "/{run_id}/script",
    response_class=Response,
    responses={200: {"content": {media_type: {} for media_type, _ in WRITTEN_AS.values()}, **AS_FILE}},
)
async def read_script(
    run: RunDep,
    request: Request,
    inspection: InspectionDep,
    format: Literal["python", "notebook", "class", "curl"] = "python",
) -> Response:
    """The run written down.

    `python` and `notebook` need no server and come to the same weights; `class` is the lecture's class in
    NumPy alone, whose figures agree to rounding; `curl` starts the same run once more.
    """
    facts = data.find(run.config.dataset)
    if facts is None or facts.own:
        text = "A program without the server would need the data that were brought."
        raise Conflict(text, code="needs-own-data")
    changes = await inspection.eta_changes(run)
    if format == "curl":
        text = script.curl(run, changes, str(request.base_url).rstrip("/"))
    else:
        text = PROGRAMS[format](run, changes, versions())
    media_type, suffix = WRITTEN_AS[format]
    headers = {"Content-Disposition": f'attachment; filename="chalknet-{run.id}{suffix}"'}
    return Response(text, media_type=media_type, headers=headers)


@router.get("/{run_id}/grids", response_model=Grids)
async def read_grids(
    run: RunDep,
    response: Response,
    inspection: InspectionDep,
    first: Annotated[int, Query(ge=1, le=2**31)] = 1,
    count: Annotated[int, Query(ge=1, le=MAX_GRIDS)] = MAX_GRIDS,
) -> dict[str, Any]:
    """What the run took the first hundred test samples for after each of some epochs, as events told it."""
    first = max(first, first_epoch(run))
    grids = await inspection.grids(run, first, count)
    if len(grids) == count:  # then they stay as they are
        response.headers.update(PRIVATE)
    return {"first": first, "predictions": grids}


def _view(run: Run, scheduler: Scheduler) -> dict[str, Any]:
    return {**run.as_json(), "queue": scheduler.queue().get(run.id)}
