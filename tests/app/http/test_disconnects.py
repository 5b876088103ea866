"""Who hangs up before the answer: what was begun for it is given up, unless it changes something."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from chalknet.http import middleware
from fastapi import FastAPI

from tests.serving import Served, serving


class Slow:
    """A route that is never done by itself, and what became of it."""

    def __init__(self) -> None:
        self.begun, self.given_up, self.finished = threading.Event(), threading.Event(), threading.Event()
        self.may_finish = threading.Event()

    async def __call__(self) -> str:
        self.begun.set()
        try:
            while not self.may_finish.is_set():  # noqa: ASYNC110 - set in another thread
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.given_up.set()
            raise
        self.finished.set()
        return "done"


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def server(slow: Slow) -> Iterator[Served]:
    app = FastAPI()
    middleware.install(app, ())
    app.add_api_route("/slow", slow.__call__, methods=["GET", "POST"])
    with serving(app) as served:
        yield served


def ask_and_leave(server: Served, slow: Slow, method: str) -> None:
    with server.connect() as connection:
        connection.sendall(f"{method} /slow HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert slow.begun.wait(10)


def test_a_question_of_nobody_is_given_up(server: Served, slow: Slow) -> None:
    ask_and_leave(server, slow, "GET")
    assert slow.given_up.wait(10)


def test_a_change_is_finished(server: Served, slow: Slow) -> None:
    ask_and_leave(server, slow, "POST")
    slow.may_finish.set()
    assert slow.finished.wait(10)
    assert not slow.given_up.is_set()


def test_who_stays_gets_the_answer(server: Served, slow: Slow) -> None:
    slow.may_finish.set()
    status, _, body = server.exchange("GET /slow HTTP/1.1", "Host: localhost")
    assert (status, body) == (200, b'"done"')
