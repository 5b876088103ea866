"""Viewers that must not get in, that never read, or that the server cannot serve."""

import json
import logging
import socket
from collections.abc import Callable, Iterator

import pytest
from chalknet.api import following, websocket
from chalknet.eventlog import hub as hub_module
from chalknet.eventlog.event import Recorded, Unknown
from chalknet.eventlog.store import Store
from chalknet.http import problems
from fastapi import APIRouter, FastAPI
from prometheus_client import REGISTRY
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.classroom import attempts
from tests.serving import Served, serving


@pytest.fixture
def server(follower: Callable[[APIRouter], FastAPI]) -> Iterator[Served]:
    """The websocket alone, in front of a log with a thousand long events."""
    app = follower(websocket.router)
    problems.install(app)
    with serving(app) as server:
        yield server


def address(server: Served) -> str:
    return f"ws://127.0.0.1:{server.port}/ws"


@pytest.mark.parametrize("limit", ["SEATS", "SEATS_PER_ADDRESS"])
def test_who_finds_no_seat_is_told_so_and_a_seat_left_is_free_again(
    server: Served, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(hub_module, limit, 2)
    with connect(address(server)), connect(address(server)):
        with pytest.raises(InvalidStatus) as caught, connect(address(server)):
            pass
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"]
    for _ in attempts(10):
        try:
            with connect(address(server)) as late:
                assert late.recv(timeout=10)
                return
        except InvalidStatus:
            continue
    raise AssertionError("the seats were not given back")


def test_a_viewer_that_never_reads_is_let_go(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "SEND_SECONDS", 0.2)
    before = drops()
    with socket.socket() as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.connect(("127.0.0.1", server.port))
        stuck.sendall(
            b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        for _ in attempts(10):
            if drops() != before:
                return
    raise AssertionError("it still has its socket")


def test_what_goes_wrong_while_sending_is_in_the_log_and_told(
    server: Served, store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> list[Recorded[Unknown]]:
        raise ZeroDivisionError

    monkeypatch.setattr(store, "events", broken)
    with caplog.at_level(logging.ERROR), connect(address(server)) as viewer:
        with pytest.raises(ConnectionClosed) as caught:
            viewer.recv(timeout=10)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1011
    assert "ZeroDivisionError" in caplog.text


def test_a_silence_is_broken_for_who_said_hello(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "HEARTBEAT_SECONDS", 0.05)
    with (
        connect(f"{address(server)}?after=1000") as script,
        connect(f"{address(server)}?hello=true&after=1000") as page,
    ):
        hello, *beats = [json.loads(page.recv(timeout=10)) for _ in range(4)]
        assert hello["newest"] == 1000
        assert [(beat["events"], beat.keys()) for beat in beats] == [([], {"events", "t"})] * 3
        with pytest.raises(TimeoutError):
            script.recv(timeout=0)


def drops() -> float | None:
    return REGISTRY.get_sample_value("chalknet_drops_total")
