"""Bringing one's own data: seen before anything is kept, kept, read, forgotten."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from ..errors import Conflict
from ..http.uploads import DATA, received
from ..lenses.lens import BINARY
from ..runs import data
from .choices import Dataset
from .deps import OwnDataDep
from .models import DataReport, DatasetView

router = APIRouter(tags=["catalog"])

FILE = {
    "requestBody": {
        "required": True,
        "description": "The file: an npz with X and y, or a CSV in UTF-8.",
        "content": {BINARY: {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def _options(
    title: Annotated[
        str, Query(min_length=1, max_length=60, description="What people call it.")
    ] = "own data",
    label: Annotated[
        str | None,
        Query(max_length=40, description="The CSV's column with the classes; left out: the last one."),
    ] = None,
    test: Annotated[float, Query(ge=0.05, le=0.9, description="Share that is kept to test with.")] = 0.25,
    seed: Annotated[int, Query(ge=0, le=2**32 - 1, description="Of the split.")] = 1,
    scale: Annotated[
        bool, Query(description="Bring each column to mean 0 and standard deviation 1; pictures never are.")
    ] = True,
) -> dict[str, Any]:
    return {"title": title.strip() or "own data", "label": label, "test": test, "seed": seed, "scale": scale}


Options = Annotated[dict[str, Any], Depends(_options)]


async def _file(request: Request, own: OwnDataDep) -> AsyncIterator[bytes]:
    """The file, once there is a place for it; the place is free again after the answer."""
    async with own.place(), received(request, DATA) as body:
        yield body


File = Annotated[bytes, Depends(_file)]


@router.post("/dataset-reports", response_model=DataReport, openapi_extra=FILE)
async def report_data(body: File, options: Options, own: OwnDataDep) -> dict[str, Any]:
    """What a file would be as a data set: columns, classes, counts, first rows. Nothing is kept."""
    return await own.report(body, options)


@router.post("/datasets", status_code=201, response_model=DatasetView, openapi_extra=FILE)
async def keep_data(body: File, options: Options, own: OwnDataDep) -> dict[str, Any]:
    """Keep a file as a data set; its `name` is then a run's `dataset`. The same content twice is one."""
    return (await own.keep(body, options)).as_json()


@router.get("/datasets/{name}", response_model=DatasetView)
async def read_dataset(name: Dataset) -> dict[str, Any]:
    """Sizes of one data set."""
    return next(facts.as_json() for facts in data.everything() if facts.name == name)


@router.delete("/datasets/{name}", status_code=204, response_class=Response)
async def delete_dataset(name: Dataset, own: OwnDataDep) -> None:
    """Forget one that was brought; refused while there are runs that learned from it."""
    facts = data.find(name)
    if facts is None or not facts.own:
        raise Conflict("This data set belongs to the program.", code="ready-made")
    await own.delete(facts)
