"""Large answers: who does not read one cannot fill the memory with them, and others only wait."""

from collections.abc import Iterator

import httpx
import pytest
from chalknet.http import middleware
from chalknet.http.downloads import Allowance, BulkResponse
from fastapi import FastAPI, Response

from tests.classroom import attempts
from tests.serving import Served, serving

BODY = bytes(32_000_000)  # more than the sockets of a connection hold


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(BulkResponse, "allowance", Allowance(len(BODY) + 1000))
    app = FastAPI()
    middleware.install(app, ())

    @app.get("/large")
    async def large() -> Response:
        return BulkResponse(BODY)

    @app.get("/small")
    async def small() -> Response:
        return BulkResponse(b"few")

    with serving(app) as served:
        yield served


def test_while_one_is_read_there_is_room_for_small_ones_alone(server: Served) -> None:
    with server.connect() as reader:
        reader.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert reader.recv(15) == b"HTTP/1.1 200 OK"
        refused = httpx.get(f"{server.url}/large")
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-downloads")
        assert refused.headers["retry-after"]
        assert httpx.get(f"{server.url}/small").content == b"few"
        rest = b"".join(iter(lambda: reader.recv(65536), b""))
        assert rest.endswith(BODY)
    assert httpx.get(f"{server.url}/large").content == BODY


def test_one_that_is_larger_than_all_room_is_sent_when_nothing_else_is(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BulkResponse, "allowance", Allowance(10))
    status, _, body = server.exchange("GET /large HTTP/1.1", "Host: localhost")
    assert (status, body) == (200, BODY)


def test_a_reader_that_goes_away_gives_its_room_back(server: Served) -> None:
    with server.connect() as reader:
        reader.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert reader.recv(15) == b"HTTP/1.1 200 OK"
    # The server notices the end of the connection in its own time.
    assert any(httpx.get(f"{server.url}/large").status_code == 200 for _ in attempts(30))
