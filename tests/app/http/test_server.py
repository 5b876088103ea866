"""What a connection may do: the deadlines and limits that uvicorn has not, or that must be switched on."""

import asyncio
import contextlib
import json
import select
import signal
import socket
import subprocess
import sys
import textwrap
from collections import deque
from collections.abc import Iterator

import pytest
from chalknet.http import server as server_module
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.app.http.shell import make_app, problem_of
from tests.classroom import attempts
from tests.serving import Served, read_answer, serving

PING = b"\x89\x80\x00\x00\x00\x00"
PONG = b"\x8a\x80\x00\x00\x00\x00"
UPGRADE = (
    b"GET /flood HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(server_module, "RECEIVE_SECONDS", 0.2)
    monkeypatch.setattr(server_module, "STALL_SECONDS", 0.2)
    monkeypatch.setattr(server_module, "SHUTDOWN_SECONDS", 1)
    with serving(make_app()) as served:
        yield served


def test_half_a_header_is_answered_and_cut(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /hello HTTP/1.1\r\nHost: loc")
        status, head, body = read_answer(connection)
    assert problem_of(json.loads(body)) == (status, "too-slow") == (408, "too-slow")
    assert "content-security-policy" in head


def test_half_a_second_header_is_cut_too(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /hello HTTP/1.1\r\n")
        assert read_answer(connection)[0] == 408


def test_a_silent_connection_is_closed_without_a_word(server: Served) -> None:
    with server.connect() as connection:
        assert connection.recv(1) == b""


def send_until_cut(connection: socket.socket, data: bytes) -> bytes:
    """Send `data` again and again until the server has cut the connection; what it said before."""
    connection.settimeout(0.02)
    answer = b""
    with contextlib.suppress(ConnectionError):
        for _ in attempts(10):
            with contextlib.suppress(TimeoutError):
                connection.sendall(data)
                answer += connection.recv(65536)
        raise AssertionError("the server still listens")
    return answer


def send_without_reading(connection: socket.socket, data: bytes, errors: select.poll) -> None:
    for _ in range(500):
        connection.sendall(data)
        errors.poll(20)


def test_bytes_one_by_one_do_not_extend_the_deadline(server: Served) -> None:
    with server.connect() as connection:
        assert b" 408 " in send_until_cut(connection, b"G")


def test_the_rest_of_a_refused_body_is_not_read_for_ever(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(b"POST /raw HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000000\r\n\r\n")
        assert b" 413 " in send_until_cut(connection, b"x")


def test_a_body_that_goes_on_after_its_answer_is_cut_by_its_length(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "RECEIVE_SECONDS", 60)
    with server.connect() as connection:
        connection.sendall(b"POST /raw HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert b" 413 " in send_until_cut(connection, b"1\r\nx\r\n" * 1000)


def test_the_rest_of_a_small_refused_body_ends_and_the_next_request_is_answered(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(b"POST /raw HTTP/1.1\r\nHost: elsewhere.example\r\nContent-Length: 5000\r\n\r\n")
        refused = b""
        while not refused.endswith(b"}"):
            refused += connection.recv(65536)
        assert b" 421 " in refused
        connection.sendall(b"x" * 5000 + b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("over_websocket", [False, True])
def test_one_connection_is_read_in_small_parts(
    server: Served, monkeypatch: pytest.MonkeyPatch, over_websocket: bool
) -> None:
    protocol = server_module.WebSocketProtocol if over_websocket else server_module.HttpProtocol
    sizes: list[int] = []
    received = protocol.data_received

    def measure(self: asyncio.Protocol, data: bytes) -> None:
        sizes.append(len(data))
        received(self, data)  # type: ignore[arg-type]

    monkeypatch.setattr(protocol, "data_received", measure)
    with server.connect() as connection:
        if over_websocket:
            connection.sendall(UPGRADE)
            assert connection.recv(12) == b"HTTP/1.1 101"
            send_until_cut(connection, PING * 10_000)
        else:
            header = b"POST /raw HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"
            connection.sendall(header + b"x" * 60_000)
            read_answer(connection)
    assert max(sizes) <= server_module.READ_BYTES


@pytest.mark.parametrize(
    "more",
    [
        b"Content-Length: 5\r\n\r\nhello",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"X: " + b"x" * 9000 + b"\r\n\r\n",
        b"X: x\r\n" * 200 + b"\r\n",
    ],
)
def test_a_handshake_that_the_websocket_cannot_read_is_refused(server: Served, more: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(UPGRADE[:-2] + more)
        status, head, body = read_answer(connection)
    assert problem_of(json.loads(body)) == (status, "bad-handshake") == (400, "bad-handshake")
    assert "content-security-policy" in head


def ping_without_end(client: ClientConnection) -> None:
    for _ in range(100_000):
        client.ping()


def test_a_viewer_who_keeps_sending_is_sent_away(server: Served) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/silent", ping_interval=None) as client:
        with pytest.raises(ConnectionClosed) as closed:
            ping_without_end(client)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1008


def test_what_a_viewer_says_is_no_line_in_the_log(server: Served, caplog: pytest.LogCaptureFixture) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/silent") as client:
        client.send(b"\xff\xfe", text=True)
        client.ping().wait(5)
    assert not caplog.records


def test_a_long_header_is_refused(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /hello HTTP/1.1\r\nHost: localhost\r\nX: ")
        connection.sendall(b"x" * 40_000)
        assert read_answer(connection)[0] in (400, 431)


def test_a_websocket_that_never_reads_is_cut(server: Served) -> None:
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(UPGRADE)
        assert connection.recv(12) == b"HTTP/1.1 101"
        errors = select.poll()
        errors.register(connection, select.POLLERR)
        with pytest.raises(ConnectionError):
            send_without_reading(connection, PONG, errors)


def test_websocket_messages_are_small_and_plain(server: Served) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/flood", compression="deflate", max_size=None) as client:
        assert "Sec-WebSocket-Extensions" not in client.response.headers
        client.send("x" * 5000)
        with pytest.raises(ConnectionClosed) as closed:
            deque(iter(client.recv, None), maxlen=0)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1009


def test_the_server_does_not_say_what_it_is(server: Served) -> None:
    assert "\r\nserver:" not in server.exchange("GET /hello HTTP/1.1", "Host: localhost")[1]


def connect_when_up(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    while process.poll() is None:
        with contextlib.suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=10)
    raise AssertionError("the server ended")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stuck_reader_does_not_keep_the_server_from_ending_with_0(number: signal.Signals) -> None:
    program = """
        import sys
        from chalknet.http.listener import listen
        from chalknet.http.server import serve
        from fastapi import FastAPI, WebSocket

        app = FastAPI()

        @app.websocket("/flood")
        async def flood(socket: WebSocket):
            await socket.accept()
            print("flooding", flush=True)
            while True:
                await socket.send_text("x" * 65536)

        serve(app, listen("127.0.0.1", int(sys.argv[1])))
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", textwrap.dedent(program), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            with connect_when_up(port, process) as connection:
                connection.sendall(UPGRADE)
                assert process.stdout
                assert process.stdout.readline() == b"flooding\n"
                process.send_signal(number)
                assert process.wait(timeout=8) == 0
        finally:
            process.kill()
