"""The websocket: events after a number, then everything new, for as long as somebody reads."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from ..engine.class_ledger import ClassLedger
from ..errors import AppError, TooMany
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
SOCKETS_EACH = 24  # of one student: nobody takes the seats of a class behind one address
HEARTBEAT_SECONDS = 10.0  # of silence, after which a viewer that said hello is told that the server is there


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
    if actor.role == "student" and classes.presence.connections(actor.owner) >= SOCKETS_EACH:
        text = f"You have {SOCKETS_EACH} pages and scripts that follow already. Close some."
        raise TooMany(text, limit=SOCKETS_EACH, headers={"Retry-After": "10"})
    with (
        event_log.hub.seat(socket.client.host if socket.client else ""),
        telemetry.SOCKETS.track_inprogress(),
        _presence(socket, actor, classes) as end,
    ):
        await socket.accept()
        line = _Line(socket)
        work = [_served(socket, _tell(line, event_log, run, after, hello, end)), _drain(socket), _ended(end)]
        if hello:
            work.append(_served(socket, line.keep_alive()))
        tasks = [asyncio.create_task(one) for one in work]
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


async def _ended(end: asyncio.Event) -> None:
    await end.wait()


class _Line:
    """What is sent to one viewer, and when something last was."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._sent_at = time.monotonic()

    async def send(self, text: str) -> None:
        """TimeoutError when the viewer takes nothing."""
        self._sent_at = time.monotonic()
        async with asyncio.timeout(SEND_SECONDS):
            try:
                await self._socket.send_text(text)
            except RuntimeError:  # the server has closed the socket because pings were not answered
                raise WebSocketDisconnect(1006) from None
        self._sent_at = time.monotonic()

    async def keep_alive(self) -> None:
        """Break every silence, so that a viewer whose connection is open by name only can tell."""
        while True:
            rest = self._sent_at + HEARTBEAT_SECONDS - time.monotonic()
            if rest > 0:
                await asyncio.sleep(rest)
            else:
                await self.send(json.dumps({"events": [], "t": time.time()}))


async def _tell(
    line: _Line, event_log: Log, run_ids: list[str] | None, after: int, hello: bool, end: asyncio.Event
) -> None:
    if hello:
        await line.send(encode_hello(event_log.id, VERSION, event_log.hub.newest_shown))
    async for text in event_log.hub.follow(after, run_ids):
        if end.is_set():
            return  # what comes now may be the code of the next class
        await line.send(text)


async def _served(socket: WebSocket, work: Coroutine[Any, Any, None]) -> None:
    """Work for a viewer until it is gone. Whatever else ends it is in the log, and told to the viewer."""
    try:
        await work
        return
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


async def _drain(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
