"""Addresses for people with a phone in their hand."""

import io
from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request, Response

from ..http.root_path import under

router = APIRouter(tags=["share"])

# Enough contrast and a quiet zone for a phone at the back of the room; the size is the page's business.
QUIET_MODULES = 4


@router.get("/qr", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def read_qr_code(
    request: Request, path: Annotated[str, Query(max_length=1000, pattern=r"^/([^/].*)?$")] = "/"
) -> Response:
    """A page of this server as a QR code, at the address under which the server was asked."""
    host = str(request.base_url.replace(path=""))
    code = segno.make_qr(host + under(request.scope["root_path"], path), error="m")
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=QUIET_MODULES, light="white", omitsize=True)
    return Response(picture.getvalue(), media_type="image/svg+xml")
