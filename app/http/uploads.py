"""Requests that carry a file in place of JSON.

The body's rules (body.py) let them through unread: the route takes the file when it is clear who sends it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from starlette.requests import ClientDisconnect, Request

from ..engine import own_files
from ..errors import AppError, BadRequest, TooLarge, TooMany, UnsupportedMedia

MOST_BYTES = 64 * 2**20  # of all files that are on their way: a class that sends at once waits for each other
SECONDS = 60.0  # for a whole file: 48 MB over a classroom's Wi-Fi


class TooSlow(AppError):
    status, code, title = 408, "too-slow", "The request did not arrive in time"


class Upload(NamedTuple):
    """What a route takes: so many bytes of one of these media types, which no foreign page can send."""

    most_bytes: int
    media_types: tuple[str, ...]


# By path. The largest network that can be trained has 47 MB with what momentum remembers.
NPZ = Upload(48 * 2**20, ("application/x-npz", "application/octet-stream"))
DATA = Upload(own_files.MAX_BYTES, ("application/octet-stream",))
UPLOADS = {
    "/api/v1/imports": NPZ,
    "/api/v1/datasets": DATA,
    "/api/v1/dataset-reports": DATA,
}

_on_their_way = 0


@asynccontextmanager
async def received(request: Request, upload: Upload) -> AsyncIterator[bytes]:
    """The file that a request carries; while it is in use it counts against what all may send.

    Raises:
        TooLarge, TooMany, TooSlow, UnsupportedMedia, BadRequest: as soon as it is known.
    """
    global _on_their_way
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in upload.media_types:
        raise UnsupportedMedia(
            f"Send the file as it is, with the header content-type: {upload.media_types[0]}."
        )
    # Who does not say how long it is may come to the most.
    size = int(request.headers.get("content-length", upload.most_bytes))
    if size > upload.most_bytes:
        raise _too_large(upload)
    if _on_their_way and _on_their_way + size > MOST_BYTES:
        text = "Too many files are on their way. Try again in a moment."
        raise TooMany(text, code="too-many-uploads", limit=MOST_BYTES, headers={"Retry-After": "5"})
    _on_their_way += size
    try:
        yield await _read(request, upload)
    finally:
        _on_their_way -= size


async def _read(request: Request, upload: Upload) -> bytes:
    file = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in request.stream():
                file += piece
                if len(file) > upload.most_bytes:
                    raise _too_large(upload)
    except TimeoutError:
        raise TooSlow(f"The file did not arrive within {SECONDS:g} seconds.") from None
    except ClientDisconnect:
        raise BadRequest("The file is cut: its sender hung up.") from None
    return bytes(file)


def _too_large(upload: Upload) -> TooLarge:
    return TooLarge(f"A file may have at most {upload.most_bytes:,} bytes.", limit=upload.most_bytes)
