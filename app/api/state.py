"""The state that a page begins with, before it follows the events."""

import asyncio
import gzip

from fastapi import APIRouter, Request, Response

from ..http.assets import accepts_gzip
from ..http.downloads import BulkResponse, PieceResponse
from .deps import FirstStateDep
from .models import StateView

router = APIRouter(tags=["events"])


@router.get("/state", response_model=StateView)
async def read_state(request: Request, first_state: FirstStateDep) -> Response:
    """Everything that is shown, up to one event: what `ws?after=SEQ` and `events?after=SEQ` go on from.

    Of a long run the history has only some epochs, evenly chosen, and the newest; `metrics` has all.
    """
    body = await first_state.read()
    # It has the names of a class: no browser is to keep it.
    headers = {"cache-control": "no-store", "vary": "accept-encoding"}
    if accepts_gzip(request):
        headers["content-encoding"] = "gzip"
        return PieceResponse(body, headers=headers, media_type="application/json")
    body = await asyncio.to_thread(gzip.decompress, body)  # of this reader alone
    return BulkResponse(body, headers=headers, media_type="application/json")
