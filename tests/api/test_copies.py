"""`chalknet backup`, `restore` and `doctor`, as an operator calls them."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.classroom import LONG, QUICK, Client, Server

NewServer = Callable[..., Server]


def chalknet(command: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "chalknet", command, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


def test_a_copy_made_while_the_server_trains_is_put_back(new_server: NewServer, tmp_path: Path) -> None:
    server = new_server().start()
    copy = tmp_path / "copy.db"
    here = ("--data-dir", server.folder)
    with Client(server) as client:
        ended = client.until_ended(client.create(**QUICK)["id"])
        going = client.create(**LONG)["id"]
        client.until(going, lambda event: event["type"] == "epoch")
        made = chalknet("backup", copy, *here)
        assert made.returncode == 0, made.stderr
        assert "2 runs" in made.stdout
        assert copy.stat().st_mode & 0o077 == 0
        late = client.create(**QUICK)["id"]
        again = chalknet("backup", copy, *here)
        assert (again.returncode, "not overwritten" in again.stderr) == (1, True)
        refused = chalknet("restore", copy, *here)
        assert (refused.returncode, "in use" in refused.stderr) == (1, True)
        log = client.http.get("/state").json()["log"]
    assert server.stop() == 0
    done = chalknet("restore", copy, *here)
    assert done.returncode == 0, done.stderr
    assert len(list(server.folder.glob("chalknet-kept-*.db"))) == 1
    server.start()
    with Client(server) as client:
        assert client.run(ended["id"])["fingerprint"] == ended["fingerprint"]
        assert client.http.get(f"/runs/{late}").status_code == 404
        client.until(going, lambda event: event["type"] == "epoch")
        assert client.http.get("/state").json()["log"] != log
    assert chalknet("doctor", *here).returncode == 0


def test_a_copy_moves_to_a_new_folder(new_server: NewServer, tmp_path: Path) -> None:
    server = new_server().start()
    with Client(server) as client:
        ended = client.until_ended(client.create(**QUICK)["id"])
    chalknet("backup", tmp_path / "copy.db", "--data-dir", server.folder)
    moved = new_server(tmp_path / "moved")
    assert chalknet("restore", tmp_path / "copy.db", "--data-dir", moved.folder).returncode == 0
    assert not list(moved.folder.glob("chalknet-kept-*"))
    moved.start()
    with Client(moved) as client:
        assert client.run(ended["id"])["fingerprint"] == ended["fingerprint"]


def test_files_of_a_server_that_was_killed_are_put_back_whole(new_server: NewServer, tmp_path: Path) -> None:
    """What was committed last is in the -wal beside the file."""
    server = new_server().start()
    with Client(server) as client:
        ended = client.until_ended(client.create(**QUICK)["id"])
        server.kill()
    for end in ("", "-wal"):
        shutil.copy(server.folder / f"chalknet.db{end}", tmp_path / f"copy.db{end}")
    moved = new_server(tmp_path / "moved")
    done = chalknet("restore", tmp_path / "copy.db", "--data-dir", moved.folder)
    assert done.returncode == 0, done.stderr
    with Client(moved.start()) as client:
        assert client.run(ended["id"])["fingerprint"] == ended["fingerprint"]


def test_what_is_no_copy_is_refused_and_changes_nothing(tmp_path: Path, new_server: NewServer) -> None:
    server = new_server().start()
    assert server.stop() == 0
    before = (server.folder / "chalknet.db").read_bytes()
    damaged, newer, foreign = (tmp_path / name for name in ("damaged.db", "newer.db", "foreign.db"))
    damaged.write_bytes(before[:4096] + b"\xff" * (len(before) - 4096))
    newer.write_bytes(before)
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE birds (name TEXT)")
    db.close()
    for file, words in (
        (damaged, "damaged"),
        (newer, "newer Chalknet"),
        (foreign, "not a database of Chalknet"),
        (tmp_path / "none.db", "no file"),
    ):
        told = chalknet("restore", file, "--data-dir", server.folder)
        assert told.returncode == 1
        assert words in told.stderr
    assert (server.folder / "chalknet.db").read_bytes() == before


def test_the_doctor_says_what_is_wrong_and_what_is_lost(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        client.until_ended(client.create(**QUICK)["id"])
    assert server.stop() == 0
    file = server.folder / "chalknet.db"
    well = chalknet("doctor", "--data-dir", server.folder)
    assert (well.returncode, "whole" in well.stdout) == (0, True)
    pages = file.read_bytes()
    damaged = pages[: 4096 * 3] + b"\xff" * 4096 * 2 + pages[4096 * 5 :]
    file.write_bytes(damaged)
    ill = chalknet("doctor", "--data-dir", server.folder)
    assert ill.returncode == 1
    assert "It is damaged" in ill.stdout
    assert "Not readable: part of the" in ill.stdout
    assert file.read_bytes() == damaged
