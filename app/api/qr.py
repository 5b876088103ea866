"""Addresses for people with a phone in their hand."""

import asyncio
import io
from functools import lru_cache
from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request, Response

from ..errors import Invalid
from ..http.root_path import under

router = APIRouter(tags=["share"])

# Enough contrast and a quiet zone for a phone at the back of the room; the size is the page's business.
QUIET_MODULES = 4
MOST_BYTES = 2000  # of an address; a code of this correction has room for some more
KEPT = 500

# To draw one takes a tenth of a second: in a thread, one after the other, so that nobody else waits.
_turn = asyncio.Semaphore(1)


@router.get("/qr", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def read_qr_code(
    request: Request, path: Annotated[str, Query(max_length=1000, pattern=r"^/([^/].*)?$")] = "/"
) -> Response:
    """A page of this server as a QR code, at the address under which the server was asked."""
    host = str(request.base_url.replace(path=""))
    address = host + under(request.scope["root_path"], path)
    if len(address.encode()) > MOST_BYTES:
        text = f"An address in a QR code has {MOST_BYTES} bytes at most."
        raise Invalid(text, field="path", code="address-too-long", limit=MOST_BYTES)
    async with _turn:
        picture = await asyncio.to_thread(_drawn, address)
    return Response(picture, media_type="image/svg+xml")


@lru_cache(KEPT)
def _drawn(address: str) -> bytes:
    picture = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(picture, kind="svg", border=QUIET_MODULES, light="white", omitsize=True)
    return picture.getvalue()
