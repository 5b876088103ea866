"""The HTTP server around the application: uvicorn, with the deadlines that it does not have itself.

uvicorn waits for ever for the rest of a header, for a client that does not read its answer, and for what
follows a handshake that it cannot read; it parses 256 KB at once, and takes from a client all that it sends.
All that is cut here, on the connection, where every request and every websocket passes.
"""

import asyncio
import gc
import logging
import signal
import socket
import ssl
from asyncio import constants
from typing import TYPE_CHECKING, Any, cast

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

from ..errors import AppError, BadRequest
from .guard import SECURITY_HEADERS
from .listener import allow_many_sockets, most_sockets, url_of
from .problems import answer

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent

log = logging.getLogger("chalknet")

RECEIVE_SECONDS = 10.0  # for a request's header, and for what follows a body that was refused
STALL_SECONDS = 20.0  # for a client that takes nothing of what waits for it
SHUTDOWN_SECONDS = 2  # for answers and websockets still open when the server is told to stop
HEADER_BYTES = 32 * 1024
READ_BYTES = (
    4096  # at once, then the others have their turn: chunks or frames of one byte take 20 ms to parse
)
UNREAD_BYTES = (
    64 * 1024
)  # of a body after its answer: a small one ends, and the connection serves the next request
LINGER_SECONDS = 1.0  # for a client to read why the server hangs up
MESSAGE_BYTES = 4096
SAID_BYTES = 32 * 1024  # by a viewer, who has nothing to say but pongs, and as much again in SAID_SECONDS
SAID_SECONDS = 30.0
COLLECT_SECONDS = 300.0  # between two searches of all that lives, for garbage
OLD_GENERATION = 100  # searches of the middle generation before one of the old: for who connects all the time
ENDLESS = "chalknet.endless"  # in the scope of a request whose answer ends with its reader or the server
STOP_SIGNALS = uvicorn.server.HANDLED_SIGNALS  # SIGINT, SIGTERM; on Windows Ctrl-Break too


class HeaderTimeout(AppError):
    status, code, title = 408, "too-slow", "The request did not arrive in time"


class StallDeadline(asyncio.Protocol):
    """Cuts a connection whose write buffer has been full for STALL_SECONDS."""

    transport: asyncio.Transport
    _stalled: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        # abort, not close: close waits for the buffer to drain, and that is what does not happen.
        self._stalled = asyncio.get_running_loop().call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._forget_stall()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._forget_stall()

    def _forget_stall(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


class SmallReads(asyncio.Protocol, asyncio.BufferedProtocol):
    """Hands on at most READ_BYTES at once, so that one connection keeps no other waiting."""

    transport: asyncio.Transport
    close_timer: asyncio.TimerHandle | None = None  # uvicorn's websocket has it, for the same purpose
    _ignored: int | None = None  # bytes, since the server has hung up

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read = memoryview(bytearray(READ_BYTES))  # of which asyncio can take a part without copying it

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._read

    def buffer_updated(self, nbytes: int) -> None:
        if self._ignored is None:
            self.data_received(bytes(self._read[:nbytes]))
            return
        self._ignored += nbytes
        if self._ignored > UNREAD_BYTES:
            self.transport.close()

    def hang_up(self) -> None:
        """Say nothing more, hear nothing more, and close soon.

        At once would be a reset where bytes wait unread, and that can take away the answer just sent.
        """
        if self._ignored is not None or self.transport.is_closing():
            return
        self._ignored = 0
        if self.transport.can_write_eof():  # over TLS it is not known
            self.transport.write_eof()
        self.close_timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = None


class WebSocketProtocol(StallDeadline, SmallReads, WebSocketsSansIOProtocol):
    """uvicorn's websocket, cut when the client stops reading, or does not stop sending."""

    _said = 0.0
    _said_at = 0.0

    def data_received(self, data: bytes) -> None:
        """Parse it; who keeps sending is not a viewer."""
        now = self.loop.time()
        forgotten = (now - self._said_at) * SAID_BYTES / SAID_SECONDS
        self._said = max(0.0, self._said - forgotten) + len(data)
        self._said_at = now
        if self._said <= SAID_BYTES or not self.handshake_complete:
            super().data_received(data)
        else:
            self.conn.fail(CloseCode.POLICY_VIOLATION, "nothing is to be said here")
            self.handle_parser_exception()

    def handle_parser_exception(self) -> None:
        """Tell the application and the viewer why this ends."""
        if (sent := self.conn.close_sent) is not None:
            told = {"type": "websocket.disconnect", "code": sent.code, "reason": sent.reason}
            self.queue.put_nowait(cast("ASGIReceiveEvent", told))
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.hang_up()

    def send_receive_event_to_app(self) -> None:
        """What a viewer says is read and ignored, so nobody has to look at it."""
        self.frames = []

    async def send(self, message: "ASGISendEvent") -> None:
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            # Refused, and so answered; uvicorn would call it an error of the application that nothing opened.
            self.handshake_complete = True


class HttpProtocol(StallDeadline, SmallReads, H11Protocol):
    """uvicorn's HTTP/1.1, with a deadline for receiving; answers what is not HTTP with a problem, too."""

    _receiving: asyncio.TimerHandle | None = None
    _unread = 0  # bytes that came after the answer to the request they belong to

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > most_sockets():
            transport.abort()
        self._watch()

    def data_received(self, data: bytes) -> None:
        if self._is_answered_early():
            self._unread += len(data)
            if self._unread > UNREAD_BYTES:
                self.hang_up()
                return
        else:
            self._unread = 0
        super().data_received(data)
        self._watch()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over, unless the websocket's parser takes less than this one has taken.

        It knows no bodies, no lines over 8 KB and no more than 128 headers, and would say nothing for ever.
        """
        super().handle_websocket_upgrade(event)
        taken = self.transport.get_protocol()
        if isinstance(taken, WebSocketProtocol) and not taken.handshake_initiated:
            self.connections.discard(taken)
            self.connections.add(self)
            self.transport.set_protocol(self)
            text = "The handshake of a websocket has no body, no header over 8 KB, and at most 128 headers."
            self._refuse(BadRequest(text, code="bad-handshake"))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._forget()

    def shutdown(self) -> None:
        """The server ends: as for a websocket, nobody waits for the end of what has none."""
        super().shutdown()
        if self.cycle is not None and not self.cycle.response_complete and ENDLESS in self.cycle.scope:
            self.transport.close()

    def _watch(self) -> None:
        """Run the clock while a header is awaited, or a body that nobody reads any more; never restart it."""
        waiting = self.conn.their_state is h11.IDLE or self._is_answered_early()
        if not waiting:
            self._forget()
        elif self._receiving is None:
            self._receiving = self.loop.call_later(RECEIVE_SECONDS, self._give_up)

    def _is_answered_early(self) -> bool:
        """Whether a body is still on its way that nobody reads any more."""
        return self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY

    def _forget(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            self._receiving = None

    def _give_up(self) -> None:
        half_sent = self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]
        if half_sent and not self.transport.is_closing():
            self._refuse(HeaderTimeout(f"The header did not arrive within {RECEIVE_SECONDS:g} seconds."))
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        self._refuse(BadRequest(msg, code="not-http"))

    def _refuse(self, error: AppError) -> None:
        """Answer in the application's stead, if nothing is answered yet, and hang up."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        response = answer(error)
        headers = [*response.raw_headers, *SECURITY_HEADERS, (b"connection", b"close")]
        for event in (
            h11.Response(status_code=error.status, headers=headers),
            h11.Data(data=bytes(response.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.hang_up()


class Server(uvicorn.Server):
    """uvicorn's server, which says where it serves when it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._collecting = asyncio.create_task(_collect_now_and_then())
        scheme = "https" if self.config.is_ssl else "http"
        log.info("serving on %s", " and ".join(url_of(one, scheme) for one in sockets or []))


def make_server(app: ASGIApp, tls: ssl.SSLContext | None = None) -> Server:
    """The server, ready to `run(sockets)`. One process: runs and websockets live in its memory."""
    if tls is not None:  # uvicorn leaves it at a minute; there is no other place to say it
        constants.SSL_HANDSHAKE_TIMEOUT = RECEIVE_SECONDS
    config = uvicorn.Config(
        app,
        http=HttpProtocol,
        h11_max_incomplete_event_size=HEADER_BYTES,
        ws=WebSocketProtocol,
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        proxy_headers=False,  # public URLs say how a proxy is reached; nothing is believed from a header
        server_header=False,
        lifespan="on",
        access_log=False,
        log_config=None,  # ours is installed already
        log_level="warning",  # the lines below it have query strings in them
        ssl_context_factory=None if tls is None else lambda config, default: tls,
    )
    return Server(config)


def serve(app: ASGIApp, sockets: list[socket.socket], tls: ssl.SSLContext | None = None) -> None:
    """Serve until told to stop by one of STOP_SIGNALS, then return; the process can end with 0."""
    allow_many_sockets()
    _collect_rarely()
    for number in STOP_SIGNALS:
        # uvicorn restores these handlers and raises the signal again when it is done: it has been obeyed.
        signal.signal(number, lambda number, frame: None)
    make_server(app, tls).run(sockets)


def _collect_rarely() -> None:
    """What the imports have made is never garbage; and all the rest is searched ten times less often.

    Searching a class of a thousand viewers stops everybody for 0.15 s. What has no cycles needs no search,
    and the two younger generations are searched as ever.
    """
    gc.collect()
    gc.freeze()
    youngest, middle, _ = gc.get_threshold()
    gc.set_threshold(youngest, middle, OLD_GENERATION)


async def _collect_now_and_then() -> None:
    """For ever: what is left of a connection has cycles and is not young, and 200 pages that are reloaded in
    turn leave 2 MB a minute."""
    while True:
        await asyncio.sleep(COLLECT_SECONDS)
        gc.collect()
