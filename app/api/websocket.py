"""The websocket: events after a number, then everything new, for as long as somebody reads."""

import asyncio
import contextlib
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from .actors import ActorDep
from .deps import ClassesDep, LedgerDep, LogDep
from .following import Gone, Goodbye, Wish, follow, place

router = APIRouter()

CLOSE_SECONDS = 1.0


@router.websocket("/ws")
async def follow_runs(
    socket: WebSocket,
    ledger: LedgerDep,
    event_log: LogDep,
    actor: ActorDep,
    classes: ClassesDep,
    run: Annotated[list[str] | None, Query()] = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    hello: bool = False,
) -> None:
    """docs/events.md says what is sent. What the client sends is read and ignored."""
    for run_id in run or ():
        ledger.run(run_id)  # 404 when there is none
    with place(socket, event_log, actor, classes) as end:
        await socket.accept()
        goodbye = await follow(_Viewer(socket), event_log, Wish(run, after, hello), end)
        if goodbye is not None:
            await _close(socket, goodbye)


class _Viewer:
    """A page or a script at the other end of a websocket."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send(self, seq: int, text: str) -> None:
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):  # or closed by the server: pings were not answered
            raise Gone from None

    async def stir(self) -> None:
        """The server's pings do."""

    async def gone(self) -> None:
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            pass


async def _close(socket: WebSocket, goodbye: Goodbye) -> None:
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(*goodbye)
