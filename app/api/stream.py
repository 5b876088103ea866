"""The same as the websocket as server-sent events, for networks that let no websocket through."""

import json
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.types import Receive, Scope, Send

from ..engine.class_ledger import ClassLedger
from ..eventlog.log import Log
from ..http.server import ENDLESS
from .actors import Actor, ActorDep
from .deps import ClassesDep, LedgerDep, LogDep
from .following import Wish, follow, place

router = APIRouter(tags=["events"])

# Whoever stands in between is neither to keep it, nor to compress it, nor to wait until there is more of it.
HEADERS = {"cache-control": "no-store, no-transform", "x-accel-buffering": "no"}
MEDIA_TYPE = "text/event-stream"


class EventStream(Response):
    """An answer that goes on for as long as somebody reads."""

    media_type = MEDIA_TYPE

    def __init__(self, event_log: Log, actor: Actor, classes: ClassLedger, wish: Wish) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._event_log = event_log
        self._actor = actor
        self._classes = classes
        self._wish = wish

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises TooMany before anything is sent."""
        viewer = _Viewer(receive, send)
        with place(Request(scope), self._event_log, self._actor, self._classes) as end:
            scope[ENDLESS] = True
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await viewer.stir()  # the header goes out with the first bytes, and the page waits for it
            goodbye = await follow(viewer, self._event_log, self._wish, end)
        # Who does not read does not take this either, and is cut off by the server: its seat is free already.
        if goodbye is not None:
            await viewer.write(f"event: goodbye\ndata: {json.dumps(goodbye._asdict())}\n\n")
        await send({"type": "http.response.body", "body": b""})


class _Viewer:
    """A page or a script that reads."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send

    async def write(self, text: str) -> None:
        await self._send({"type": "http.response.body", "body": text.encode(), "more_body": True})

    async def send(self, seq: int, text: str) -> None:
        await self.write(f"id: {seq}\ndata: {text}\n\n")

    async def stir(self) -> None:
        await self.write(":\n\n")

    async def gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


@router.get("/events", response_class=Response, responses={200: {"content": {MEDIA_TYPE: {}}}})
async def stream_runs(
    ledger: LedgerDep,
    event_log: LogDep,
    actor: ActorDep,
    classes: ClassesDep,
    run: Annotated[list[str] | None, Query()] = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    hello: bool = False,
    last: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=2**53)] = None,
) -> Response:
    """Events after a number, then everything new, as the websocket at `ws` tells them.

    The id of a message is the number to come back with: an EventSource does so by itself.
    """
    for run_id in run or ():
        ledger.run(run_id)  # 404 when there is none
    return EventStream(event_log, actor, classes, Wish(run, after if last is None else last, hello))
