"""A stream that is silent, that nobody reads, or that the server cannot go on with."""

import json
import socket
from collections.abc import Callable, Iterator

import pytest
from chalknet.api import following, stream
from chalknet.eventlog import hub as hub_module
from chalknet.eventlog.event import Recorded, Unknown
from chalknet.eventlog.store import Store
from chalknet.http import middleware
from fastapi import APIRouter, FastAPI
from prometheus_client import REGISTRY

from tests.classroom import attempts
from tests.serving import Served, serving


@pytest.fixture
def server(follower: Callable[[APIRouter], FastAPI]) -> Iterator[Served]:
    """The stream alone, behind all doors of the house, in front of a log with a thousand long events."""
    app = follower(stream.router)
    middleware.install(app)
    with serving(app) as server:
        yield server


def ask(server: Served, query: str) -> socket.socket:
    connection = server.connect()
    connection.sendall(f"GET /events?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return connection


def read(connection: socket.socket, mark: bytes, times: int) -> bytes:
    """What comes until a mark has come so often."""
    seen = b""
    while seen.count(mark) < times:
        piece = connection.recv(65536)
        assert piece, seen
        seen += piece
    return seen


def test_a_silence_is_broken_by_comments_and_for_who_said_hello_by_messages(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "HEARTBEAT_SECONDS", 0.05)
    with ask(server, "after=1000") as script, ask(server, "after=1000&hello=true") as page:
        assert b"\ndata:" not in read(script, b"\n:\n\n", 4)
        text = read(page, b"data: ", 4).decode()
        hello, *beats = [json.loads(line[6:]) for line in text.splitlines() if line.endswith("}")][:3]
        assert hello["newest"] == 1000
        assert [(beat["events"], beat.keys()) for beat in beats] == [([], {"events", "t"})] * 2
        assert "id: 1000" in text


def test_a_viewer_that_never_reads_is_let_go_and_its_seat_is_free(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SEND_SECONDS", 0.2)
    monkeypatch.setattr(hub_module, "SEATS", 1)
    before = REGISTRY.get_sample_value("chalknet_drops_total")
    with socket.socket() as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.connect(("127.0.0.1", server.port))
        stuck.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert any(REGISTRY.get_sample_value("chalknet_drops_total") != before for _ in attempts(10))
        assert any(b"HTTP/1.1 200" in first_bytes(server) for _ in attempts(10))


def first_bytes(server: Served) -> bytes:
    with ask(server, "after=1000") as late:
        return late.recv(100)


def test_what_goes_wrong_while_sending_is_told_and_the_answer_ends(
    server: Served, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> list[Recorded[Unknown]]:
        raise ZeroDivisionError

    monkeypatch.setattr(store, "events", broken)
    with ask(server, "after=0") as viewer:
        text = read(viewer, b"\r\n0\r\n\r\n", 1).decode()  # the end of a body in chunks
    assert 'event: goodbye\ndata: {"code": 1011' in text
