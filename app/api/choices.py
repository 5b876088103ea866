"""What there is to choose from: the lecture's experiments, the datasets and their images."""

import asyncio
import gzip
from functools import lru_cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from nncore import DATASETS

from ..http.assets import accepts_gzip
from ..runs.config import RunConfig
from ..runs.presets import PRESETS
from .deps import InspectionDep
from .models import DatasetList, Labels, PresetList

router = APIRouter(tags=["catalog"])

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
First = Annotated[int, Query(ge=0)]
Count = Annotated[int, Query(ge=1, le=1000)]
Split = Literal["train", "test"]


@router.get("/presets", response_model=PresetList)
async def list_presets() -> dict[str, Any]:
    """The lecture's experiments; give a name as `preset` when starting a run."""
    return {"presets": presets()}


@router.get("/datasets", response_model=DatasetList)
async def list_datasets() -> dict[str, Any]:
    """What networks can learn from."""
    return {"datasets": datasets()}


@router.get(
    "/datasets/{name}/images",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def read_images(
    name: str,
    request: Request,
    inspection: InspectionDep,
    split: Split = "test",
    first: First = 0,
    count: Count = 100,
) -> Response:
    """Grey values 0 to 255, a byte per pixel, 28 rows of 28 per image, images one after the other."""
    body = inspection.images(name, split, first, count)
    headers = {**IMMUTABLE, "Vary": "Accept-Encoding"}
    if accepts_gzip(request):
        body = await asyncio.to_thread(packed, body)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/octet-stream", headers=headers)


@router.get("/datasets/{name}/labels", response_model=Labels)
async def read_labels(
    name: str,
    response: Response,
    inspection: InspectionDep,
    split: Split = "test",
    first: First = 0,
    count: Count = 100,
) -> dict[str, Any]:
    """The true classes of the same samples."""
    response.headers.update(IMMUTABLE)
    return {"first": first, "labels": inspection.labels(name, split, first, count)}


@lru_cache(maxsize=32)
def packed(body: bytes) -> bytes:
    """Compressed; a class that opens the page together wants the same hundred digits."""
    return gzip.compress(body, mtime=0)


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
    return [
        {
            "name": name,
            "title": facts.title,
            "features": facts.features,
            "classes": facts.classes,
            "train": facts.train,
            "test": facts.test,
        }
        for name, facts in DATASETS.items()
    ]
