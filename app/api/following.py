"""Following the events, over whatever connection: who gets a place, what is told, and how it ends.

A websocket and a stream of server-sent events differ in how a text is sent (`Viewer`), and in nothing else.
"""

import asyncio
import json
import logging
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from fastapi.requests import HTTPConnection

from ..engine.class_ledger import ClassLedger
from ..errors import AppError, TooMany
from ..eventlog.hub import encode_hello
from ..eventlog.log import Log
from ..ops import telemetry
from ..version import VERSION
from .actors import Actor, shown_token

log = logging.getLogger("chalknet.events")

SEND_SECONDS = 10.0  # for one message to a viewer; then it is let go, and may come back with its last number
CONNECTIONS_EACH = 24  # of one student: nobody takes the seats of a class behind one address
HEARTBEAT_SECONDS = 10.0  # of silence, after which a viewer is told that the server is there


class Goodbye(NamedTuple):
    """Why a viewer is let go, in a websocket's words."""

    code: int
    reason: str


NOT_JOINED = Goodbye(1008, "join the class first")  # it was in the class, and is not any more
TOO_SLOW = Goodbye(1013, "too slow: reconnect with the last seq")
NOT_NOW = Goodbye(1013, "try again later")
MISTAKE = Goodbye(1011, "the server made a mistake")


class Gone(Exception):
    """The viewer has hung up."""


class Viewer(Protocol):
    """Somebody's end of a connection. What sends raises Gone when nobody is there any more."""

    async def send(self, seq: int, text: str) -> None:
        """A message; `seq` is the number to come back with after it."""

    async def stir(self) -> None:
        """Something that is no message, so that nobody in between takes the connection for dead."""

    async def gone(self) -> None:
        """Return when the viewer has hung up."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a viewer wants to be told."""

    runs: Sequence[str] | None  # None: all
    after: int
    hello: bool


@contextmanager
def place(
    connection: HTTPConnection, event_log: Log, actor: Actor, classes: ClassLedger
) -> Iterator[asyncio.Event]:
    """A seat, and being there, for as long as somebody follows; TooMany when there is none.

    The event is set when the viewer is not in the class any more; where there is no class nobody is sent out.
    """
    if actor.role == "student" and classes.presence.connections(actor.owner) >= CONNECTIONS_EACH:
        text = f"You have {CONNECTIONS_EACH} pages and scripts that follow already. Close some."
        raise TooMany(text, limit=CONNECTIONS_EACH, headers={"Retry-After": "10"})
    presence = (
        nullcontext(asyncio.Event())
        if actor.role == "everybody"
        else classes.presence.here(actor.owner, shown_token(connection) or "")
    )
    address = connection.client.host if connection.client else ""
    seat = event_log.hub.seat(address, reserved=actor.role == "teacher")  # nobody takes the teacher's
    with seat, telemetry.SOCKETS.track_inprogress(), presence as end:
        yield end


async def follow(viewer: Viewer, event_log: Log, wish: Wish, end: asyncio.Event) -> Goodbye | None:
    """Tell a viewer what it wants to know until it is gone (None) or has to be let go."""
    line = _Line(viewer, wish.after)
    work = [
        _served(_tell(line, event_log, wish, end)),
        _served(line.keep_alive(wish.hello)),
        viewer.gone(),
        end.wait(),
    ]
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    if end.is_set():
        return NOT_JOINED
    goodbyes = [task.result() for task in tasks[:2] if not task.cancelled()]
    return next((goodbye for goodbye in goodbyes if goodbye), None)


class _Line:
    """What is sent to one viewer, when something last was, and how far it has come."""

    def __init__(self, viewer: Viewer, seq: int) -> None:
        self._viewer = viewer
        self._seq = seq
        self._sent_at = time.monotonic()

    async def send(self, text: str, seq: int | None = None) -> None:
        """TimeoutError when the viewer takes nothing."""
        if seq is not None:
            self._seq = seq
        await self._within(self._viewer.send(self._seq, text))

    async def keep_alive(self, hello: bool) -> None:
        """Break every silence; who said hello can tell by it a connection that is open by name only."""
        while True:
            rest = self._sent_at + HEARTBEAT_SECONDS - time.monotonic()
            if rest > 0:
                await asyncio.sleep(rest)
            elif hello:
                await self.send(json.dumps({"events": [], "t": time.time()}))
            else:
                await self._within(self._viewer.stir())

    async def _within(self, sending: Coroutine[Any, Any, None]) -> None:
        self._sent_at = time.monotonic()
        async with asyncio.timeout(SEND_SECONDS):
            await sending
        self._sent_at = time.monotonic()


async def _tell(line: _Line, event_log: Log, wish: Wish, end: asyncio.Event) -> None:
    if wish.hello:
        await line.send(encode_hello(event_log.id, VERSION, event_log.hub.newest_shown))
    async for seq, text in event_log.hub.walk(wish.after, wish.runs):
        if end.is_set():
            return  # what comes now may be the code of the next class
        await line.send(text, seq)


async def _served(work: Coroutine[Any, Any, None]) -> Goodbye | None:
    """Work for a viewer until it is gone. Whatever else ends it is in the log, and told to the viewer."""
    try:
        await work
    except Gone:
        return None
    except TimeoutError:
        telemetry.DROPS.inc()
        return TOO_SLOW
    except AppError as error:
        log.warning("a viewer was sent away: %s", error.detail)
        return NOT_NOW
    except Exception:
        log.exception("a viewer could not be served")
        return MISTAKE
    return None
