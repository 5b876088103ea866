"""A log outlives the bounds and choices of the day: what was accepted once is there after every restart."""

import io
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.classroom import Client, Server

RECORDED = Path(__file__).parents[1] / "app" / "runs" / "recorded" / "format-1.db"

# What another version accepted, by the name of a recorded run.
OTHERS = {
    "Finished": {"epochs": 5000, "eta": 2000.0},  # beyond the bounds of this version
    "Stopped": {"activation": "swish", "preset": "forgotten"},  # choices that this version has not
    "Slow": {"dataset": "letters"},
    "Killed": {"l2": 7.0},
}


@pytest.fixture
def server(new_server: Callable[..., Server], tmp_path: Path) -> Iterator[Server]:
    """A server on a log in which these runs have settings of another version."""
    server = new_server()
    file = server.folder / "chalknet.db"
    shutil.copy(RECORDED, file)
    with closing(sqlite3.connect(file)) as db, db:
        for seq, text in db.execute("SELECT seq, body FROM events WHERE type = 'created'").fetchall():
            body = json.loads(text)
            body["config"] |= OTHERS.get(body["name"], {})
            if body["name"] == "One batch":  # older than this setting, younger than that one
                del body["config"]["momentum"]
                body["config"]["colour"] = "red"
            db.execute("UPDATE events SET body = ? WHERE seq = ?", (json.dumps(body), seq))
    return server.start()


def by_name(client: Client) -> dict[str, dict[str, Any]]:
    runs = client.http.get("/runs").raise_for_status().json()["runs"]
    return {run["name"].split(" twice")[0]: run for run in runs}


def test_runs_with_settings_of_another_version_are_shown_exported_and_deleted(server: Server) -> None:
    with Client(server) as client:
        runs = by_name(client)
        assert runs.keys() == {"Finished", "Stopped", "Slow", "Killed", "Diverged", "One batch"}
        for name, settings in OTHERS.items():
            assert runs[name]["config"].items() >= settings.items()
            run_id = runs[name]["id"]
            assert client.run(run_id) == runs[name]
            rows = client.http.get(f"/runs/{run_id}/metrics?format=csv").raise_for_status().text.splitlines()
            assert len(rows) == 1 + runs[name]["epoch"]
            weights = client.http.get(f"/runs/{run_id}/weights").raise_for_status().content
            with np.load(io.BytesIO(weights)) as arrays:
                assert arrays["w0"].shape == (5, 2)
            told = client.until(run_id, lambda event: event["seq"] == runs[name]["seq"])  # noqa: B023
            assert told[0]["run"]["config"] == runs[name]["config"]
            assert client.http.delete(f"/runs/{run_id}").status_code == 204
        assert by_name(client).keys() == {"Diverged", "One batch"}


def test_what_cannot_go_on_says_why_and_what_had_ended_stays_as_it_was(server: Server) -> None:
    with Client(server) as client:
        for _ in range(2):
            runs = by_name(client)
            assert [runs[name]["status"] for name in ("Finished", "Stopped")] == ["FINISHED", "STOPPED"]
            for name, field in (("Slow", "dataset"), ("Killed", "l2")):
                assert (runs[name]["status"], runs[name]["status_reason"]) == ("FAILED", "SETTINGS_REFUSED")
                assert field in runs[name]["status_detail"]
            server.kill()
            server.start()


def test_what_needs_data_or_a_choice_that_is_no_more_says_so(server: Server) -> None:
    with Client(server) as client:
        runs = by_name(client)
        for name, lens, status in (
            ("Slow", "confusion", 404),
            ("Slow", "stubborn", 404),
            ("Slow", "layers", 404),
            ("Slow", "sample", 404),
            ("Stopped", "layers", 409),
            ("Stopped", "confusion", 409),
            ("Finished", "layers", 200),
        ):
            answer = client.http.get(f"/runs/{runs[name]['id']}/{lens}")
            assert answer.status_code == status, (name, lens, answer.text)


def test_what_asks_for_more_of_such_a_run_is_refused_with_the_field(server: Server) -> None:
    with Client(server) as client:
        runs = by_name(client)
        finished = runs["Finished"]["id"]
        answer = client.http.patch(f"/runs/{finished}", json={"epochs": 900})
        assert answer.status_code == 422
        answer = client.http.post("/runs", json={"twin_of": runs["Stopped"]["id"], "eta": 0.125})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "activation")


def test_a_run_of_an_older_version_has_todays_defaults_and_goes_on(server: Server) -> None:
    with Client(server) as client:
        run = by_name(client)["One batch"]
        assert run["status"] == "PAUSED"
        assert run["config"]["momentum"] == 0.9
        assert "colour" not in run["config"]
        client.want(run["id"], "running")
        assert client.until_ended(run["id"])["status"] == "FINISHED"
