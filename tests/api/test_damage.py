"""A database that is not whole: the server goes on with what can be read, keeps the file, and says so."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.classroom import LONG, QUICK, Client, Server
from tests.people import SECRET, student, teacher
from tests.stored import store_runs

NewServer = Callable[..., Server]
PAGE = 4096


def ready(server: Server) -> dict[str, str]:
    return dict(httpx.get(f"{server.url}/ready").raise_for_status().json())


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("chalknet-kept-*.db"))


def root_of(file: Path, table: str) -> int:
    """The number of a table's first page; what was written recently goes into the file."""
    with closing(sqlite3.connect(file)) as db:
        (number,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return int(number)


def overwrite(file: Path, *pages: int) -> None:
    chance = random.Random(1)
    with file.open("r+b") as raw:
        for number in pages:
            raw.seek((number - 1) * PAGE)
            raw.write(chance.randbytes(PAGE))


def with_no_header(new_server: NewServer) -> tuple[Server, bytes]:
    """A server that has stopped, and its database, of which nothing can be read any more."""
    server = new_server().start()
    with Client(server) as client:
        client.until_ended(client.create(**QUICK)["id"])
    assert server.stop() == 0
    file = server.folder / "chalknet.db"
    damaged = b"\x00" * 100 + file.read_bytes()[100:]
    file.write_bytes(damaged)
    return server, damaged


def test_three_pages_overwritten_in_mid_file(new_server: NewServer) -> None:
    server = new_server()
    server.folder.mkdir(exist_ok=True)
    store_runs(server.folder, [40] * 12)
    server.start()
    with Client(server) as client:
        made = client.create(**QUICK)["id"]
        ended = client.until_ended(made)
        before = {run["id"]: run for run in client.http.get("/runs?limit=200").json()["runs"]}
    assert "loss" not in ready(server)
    assert server.stop() == 0
    file = server.folder / "chalknet.db"
    size = file.stat().st_size // PAGE
    overwrite(file, *(size // 2 + n for n in (0, 7, 14)))
    damaged = file.read_bytes()

    server.start()
    (aside,) = kept(server.folder)
    assert aside.read_bytes() == damaged
    assert aside.stat().st_mode & 0o077 == 0
    loss = ready(server)["loss"]
    assert aside.name in loss
    assert "part of the events" in loss
    assert loss in server.log.read_text()
    page = httpx.get(server.url).text
    assert aside.name in page
    with Client(server) as client:
        after = {run["id"]: run for run in client.http.get("/runs?limit=200").json()["runs"]}
        assert 9 <= len(after) <= len(before)
        assert after.keys() <= before.keys()
        assert client.run(made)["fingerprint"] == ended["fingerprint"]
        client.until_ended(client.create(**QUICK)["id"])
    assert server.stop() == 0
    server.start()  # said once; the file stays
    assert "loss" not in ready(server)
    assert kept(server.folder) == [aside]


def test_a_run_whose_training_state_is_lost_says_so_and_others_go_on(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        waiting = client.create(**LONG)["id"]
        client.until(waiting, lambda event: event["type"] == "epoch")
        client.want(waiting, "paused")
        client.until_status(waiting, "PAUSED")
    server.kill()
    file = server.folder / "chalknet.db"
    overwrite(file, root_of(file, "checkpoints"))
    server.start()
    assert "part of the training states" in ready(server)["loss"]
    with Client(server) as client:
        run = client.run(waiting)
        assert (run["status"], run["status_reason"]) == ("FAILED", "ERROR")
        assert "lost" in run["status_detail"]
        client.until_ended(client.create(**QUICK)["id"])


def test_damage_to_what_runs_have_come_to_costs_none_of_them(new_server: NewServer) -> None:
    server = new_server()
    server.folder.mkdir(exist_ok=True)
    store_runs(server.folder, [40] * 3)
    with Client(server.start()) as client:
        before = client.http.get("/runs").json()["runs"]
    assert server.stop() == 0
    file = server.folder / "chalknet.db"
    overwrite(file, root_of(file, "folded"))
    with Client(server.start()) as client:
        assert client.http.get("/runs").json()["runs"] == before
    assert kept(server.folder)[0].name in ready(server)["loss"]


def test_nothing_can_be_read(new_server: NewServer) -> None:
    server, damaged = with_no_header(new_server)
    server.start()
    assert [path.read_bytes() for path in kept(server.folder)] == [damaged]
    assert "Read: 0 events" in ready(server)["loss"]
    with Client(server) as client:
        assert client.http.get("/runs").json()["runs"] == []
        client.until_ended(client.create(**QUICK)["id"])


def test_a_server_killed_while_it_mends_says_at_its_next_start_what_is_lost(new_server: NewServer) -> None:
    server, damaged = with_no_header(new_server)
    with pytest.raises(RuntimeError):
        new_server(CHALKNET_FAULTS="in-rescue=1").start()
    server = new_server().start()
    assert [path.read_bytes() for path in kept(server.folder)] == [damaged]
    assert f"kept as {kept(server.folder)[0].name}" in ready(server)["loss"]
    assert "Read: 0 events" in ready(server)["loss"]
    assert server.stop() == 0
    assert "loss" not in ready(server.start())


def test_a_class_outlives_damage_elsewhere(new_server: NewServer) -> None:
    server = new_server(arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET)
    server.folder.mkdir(exist_ok=True)
    store_runs(server.folder, [40] * 4)
    server.start()
    with teacher(server) as lead:
        code = lead.room()["code"]
        with student(server, code, "Ada") as ada:
            server.kill()
            file = server.folder / "chalknet.db"
            root_of(file, "events")
            overwrite(file, file.stat().st_size // PAGE // 2)
            server.start()
            assert ada.http.get("/class").json()["code"] == code
            assert "chalknet-kept" not in ada.http.get(server.url).text  # not a student's business
            assert "chalknet-kept" in lead.http.get(server.url).text


def test_recent_writes_deleted_after_a_kill(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        client.until_ended(client.create(**QUICK)["id"])
        log = client.http.get("/state").json()["log"]
    server.kill()
    (server.folder / "chalknet.db-wal").unlink()
    server.start()
    loss = ready(server)["loss"]
    assert "had been committed" in loss
    assert "chalknet.db-wal" in loss
    with Client(server) as client:
        # Its numbers are given a second time, so pages must know that they are others.
        assert client.http.get("/state").json()["log"] != log
        client.until_ended(client.create(**QUICK)["id"])


def test_an_older_copy_put_in_the_place_of_the_database(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        first = client.until_ended(client.create(**QUICK)["id"])["id"]
    assert server.stop() == 0
    file = server.folder / "chalknet.db"
    old = file.read_bytes()
    server.start()
    with Client(server) as client:
        client.until_ended(client.create(**QUICK)["id"])
    assert server.stop() == 0
    file.write_bytes(old)
    server.start()
    assert "had been committed" in ready(server)["loss"]
    assert len(kept(server.folder)) == 1
    with Client(server) as client:
        assert [run["id"] for run in client.http.get("/runs").json()["runs"]] == [first]


def test_a_kill_and_a_start_lose_nothing_and_say_nothing(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        client.create(**QUICK)
    server.kill()
    server.start()
    assert "loss" not in ready(server)
    assert kept(server.folder) == []
