"""A start reads runs as they were kept, and what happened since: the same as reading all that happened."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.classroom import QUICK, Client, Server
from tests.stored import store_runs

NewServer = Callable[..., Server]


def kept(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "chalknet.db")) as db:
        return dict(db.execute("SELECT run_id, seq FROM folded").fetchall())


def change(folder: Path, statement: str) -> int:
    with closing(sqlite3.connect(folder / "chalknet.db", isolation_level=None)) as db:
        return db.execute(statement).rowcount


def told(server: Server) -> dict[str, Any]:
    """All that a page is told at first, and the whole curves."""
    with Client(server) as client:
        runs = client.http.get("/runs?limit=100").json()["runs"]
        curves = [client.http.get(f"/runs/{run['id']}/metrics").json() for run in runs]
        state = client.http.get("/state").raise_for_status().json()
    return {"runs": runs, "curves": curves, "state": {k: v for k, v in state.items() if k != "presence"}}


def test_with_and_without_what_was_kept_a_start_tells_the_same(new_server: NewServer) -> None:
    server = new_server()
    store_runs(server.folder, [200, 3, 40])
    server.start()
    with Client(server) as client:
        made = client.until_ended(client.create(**QUICK)["id"])["id"]
    assert server.stop() == 0
    assert len(kept(server.folder)) == 4
    server.start()
    with Client(server) as client:  # what happens later is told on top of it
        client.http.patch(f"/runs/{made}", json={"name": "Later", "pinned": True}).raise_for_status()
    server.kill()
    with_it = told(server.start())
    assert {run["name"] for run in with_it["runs"]} >= {"Later", "Run 1"}
    server.kill()
    change(server.folder, "DELETE FROM folded")
    assert told(server.start()) == with_it


def test_a_start_does_not_read_again_what_is_kept(new_server: NewServer) -> None:
    server = new_server()
    store_runs(server.folder, [30])
    server.start()
    assert server.stop() == 0
    # Were the epochs read, the run would have others.
    assert change(server.folder, "DELETE FROM events WHERE type = 'epoch'") == 30
    with Client(server.start()) as client:
        (run,) = client.http.get("/runs").json()["runs"]
    assert (run["epoch"], run["status"]) == (30, "FINISHED")


def test_what_another_program_kept_is_folded_anew(new_server: NewServer) -> None:
    server = new_server()
    store_runs(server.folder, [5])
    before = told(server.start())
    assert server.stop() == 0
    assert change(server.folder, "UPDATE folded SET made_by = 'other', body = '{}'") == 1
    assert told(server.start()) == before
    assert server.stop() == 0
    assert change(server.folder, "UPDATE folded SET body = '{}'") == 1
    assert told(server.start()) == before


def test_a_deleted_run_is_not_kept(new_server: NewServer) -> None:
    server = new_server()
    store_runs(server.folder, [5, 5])
    with Client(server.start()) as client:
        first, second = client.http.get("/runs").json()["runs"]
        assert server.stop() == 0
        server.start()
        client.http.delete(f"/runs/{first['id']}").raise_for_status()
        server.kill()
        assert kept(server.folder).keys() == {second["id"]}
        server.start()
        assert [run["id"] for run in client.http.get("/runs").json()["runs"]] == [second["id"]]
