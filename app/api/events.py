"""The websocket: events after a number, then everything new, for as long as somebody reads."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket

from app import telemetry
from app.api.deps import LedgerDep
from app.hub import encode_hello
from app.version import VERSION

router = APIRouter()

SEND_SECONDS = 10.0  # for one message to a viewer; then it is let go, and may come back with its last number


@router.websocket("/ws")
async def follow_runs(
    socket: WebSocket,
    ledger: LedgerDep,
    run: Annotated[list[str] | None, Query()] = None,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    hello: bool = False,
) -> None:
    """docs/events.md says what is sent. What the client sends is read and ignored."""
    await socket.accept()
    telemetry.SOCKETS.inc()
    sending = asyncio.create_task(_send(socket, ledger, run, after, hello))
    receiving = asyncio.create_task(_drain(socket))
    try:
        await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        telemetry.SOCKETS.dec()
        sending.cancel()
        receiving.cancel()
        await asyncio.gather(sending, receiving, return_exceptions=True)


async def _send(
    socket: WebSocket, ledger: LedgerDep, run_ids: list[str] | None, after: int, hello: bool
) -> None:
    try:
        if hello:
            await socket.send_text(encode_hello(ledger.log_id, VERSION))
        async for text in ledger.hub.follow(after, run_ids):
            async with asyncio.timeout(SEND_SECONDS):
                await socket.send_text(text)
    except TimeoutError:
        telemetry.DROPS.inc()
        async with asyncio.timeout(1):
            await socket.close(1013, "too slow: reconnect with the last seq")


async def _drain(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
