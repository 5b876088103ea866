"""The door of the lenses, with a lens that is held: who decides about runs does not wait behind who looks."""

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from chalknet.api import lenses
from chalknet.lenses import answer_queue, inspection
from chalknet.lenses.lens import AtEpoch, Lens, Subject
from chalknet.main import API, create_app
from chalknet.settings import Settings
from fastapi import APIRouter
from pydantic import BaseModel, model_serializer

from tests.classroom import QUICK, attempts
from tests.serving import Served, serving


class Question(AtEpoch):
    gate: str  # a named pipe: the computation is over when somebody has opened it for writing
    log: str  # a file: what has begun
    name: str = ""


class Answer(BaseModel):
    computed_by: int

    @model_serializer
    def encoded(self) -> dict[str, int]:
        return {"computed_by": self.computed_by, "encoded_by": os.getpid()}


def held(subject: Subject, question: Question) -> dict[str, int]:
    """Waits until the test lets it go on."""
    with Path(question.log).open("a") as log:
        log.write(question.name + "\n")
    Path(question.gate).read_bytes()
    return {"computed_by": os.getpid()}


HELD = Lens(path="held", query=Question, answer=Answer, compute=held, depends_on=None)


class Held:
    """The gate of one computation, the log of all, and their address."""

    def __init__(self, http: httpx.Client, folder: Path, run_id: str) -> None:
        self.http = http
        self._log = folder / "log"
        self._log.touch()
        self._folder = folder
        self.path = f"/runs/{run_id}/held"

    def gate(self, name: str) -> Path:
        gate = self._folder / f"gate-{name}"
        with contextlib.suppress(FileExistsError):  # whoever asks and whoever opens it may come at once
            os.mkfifo(gate)
        return gate

    def ask(self, name: str) -> httpx.Response:
        return self.http.get(self.path, params=self.query(name), timeout=60)

    def query(self, name: str) -> dict[str, str]:
        return {"gate": str(self.gate(name)), "log": str(self._log), "name": name}

    def begun(self) -> list[str]:
        return self._log.read_text().split()

    def until_begun(self, count: int) -> None:
        assert any(len(self.begun()) >= count for _ in attempts(60))

    def let_go(self, name: str) -> None:
        """Returns once the computation has come to its gate, and ends it."""
        for _ in attempts(60):
            with contextlib.suppress(OSError):  # nobody has opened the pipe for reading yet
                os.close(os.open(self.gate(name), os.O_WRONLY | os.O_NONBLOCK))
                return
        raise AssertionError(f"nothing came to the gate of {name!r}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("looking")
    (data / "datasets").symlink_to(prepared)
    app = create_app(Settings(data_dir=data, workers=1))
    router = APIRouter()
    lenses.add_route(router, HELD)
    app.include_router(router, prefix=API)
    with serving(app) as served:
        yield served


@pytest.fixture(scope="module")
def http(served: Served) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=None)
    with httpx.Client(base_url=served.url + API, timeout=60, limits=limits) as client:
        assert any(client.get("/presets").status_code == 200 for _ in attempts(30))
        yield client


@pytest.fixture
def held_lens(http: httpx.Client, tmp_path: Path) -> Held:
    run = http.post("/runs", json={**QUICK, "epochs": 1}).raise_for_status().json()
    return Held(http, tmp_path, run["id"])


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(60) as pool:
        yield pool


def until_stopped(http: httpx.Client) -> None:
    """Start a run, stop it as the page does, and see it stopped."""
    run = http.post("/runs", json={**QUICK, "epochs": 1000}).raise_for_status().json()
    http.patch(f"/runs/{run['id']}", json={"wanted": "stopped"}).raise_for_status()
    assert any(http.get(f"/runs/{run['id']}").json()["status"] == "STOPPED" for _ in attempts(30))


def test_an_answer_is_computed_and_encoded_outside_the_server(
    held_lens: Held, threads: ThreadPoolExecutor
) -> None:
    asked = threads.submit(held_lens.ask, "one")
    held_lens.let_go("one")
    answer = asked.result().json()
    assert answer["computed_by"] == answer["encoded_by"] != os.getpid()


def test_a_run_is_stopped_while_every_process_that_looks_is_held_and_the_queue_is_full(
    held_lens: Held, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = max(2, inspection.usable_cores() // 2)
    monkeypatch.setattr(answer_queue, "MOST_WAITING_EACH", 3)
    names = [f"n{number}" for number in range(slots + 3)]
    asked = [threads.submit(held_lens.ask, name) for name in names]
    held_lens.until_begun(slots)
    refused = next(
        answer for _ in attempts(30) if (answer := held_lens.http.get("/source-lines")).status_code == 429
    )
    assert refused.json()["code"] == "too-many-looks"
    assert int(refused.headers["retry-after"]) >= 1
    until_stopped(held_lens.http)
    assert len(held_lens.begun()) == slots
    for name in names:
        threads.submit(held_lens.let_go, name)
    assert [future.result().status_code for future in asked] == [200] * len(names)


def test_a_process_that_dies_ends_one_look_and_is_replaced(
    held_lens: Held, threads: ThreadPoolExecutor
) -> None:
    asked = threads.submit(held_lens.ask, "lost")
    held_lens.until_begun(1)
    for process in psutil.Process().children():
        if process.nice() == inspection.NICENESS:
            process.kill()
    lost = asked.result()
    assert (lost.status_code, lost.json()["code"]) == (503, "no-worker")
    asked = threads.submit(held_lens.ask, "after")
    held_lens.let_go("after")
    assert asked.result().status_code == 200


def test_what_a_client_that_has_gone_asked_for_is_never_begun(
    served: Served, held_lens: Held, threads: ThreadPoolExecutor
) -> None:
    slots = max(2, inspection.usable_cores() // 2)
    names = [f"n{number}" for number in range(slots)]
    asked = [threads.submit(held_lens.ask, name) for name in names]
    held_lens.until_begun(slots)
    gone = held_lens.http.build_request("GET", held_lens.path, params=held_lens.query("gone"))
    with served.connect() as connection:
        target = gone.url.raw_path.decode()
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    for _ in range(5):  # the server reads what connections say in the order in which they say it
        held_lens.http.get("/presets").raise_for_status()
    last = threads.submit(held_lens.ask, "last")
    for name in (*names, "last"):
        held_lens.let_go(name)
    assert all(future.result().status_code == 200 for future in [*asked, last])
    assert sorted(held_lens.begun()) == sorted([*names, "last"])
