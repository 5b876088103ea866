"""The state that a page begins with: small, whatever has happened, and the same as the whole log makes."""

import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.classroom import QUICK, Client, Server
from tests.node import NODE
from tests.people import Person, student
from tests.stored import store_runs

SCRIPT = Path(__file__).parents[1] / "static" / "begin.mjs"
CLASS = [100] * 100  # a hundred runs of a hundred epochs
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Client]:
    """A server after a lesson with many runs, one that is long, and one that is very long."""
    folder = tmp_path_factory.mktemp("lesson") / "data"
    store_runs(folder, [*CLASS, 200, 10_000])
    (folder / "datasets").symlink_to(prepared)
    server = Server(folder, workers=1).start()
    with Client(server) as client:
        yield client
    assert server.stop() == 0


def told(client: Client) -> tuple[int, dict[str, Any]]:
    """How many bytes came, and what they say."""
    with client.http.stream("GET", "/state") as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-store"
    return len(body), json.loads(gzip.decompress(body))


@pytest.mark.long
def test_a_lesson_of_a_hundred_runs_is_small_and_a_very_long_run_costs_no_more_than_a_long_one(
    lesson: Client,
) -> None:
    size, state = told(lesson)
    assert size <= MOST_BYTES
    assert [len(run["history"]["epoch"]) for run in state["runs"][:100]] == CLASS
    *_, long, very_long = [len(gzip.compress(json.dumps(run).encode())) for run in state["runs"]]
    assert very_long < 1.5 * long


@pytest.mark.long
def test_the_page_makes_of_it_the_runs_that_the_whole_log_makes(lesson: Client, tmp_path: Path) -> None:
    _, state = told(lesson)
    events: list[dict[str, Any]] = []
    for event in lesson.events():
        events.append(event)
        if event["seq"] == state["seq"]:
            break
    (tmp_path / "state").write_text(json.dumps(state))
    (tmp_path / "events").write_text(json.dumps(events))
    for run in state["runs"][100:]:
        series = lesson.http.get(f"/runs/{run['id']}/metrics").raise_for_status().text
        (tmp_path / f"metrics-{run['id']}").write_text(series)
    same = subprocess.run([NODE, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert (same.stdout.strip(), same.stderr) == ("102", "")


@pytest.mark.long
def test_who_takes_no_compressed_bodies_is_told_the_same(lesson: Client) -> None:
    plain = lesson.http.get("/state", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == told(lesson)[1]


def test_what_comes_after_its_number_is_all_that_is_missing(client: Client) -> None:
    before = client.create(**QUICK)["id"]
    state = client.http.get("/state").raise_for_status().json()
    assert before in {run["id"] for run in state["runs"]}
    events = []
    after = client.create(**QUICK)["id"]
    for event in client.events(before, after, after=state["seq"]):
        events.append(event)
        if len([one for one in events if one.get("status") == "FINISHED"]) == 2:
            break
    (run,) = [run for run in state["runs"] if run["id"] == before]
    epochs = [event["epoch"] for event in events if event["type"] == "epoch" and event["run_id"] == before]
    assert run["history"]["epoch"] + epochs == [1, 2, 3, 4, 5]
    assert next(event["type"] for event in events if event["run_id"] == after) == "created"


def test_of_a_class_it_tells_what_everybody_may_know_and_after_the_end_nothing(
    school: Server, lead: Person
) -> None:
    with student(school, lead.room()["code"], "Ada Lovelace") as ada:
        spec = {"kind": "choice", "text": "Which?", "options": ["this", "that"], "correct": 1}
        question = lead.http.post("/class/questions", json=spec).raise_for_status().json()["id"]
        ada.http.put(f"/class/questions/{question}/answer", json={"option": 1}).raise_for_status()
        told = ada.http.get("/state").raise_for_status().json()["class"]
        assert told == lead.room()
        assert told["questions"][0]["spec"]["correct"] is None
        assert told["questions"][0]["answers"] is None
        assert told["questions"][0]["count"] == 1
    lead.http.delete("/class").raise_for_status()
    after = lead.http.get("/state").raise_for_status()
    assert "Lovelace" not in after.text
    assert after.json()["class"]["members"] == []
