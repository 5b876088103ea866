"""The people of a class, as tests play them: each has a browser's cookies, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.classroom import Client, Server

SECRET = "the teacher's secret, set by the operator"


class Person(Client):
    """Somebody with a session of their own."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.me: dict[str, Any] = {}

    @property
    def cookie(self) -> str:
        """The header that a browser would send."""
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    @contextmanager
    def socket(self, *run_ids: str, after: int = 0) -> Iterator[ClientConnection]:
        query = "&".join([f"after={after}", *(f"run={run_id}" for run_id in run_ids)])
        with connect(
            f"ws://127.0.0.1:{self.server.port}/api/v1/ws?{query}",
            max_size=None,
            additional_headers={"cookie": self.cookie},
        ) as socket:
            yield socket

    def refused(self, answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
        """The problem that an answer is."""
        assert answer.status_code == status, answer.text
        problem = dict(answer.json())
        assert problem["code"] == code, problem
        return problem

    def room(self) -> dict[str, Any]:
        return dict(self.http.get("/class").raise_for_status().json())


def teacher(server: Server) -> Person:
    """Whoever has the secret."""
    person = Person(server)
    person.me = person.http.post("/class/lead", json={"secret": SECRET}).raise_for_status().json()
    return person


def student(server: Server, code: str, name: str) -> Person:
    """Somebody who has joined."""
    person = Person(server)
    answer = person.http.post("/class/members", json={"code": code, "name": name})
    assert answer.status_code == 201, answer.text
    person.me = answer.json()
    return person


def visitor(server: Server) -> Person:
    """Somebody who has not joined."""
    return Person(server)
