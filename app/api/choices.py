"""What there is to choose from: the lecture's experiments, the datasets and their images."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from ..errors import NotFound
from ..http.assets import accepts_gzip
from ..http.downloads import BulkResponse
from ..lenses import data
from ..lenses.data import Split
from ..lenses.lens import BINARY
from ..runs import data as catalog
from ..runs.config import RunConfig
from ..runs.presets import PRESETS
from .deps import AskerDep, InspectionDep
from .models import DatasetList, Labels, PresetList

router = APIRouter(tags=["catalog"])

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {BINARY: {}}}}
First = Annotated[int, Query(ge=0)]
Count = Annotated[int, Query(ge=1, le=1000)]


async def _dataset(name: str) -> str:
    """The name in the path; 404 when there is no such dataset."""
    if catalog.find(name) is None:
        raise NotFound(f"There is no dataset {name[:40]!r}.", code="dataset-not-found")
    return name


Dataset = Annotated[str, Depends(_dataset)]


@router.get("/presets", response_model=PresetList)
async def list_presets() -> dict[str, Any]:
    """The lecture's experiments; give a name as `preset` when starting a run."""
    return {"presets": presets()}


@router.get("/datasets", response_model=DatasetList)
async def list_datasets() -> dict[str, Any]:
    """What networks can learn from."""
    return {"datasets": datasets()}


@router.get("/datasets/{name}/images", response_class=Response, responses=BYTES)
async def read_images(
    name: Dataset,
    request: Request,
    inspection: InspectionDep,
    asker: AskerDep,
    split: Split = "test",
    first: First = 0,
    count: Count = 100,
) -> Response:
    """Grey values 0 to 255, a byte per pixel, row by row, images one after the other."""
    headers = {**IMMUTABLE, "Vary": "Accept-Encoding"}
    packed = accepts_gzip(request)
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = await inspection.read(asker, data.images, name, split, first, count, packed)
    return BulkResponse(body, media_type=BINARY, headers=headers)


@router.get("/datasets/{name}/labels", response_model=Labels)
async def read_labels(
    name: Dataset,
    response: Response,
    inspection: InspectionDep,
    asker: AskerDep,
    split: Split = "test",
    first: First = 0,
    count: Count = 100,
) -> dict[str, Any]:
    """The true classes of the same samples."""
    response.headers.update(IMMUTABLE)
    labels = await inspection.read(asker, data.labels, name, split, first, count)
    return {"first": first, "labels": list(labels)}


@router.get("/datasets/{name}/inputs", response_class=Response, responses=BYTES, tags=["lenses"])
async def read_inputs(
    name: Dataset,
    inspection: InspectionDep,
    asker: AskerDep,
    split: Split = "test",
    first: First = 0,
    count: Annotated[int, Query(ge=1, le=2000)] = 1000,
) -> Response:
    """What a network sees of some samples, as little-endian float32, sample after sample."""
    body = await inspection.read(asker, data.inputs, name, split, first, count)
    return BulkResponse(body, media_type=BINARY, headers=IMMUTABLE)


@router.get("/datasets/{name}/chosen-images", response_class=Response, responses=BYTES, tags=["lenses"])
async def read_chosen_images(
    name: Dataset,
    inspection: InspectionDep,
    asker: AskerDep,
    numbers: Annotated[str, Query(max_length=700, pattern=r"^\d{1,5}(,\d{1,5})*$")],
    split: Split = "test",
) -> Response:
    """The pictures of samples named by their numbers (3,17,99), a byte per pixel."""
    chosen = tuple(int(number) for number in numbers.split(","))
    facts = catalog.find(name)
    count = 0 if facts is None else facts.train if split == "train" else facts.test
    if max(chosen) >= count:
        raise NotFound(f"There are {count} samples.", code="sample-not-found", field="numbers")
    body = await inspection.read(asker, data.chosen_images, name, split, chosen)
    return BulkResponse(body, media_type=BINARY, headers=IMMUTABLE)


def presets() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": preset.title,
            "question": preset.question,
            "config": RunConfig.model_validate({"preset": name}).model_dump(mode="json"),
        }
        for name, preset in PRESETS.items()
    ]


def datasets() -> list[dict[str, Any]]:
    return [facts.as_json() for facts in catalog.everything()]
