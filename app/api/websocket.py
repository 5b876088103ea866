"""The websocket: events after a number, then everything new, for as long as somebody reads."""

import asyncio
import contextlib
import logging
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from ..engine.class_ledger import ClassLedger
from ..errors import AppError
from ..eventlog.hub import encode_hello
from ..eventlog.log import Log
from ..ops import telemetry
from ..version import VERSION
from .actors import Actor, ActorDep, shown_token
from .deps import ClassesDep, LedgerDep, LogDep

router = APIRouter()
log = logging.getLogger("chalknet.events")

SEND_SECONDS = 10.0  # for one message to a viewer; then it is let go, and may come back with its last number
CLOSE_SECONDS = 1.0
NOT_JOINED = 1008  # the viewer was in the class, and is not any more


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
    with (
        event_log.hub.seat(socket.client.host if socket.client else ""),
        telemetry.SOCKETS.track_inprogress(),
        _presence(socket, actor, classes) as end,
    ):
        await socket.accept()
        sending = asyncio.create_task(_serve(socket, event_log, run, after, hello))
        tasks = {sending, asyncio.create_task(_drain(socket)), asyncio.create_task(end.wait())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        if end.is_set():
            await _close(socket, NOT_JOINED, "join the class first")


def _presence(
    socket: WebSocket, actor: Actor, classes: ClassLedger
) -> contextlib.AbstractContextManager[asyncio.Event]:
    """That somebody is there, and what ends it; where there is no class nobody is sent out."""
    if actor.role == "everybody":
        return contextlib.nullcontext(asyncio.Event())
    return classes.presence.here(actor.owner, shown_token(socket) or "")


async def _serve(
    socket: WebSocket, event_log: Log, run_ids: list[str] | None, after: int, hello: bool
) -> None:
    """Send until the viewer is gone. Whatever else ends it is in the log, and told to the viewer."""
    try:
        if hello:
            await _send(socket, encode_hello(event_log.id, VERSION, event_log.hub.newest_shown))
        async for text in event_log.hub.follow(after, run_ids):
            await _send(socket, text)
    except WebSocketDisconnect:
        return
    except TimeoutError:
        telemetry.DROPS.inc()
        code, reason = 1013, "too slow: reconnect with the last seq"
    except AppError as error:
        log.warning("a viewer was sent away: %s", error.detail)
        code, reason = 1013, "try again later"
    except Exception:
        log.exception("a viewer could not be served")
        code, reason = 1011, "the server made a mistake"
    await _close(socket, code, reason)


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(code, reason)


async def _send(socket: WebSocket, text: str) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        try:
            await socket.send_text(text)
        except RuntimeError:  # the server has closed the socket because pings were not answered
            raise WebSocketDisconnect(1006) from None


async def _drain(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
