"""Looks into a run: a route for each lens, made from what the lens declares."""

from inspect import cleandoc
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

import nncore

from ..errors import Invalid
from ..http.downloads import AS_FILE, PRIVATE, BulkResponse
from ..lenses import source_lines
from ..lenses.lens import Lens
from ..lenses.registry import LENSES
from .actors import ActorDep
from .deps import InspectionDep, RunDep
from .models import KeptEpochs

router = APIRouter(tags=["lenses"])


@router.get("/runs/{run_id}/epochs", response_model=KeptEpochs)
async def list_epochs(run: RunDep, inspection: InspectionDep) -> dict[str, Any]:
    """The epochs that can be looked at: all of a short run, evenly chosen ones of a long run."""
    return {"epochs": await inspection.kept_epochs(run), "newest": run.epoch}


@router.get("/source-lines", response_model=source_lines.SourceLines)
async def read_source_lines(
    inspection: InspectionDep, actor: ActorDep, activation: str = "sigmoid", loss: str = "quadratic"
) -> Response:
    """The lines of nncore behind each step of back-propagation, from the source that is running."""
    for field, value, known in (
        ("activation", activation, nncore.ACTIVATIONS),
        ("loss", loss, nncore.LOSSES),
    ):
        if value not in known:
            raise Invalid(f"{field} is one of {', '.join(known)}.", field=field)
    key = ("source-lines", activation, loss)
    body = await inspection.compute(key, actor.owner, source_lines.encoded, activation, loss)
    return BulkResponse(body, media_type="application/json")


def add_route(router: APIRouter, lens: Lens) -> None:
    """Make a lens known under its address, with its parameters, its answer and its description."""

    async def look(run: RunDep, inspection: InspectionDep, actor: ActorDep, question: Any) -> Response:
        body = await inspection.look(lens, run, question, actor.owner)
        # A past epoch's answer may be kept for ever; what is now is not now for long.
        is_past = getattr(question, "epoch", None) is not None and lens.depends_on is not None
        headers = dict(PRIVATE if is_past else {"Cache-Control": "no-store"})
        if lens.suffix is not None:
            headers["Content-Disposition"] = f'attachment; filename="chalknet-{run.id}.{lens.suffix}"'
        return BulkResponse(body, media_type=lens.media_type, headers=headers)

    look.__annotations__["question"] = Annotated[lens.query, Query()]
    router.add_api_route(
        f"/runs/{{run_id}}/{lens.path}",
        look,
        name="read_" + lens.path.replace("/", "_").replace("-", "_"),
        description=cleandoc(lens.compute.__doc__ or ""),
        response_model=lens.answer,
        response_class=Response if lens.answer is None else JSONResponse,
        responses={200: {"content": {lens.media_type: {}}, **(AS_FILE if lens.suffix else {})}},
    )


for lens in LENSES:
    add_route(router, lens)
