"""What runs keep on disk stays within what the server may use: unfinished, ended and pinned ones."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from tests.classroom import Client, Server, attempts

LIMIT = 1_000_000
# One step an epoch; the parameters of each are 97 kB, so ten epochs fill the room.
RUN = {"shape": [784, 30, 10], "train_size": 10, "batch_size": 10, "epochs": 200}


@pytest.fixture
def server(new_server: Callable[..., Server]) -> Server:
    return new_server(CHALKNET_MAX_EPOCH_BYTES=str(LIMIT)).start()


def on_disk(server: Server) -> int:
    with closing(sqlite3.connect(server.folder / "chalknet.db", timeout=30)) as db:
        (total,) = db.execute(
            "SELECT (SELECT TOTAL(LENGTH(params)) FROM snapshots)"
            " + (SELECT TOTAL(LENGTH(state)) FROM checkpoints)"
        ).fetchone()
    return int(total)


def after_epochs(client: Client, count: int, **settings: Any) -> str:
    """A run that is paused after so many epochs, whose past ones all asked for room."""
    run_id = client.create(**{**RUN, **settings})["id"]
    client.until(run_id, lambda event: event.get("epoch", 0) >= count)
    if count == client.run(run_id)["epochs"]:
        client.until_ended(run_id)
    else:
        client.want(run_id, "paused")
        client.until_status(run_id, "PAUSED")
    return str(run_id)


def epochs(client: Client, run_id: str) -> list[int]:
    return list(client.http.get(f"/runs/{run_id}/epochs").raise_for_status().json()["epochs"])


def test_unfinished_runs_do_not_fill_the_disk(server: Server) -> None:
    with Client(server) as client:
        run_id = after_epochs(client, 25)
        assert any(on_disk(server) <= LIMIT for _ in attempts(30))  # made after the epoch is told
        run = client.run(run_id)
        assert {0, run["best"]["epoch"], run["epoch"]} <= set(epochs(client, run_id))
        client.http.get(f"/runs/{run_id}/weights?epoch={run['best']['epoch']}").raise_for_status()


def test_a_pinned_run_keeps_first_best_and_last_and_too_many_pins_are_refused(server: Server) -> None:
    with Client(server) as client:
        first = after_epochs(client, 4, epochs=4)
        client.http.patch(f"/runs/{first}", json={"pinned": True}).raise_for_status()
        second = after_epochs(client, 4, epochs=4)
        answer = client.http.patch(f"/runs/{second}", json={"pinned": True})
        assert (answer.status_code, answer.json()["code"]) == (409, "pins-full")
        assert answer.json()["errors"][0]["limit"] == LIMIT // 2
        after_epochs(client, 15)
        assert any(on_disk(server) <= LIMIT for _ in attempts(30))  # made after the epoch is told
        best = client.run(first)["best"]["epoch"]
        assert {0, 1, best, 4} <= set(epochs(client, first))
        assert epochs(client, second) == [0, 4]


def test_a_run_for_whose_state_there_is_no_room_is_refused(server: Server) -> None:
    with Client(server) as client:
        answer = client.http.post("/runs", json={**RUN, "shape": [784, 1000, 10]})
        assert (answer.status_code, answer.json()["code"]) == (507, "no-room-for-run")
        assert client.create(**RUN)["id"]


def test_less_room_after_a_restart_is_made_at_once(new_server: Callable[..., Server]) -> None:
    server = new_server().start()
    with Client(server) as client:
        after_epochs(client, 25)
    server.stop()
    assert on_disk(server) > LIMIT
    server = new_server(CHALKNET_MAX_EPOCH_BYTES=str(LIMIT)).start()
    assert on_disk(server) <= LIMIT
