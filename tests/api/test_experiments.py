"""Experiments: a grid times seeds as one thing, made once, whatever happens to the server."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.classroom import Client, Server
from tests.people import Person, student

NewServer = Callable[..., Server]
SMALL = {"preset": "two-features", "epochs": 2, "batch_size": 100}
GRID: dict[str, Any] = {
    "settings": SMALL,
    "vary": {"eta": [0.5, 3.0], "shape": [[2, 2, 2], [2, 4, 2]]},
    "seeds": [1, 2],
}
OPENING = {"which": "some", "base": SMALL, "settings": [{"name": "eta", "least": 0.1, "most": 1.0}]}


def start(client: Client, **body: Any) -> dict[str, Any]:
    answer = client.http.post("/experiments", json=GRID | body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def finished(client: Client, experiment: dict[str, Any]) -> dict[str, Any]:
    for cell in experiment["cells"]:
        for run in cell["runs"]:
            client.until_ended(run)
    return dict(client.http.get(f"/experiments/{experiment['id']}").raise_for_status().json())


def test_every_combination_is_a_run_for_every_seed(client: Client) -> None:
    plan = client.http.post("/experiment-plans", json=GRID).raise_for_status().json()
    assert (plan["runs"], plan["epochs"]) == (8, 16)
    assert plan["expected_seconds"] > 0
    made = start(client)
    assert [cell["values"] for cell in made["cells"]] == [
        {"eta": 0.5, "shape": [2, 2, 2]},
        {"eta": 0.5, "shape": [2, 4, 2]},
        {"eta": 3.0, "shape": [2, 2, 2]},
        {"eta": 3.0, "shape": [2, 4, 2]},
    ]
    told = finished(client, made)
    assert (told["runs"], told["ended"]) == (8, 8)
    accuracies = []
    for cell in told["cells"]:
        runs = [client.run(run) for run in cell["runs"]]
        assert [run["config"]["seed"] for run in runs] == [1, 2]
        assert all(run["config"][name] == value for run in runs for name, value in cell["values"].items())
        assert all(run["experiment"] == told["id"] for run in runs)
        ends = [run["last"]["test_accuracy"] for run in runs]
        assert cell["test_accuracy"]["mean"] == pytest.approx(sum(ends) / 2)
        assert cell["test_accuracy"]["std"] == pytest.approx(abs(ends[0] - ends[1]) / 2**0.5)
        assert cell["test_accuracy"]["count"] == 2
        accuracies.append(cell["test_accuracy"]["mean"])
    assert told["best"] == accuracies.index(max(accuracies))


def test_the_example_of_the_document_makes_as_many_runs_as_it_says(client: Client) -> None:
    text = (Path(__file__).parents[2] / "docs" / "experiments.md").read_text()
    body = json.loads(text.split("```json")[1].split("```")[0])
    assert "makes 18 runs" in text
    assert client.http.post("/experiment-plans", json=body).raise_for_status().json()["runs"] == 18


def test_its_runs_are_what_they_would_be_alone(client: Client) -> None:
    told = finished(client, start(client, vary={"eta": [0.5]}, seeds=[7]))
    alone = client.until_ended(client.create(**SMALL, eta=0.5, seed=7)["id"])
    assert client.run(told["cells"][0]["runs"][0])["fingerprint"] == alone["fingerprint"]


def test_all_curves_are_one_table(client: Client) -> None:
    told = finished(client, start(client))
    answer = client.http.get(f"/experiments/{told['id']}/metrics")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(lines) == 8 * 2
    first = client.run(lines[0]["run"])
    assert (float(lines[0]["eta"]), lines[0]["shape"], int(lines[0]["seed"])) == (0.5, "2-2-2", 1)
    assert float(lines[1]["test_accuracy"]) == first["last"]["test_accuracy"]


def test_it_is_paused_goes_on_is_stopped_and_goes_with_its_runs(client: Client) -> None:
    made = start(client, settings=SMALL | {"epochs": 1000, "batch_size": 1}, vary={"eta": [1.0, 3.0]})
    address = f"/experiments/{made['id']}"
    runs = [run for cell in made["cells"] for run in cell["runs"]]
    for wanted, status in (("paused", "PAUSED"), ("running", "RUNNING"), ("stopped", "STOPPED")):
        client.http.patch(address, json={"wanted": wanted}).raise_for_status()
        client.until_status(runs[0], status)
    for run in runs:
        client.until_status(run, "STOPPED")
    refused = client.http.delete(f"/runs/{runs[0]}")
    assert (refused.status_code, refused.json()["code"]) == (409, "run-of-experiment")
    client.http.delete(address).raise_for_status()
    assert client.http.get(address).json()["code"] == "experiment-not-found"
    assert all(client.http.get(f"/runs/{run}").status_code == 404 for run in runs)


def test_the_same_request_makes_it_once(client: Client) -> None:
    key = {"Idempotency-Key": "once"}
    first = client.http.post("/experiments", json=GRID, headers=key)
    again = client.http.post("/experiments", json=GRID, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    other = client.http.post("/experiments", json=GRID | {"seeds": [5]}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    client.http.delete(f"/experiments/{first.json()['id']}").raise_for_status()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"vary": {"eta": [0.5, -1]}}, "vary.eta"),
        ({"vary": {"eta": [0.5, 0.5]}}, "vary.eta"),
        ({"vary": {"eta": ["much"]}}, "vary.eta"),
        ({"vary": {"shape": [[784, 30, 10]]}}, "vary.shape"),
        ({"vary": {"seed": [1, 2]}}, "vary.seed.[key]"),
        ({"seeds": [1, 1]}, "seeds"),
        ({"seeds": []}, "seeds"),
        ({"vary": {"eta": [1.0 + k / 100 for k in range(50)], "batch_size": [10, 20, 30]}}, "vary"),
        (
            {"settings": {"preset": "full-digits", "epochs": 1000}, "vary": {}, "seeds": list(range(50))},
            "vary",
        ),
        ({"settings": {"eta": -1}}, "settings.eta"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_made(
    client: Client, body: dict[str, Any], field: str
) -> None:
    before = client.http.get("/experiments").json()
    for path in ("/experiments", "/experiment-plans"):
        refused = client.http.post(path, json=GRID | body)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["field"] == field
    assert client.http.get("/experiments").json() == before


def test_it_has_one_place_in_line(client: Client) -> None:
    """A single run comes to its end beside many of an experiment: they share the workers as two would."""
    made = start(client, settings=SMALL | {"epochs": 200, "batch_size": 1}, seeds=list(range(20)))
    headers = {"Chalknet-Owner": "somebody else"}
    alone = client.http.post("/runs", json=SMALL | {"epochs": 5}, headers=headers).json()["id"]
    client.until_ended(alone)
    states = [client.run(run) for cell in made["cells"] for run in cell["runs"]]
    under_way = [run for run in states if run["status"] == "RUNNING"]
    assert len(under_way) <= 3  # of eighty: one is finished before the next begins
    client.http.delete(f"/experiments/{made['id']}").raise_for_status()


def test_two_unfinished_are_the_most_for_one(client: Client) -> None:
    long = {"settings": SMALL | {"epochs": 1000, "batch_size": 1}, "vary": {}, "seeds": [1]}
    made = [start(client, **long)["id"] for _ in range(2)]
    refused = client.http.post("/experiments", json=GRID | long)
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-of-yours")
    assert int(refused.headers["retry-after"]) > 0
    for experiment in made:
        client.http.delete(f"/experiments/{experiment}").raise_for_status()


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("point", ["in-commit", "after-commit"])
def test_killed_while_it_is_made_all_runs_are_there_once(
    new_server: NewServer, point: str, count: int
) -> None:
    """The first commit is the experiment, others are its runs: it is all there afterwards, or not at all."""
    server = new_server(CHALKNET_FAULTS=f"{point}={count}").start()
    with Client(server) as client, suppress(httpx.TransportError):
        client.http.post("/experiments", json=GRID)
    with Client(new_server().start()) as client:
        experiments = client.http.get("/experiments").json()["experiments"]
        assert len(experiments) == (0 if (point, count) == ("in-commit", 1) else 1)
        for experiment in experiments:
            told = finished(client, client.http.get(f"/experiments/{experiment['id']}").json())
            assert (told["runs"], told["ended"]) == (8, 8)
        assert len(client.http.get("/runs").json()["runs"]) == 8 * len(experiments)


def test_killed_while_it_is_deleted_nothing_of_it_is_left(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        made = start(client, settings=SMALL | {"epochs": 1})
        finished(client, made)
    server.kill()
    server = new_server(CHALKNET_FAULTS="after-commit=1").start()
    with Client(server) as client, suppress(httpx.TransportError):
        client.http.delete(f"/experiments/{made['id']}")
    with Client(new_server().start()) as client:
        assert client.http.get("/experiments").json()["experiments"] == []
        assert client.http.get("/runs").json()["runs"] == []


def test_a_student_varies_what_is_open_and_nothing_else(school: Server, lead: Person) -> None:
    lead.http.patch("/class", json={"opening": OPENING})
    ada, ben = (student(school, lead.room()["code"], name) for name in ("Ada", "Ben"))
    with ada, ben:
        shape = ada.http.post(
            "/experiments", json={"settings": SMALL, "vary": {"shape": [[2, 3, 2], [2, 9, 2]]}}
        )
        ada.refused(shape, 403, "setting-locked")
        far = ada.http.post("/experiments", json={"settings": SMALL, "vary": {"eta": [0.5, 2.0]}})
        ada.refused(far, 403, "setting-at-most")
        made = start(ada, vary={"eta": [0.5, 1.0]}, seeds=[1])
        ben.refused(ben.http.delete(f"/experiments/{made['id']}"), 403, "not-your-run")
        assert ben.http.get(f"/experiments/{made['id']}").json()["owner"] == ada.me["member"]
        lead.http.delete("/class?runs=delete").raise_for_status()
    assert lead.http.get("/experiments").json()["experiments"] == []
    assert lead.http.get("/runs").json()["runs"] == []


def test_what_cannot_be_completed_any_more_keeps_no_server_from_starting(new_server: NewServer) -> None:
    """A run is lost, and the data that its experiment is about are not on this machine."""
    server = new_server().start()
    with Client(server) as client:
        made = finished(client, start(client, seeds=[1]))
    assert server.stop() == 0
    with closing(sqlite3.connect(server.folder / "chalknet.db", isolation_level=None)) as db:
        db.execute("DELETE FROM events WHERE run_id = ?", (made["cells"][0]["runs"][0],))
        elsewhere = "UPDATE events SET body = replace(body, 'two-features', 'elsewhere') WHERE type = ?"
        assert db.execute(elsewhere, ("experiment-started",)).rowcount == 1
    with Client(server.start()) as client:
        told = client.http.get(f"/experiments/{made['id']}").raise_for_status().json()
        assert (told["runs"], told["ended"]) == (3, 3)
        client.http.delete(f"/experiments/{made['id']}").raise_for_status()
