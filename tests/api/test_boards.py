"""The board of a task is computed once for all who look, and anew after every event."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from chalknet.classroom.state import Task
from chalknet.main import API, create_app
from chalknet.settings import Settings

from tests.classroom import attempts
from tests.people import SECRET
from tests.serving import serving

TASK = {"text": "The best of all", "base": {"preset": "two-features", "epochs": 1}}


@pytest.fixture
def http(tmp_path: Path, prepared: Path) -> Iterator[httpx.Client]:
    """The teacher's, in this process."""
    (tmp_path / "datasets").symlink_to(prepared)
    settings = Settings(data_dir=tmp_path, workers=1, access="class", teacher_secret=SECRET)
    with (
        serving(create_app(settings)) as served,
        httpx.Client(base_url=served.url + API, timeout=60) as client,
    ):
        client.post("/class/lead", json={"secret": SECRET}).raise_for_status()
        yield client


def test_two_hundred_pages_cost_one_board(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []
    board = Task.board

    def counted(task: Task, *given: Any) -> Any:
        computed.append(task.id)
        return board(task, *given)

    monkeypatch.setattr(Task, "board", counted)
    code = http.get("/class").json()["code"]
    with httpx.Client(base_url=http.base_url, timeout=60) as student:
        student.post("/class/members", json={"code": code, "name": "Ada"}).raise_for_status()
        task = http.post("/class/tasks", json=TASK).json()["id"]
        path = f"/class/tasks/{task}/board"
        for _ in range(100):
            assert http.get(path).json() == student.get(path).json() == {"places": []}
        assert computed == [task]

        run = student.post("/runs", json=TASK["base"]).json()["id"]
        assert any(student.get(f"/runs/{run}").json()["status"] == "FINISHED" for _ in attempts(60))
        (place,) = student.get(path).json()["places"]
        assert (place["run_id"], place["mine"]) == (run, True)
        (place,) = http.get(path).json()["places"]
        assert (place["run_id"], place["mine"]) == (run, False)
        assert computed == [task, task]
        http.patch("/class/members/" + place["member"], json={"removed": True}).raise_for_status()
        assert http.get(path).json() == {"places": []}
