"""Large answers: sent piece by piece, and only so many bytes of them at the same time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..errors import TooMany

PIECE_BYTES = 64 * 1024
# Of answers that somebody is reading: thousands of the lecture's network, nine of the largest.
MOST_BYTES = 256 * 2**20

# In a class only its members may look: a cache that others share must not answer in the server's place.
PRIVATE = {"Cache-Control": "private, max-age=31536000, immutable"}

# What a route says of an answer that comes as a file, in the API's document.
AS_FILE = {
    "headers": {
        "Content-Disposition": {"description": "What to save it as.", "schema": {"type": "string"}},
    }
}


class PieceResponse(Response):
    """A body sent in pieces, so that a slow reader costs one piece of memory and not a copy of the body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            for start in range(0, len(self.body), PIECE_BYTES):
                piece = self.body[start : start + PIECE_BYTES]
                await asyncio.sleep(0)  # while the socket takes all, `send` never lets others work
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class Allowance:
    """How many bytes may be on their way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0

    @contextmanager
    def take(self, size: int) -> Iterator[None]:
        """Hold so many bytes for a while; TooMany when they do not fit beside what is on its way."""
        if self._taken and self._taken + size > self._most:
            text = "Too many large answers are being read. Try again in a moment."
            raise TooMany(text, code="too-many-downloads", limit=self._most, headers={"Retry-After": "5"})
        self._taken += size
        try:
            yield
        finally:
            self._taken -= size


class BulkResponse(PieceResponse):
    """A body made for one reader: while it is read it counts against what all may take."""

    allowance = Allowance(MOST_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.allowance.take(len(self.body)):
            await super().__call__(scope, receive, send)
