"""What safety promises under faults, each done for real: kills at the worst moments, locks, full disks."""

import contextlib
import os
import random
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from chalknet.runs.points import early_steps
from chalknet.settings import Settings
from pydantic import ValidationError
from websockets.exceptions import WebSocketException

import nncore
from tests.classroom import LONG, QUICK, Client, Server, attempts
from tests.people import SECRET, student, teacher

NewServer = Callable[..., Server]
# 30 epochs of 423 steps, cut into slices of some tenths of a second.
SMALL = {"preset": "two-features", "epochs": 30, "batch_size": 5}


@pytest.fixture(scope="module")
def undisturbed(server: Server) -> str:
    """The fingerprint that every disturbed run must end with."""
    with Client(server) as client:
        return str(client.until_ended(client.create(**SMALL)["id"])["fingerprint"])


def epochs(events: list[dict[str, Any]]) -> list[int]:
    return [event["epoch"] for event in events if event["type"] == "epoch"]


def read_until_death(client: Client, run_id: str) -> list[dict[str, Any]]:
    """What a viewer is told until the connection breaks."""
    told: list[dict[str, Any]] = []
    with contextlib.suppress(WebSocketException, OSError):
        for event in client.events(run_id):
            told.append(event)
            assert event.get("status") != "FINISHED", "the fault did not strike"
    return told


@pytest.mark.parametrize("point", ["before-commit", "in-commit", "after-commit"])
# The first two commits are the creation and the first turn; slices follow.
@pytest.mark.parametrize("count", [3, 4])
def test_killed_at_the_worst_moment_nothing_is_lost_or_doubled(
    new_server: NewServer, undisturbed: str, point: str, count: int
) -> None:
    server = new_server(CHALKNET_FAULTS=f"{point}={count}").start()
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        told = read_until_death(client, run_id)
        assert server.process is not None
        assert server.process.wait(30) == -signal.SIGKILL
    again = new_server().start()
    with Client(again) as client:
        told += client.until_status(run_id, "FINISHED", after=told[-1]["seq"] if told else 0)
        assert epochs(told) == list(range(1, 31))
        points = [event["step"] for event in told if event["type"] == "measured"]
        assert points == list(early_steps(client.run(run_id)["steps_per_epoch"]))
        assert client.run(run_id)["fingerprint"] == undisturbed


def test_killed_while_the_log_is_made_it_is_made_the_next_time(new_server: NewServer) -> None:
    with pytest.raises(RuntimeError):
        new_server(CHALKNET_FAULTS="in-creation=1").start()
    server = new_server().start()
    with Client(server) as client:
        assert client.until_ended(client.create(**QUICK)["id"])["status"] == "FINISHED"


def test_what_was_acknowledged_is_there_after_a_kill(new_server: NewServer) -> None:
    server = new_server(CHALKNET_FAULTS="before-commit=9").start()
    acknowledged = []
    with Client(server) as client:
        try:
            for seed in range(100):
                acknowledged.append(client.create(**LONG, seed=seed)["id"])
        except httpx.TransportError:
            pass
    assert server.process is not None
    assert server.process.wait(30) == -signal.SIGKILL
    again = new_server().start()
    with Client(again) as client:
        assert acknowledged
        for run_id in acknowledged:
            assert client.run(run_id)["status"] in ("SCHEDULED", "RUNNING")


def test_a_locked_database_stops_writing_not_reading_and_loses_nothing(
    new_server: NewServer, undisturbed: str
) -> None:
    server = new_server().start()
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        outside = sqlite3.connect(server.folder / "chalknet.db", isolation_level=None, timeout=10)
        outside.execute("BEGIN IMMEDIATE")
        answer = client.http.post("/runs", json=QUICK)
        assert (answer.status_code, answer.json()["code"]) == (503, "store-unavailable")
        assert int(answer.headers["retry-after"]) > 0
        assert client.run(run_id)["id"] == run_id
        assert httpx.get(f"{server.url}/").status_code == 200
        outside.execute("ROLLBACK")
        outside.close()
        assert client.until_ended(run_id)["fingerprint"] == undisturbed
        client.create(**QUICK)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_said_and_runs_go_on_when_there_is_room(
    new_server: NewServer, small_disk: Path, undisturbed: str
) -> None:
    server = new_server(small_disk / "data").start()
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(65536))
            except OSError:
                pass
        for _ in attempts(30):  # until the room that SQLite had kept is used up
            answer = client.http.post("/runs", json={**LONG, "name": "x" * 80})
            if answer.status_code != 201:
                break
        assert (answer.status_code, answer.json()["code"]) == (507, "disk-full")
        assert httpx.get(f"{server.url}/").status_code == 200
        assert client.run(run_id)["status"] in ("RUNNING", "SCHEDULED", "FINISHED")
        filler.unlink()
        assert client.until_ended(run_id)["fingerprint"] == undisturbed


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filler


def test_a_full_disk_has_a_way_out(new_server: NewServer, small_disk: Path) -> None:
    server = new_server(small_disk / "data").start()
    with Client(server) as client:
        ended = [client.until_ended(client.create(**SMALL)["id"])["id"] for _ in range(3)]
        going = client.create(**LONG)["id"]
        fill(small_disk)
        for _ in attempts(30):
            answer = client.http.post("/runs", json={**LONG, "name": "x" * 80})
            if answer.status_code != 201:
                break
            assert client.http.delete(f"/runs/{answer.json()['id']}").status_code == 204
        assert (answer.status_code, answer.json()["code"]) == (507, "disk-full")
        assert "Deleting" in answer.json()["detail"]
        assert client.http.patch(f"/runs/{going}", json={"wanted": "stopped"}).status_code == 200
        client.until_status(going, "STOPPED")
        assert client.http.delete(f"/runs/{ended[0]}").status_code == 204
    server.kill()
    fill(small_disk)
    server.start()  # after a restart too
    with Client(server) as client:
        for run_id in (*ended[1:], going):
            assert client.http.delete(f"/runs/{run_id}").status_code == 204
        assert client.http.get("/runs").json()["runs"] == []
        (small_disk / "filler").unlink()
        for _ in attempts(30):  # the reserve is made first
            answer = client.http.post("/runs", json=QUICK)
            if answer.status_code == 201:
                break
        client.until_ended(answer.json()["id"])
        assert (server.folder / "reserve").stat().st_size > 256_000


def test_sigterm_ends_with_0_though_a_viewer_never_reads(new_server: NewServer) -> None:
    server = new_server().start()
    with Client(server) as client:
        made = [client.create(**LONG)["id"] for _ in range(2)]
        with socket.socket() as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect(("127.0.0.1", server.port))
            stuck.sendall(
                f"GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            assert b"101" in stuck.recv(100)
            client.until(made[0], lambda event: event["type"] == "epoch")
            start = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - start < 8
    server.start()
    with Client(server) as client:
        assert {client.run(run_id)["status"] for run_id in made} <= {"SCHEDULED", "RUNNING"}


@pytest.mark.parametrize("jump", ["clock-back", "clock-ahead"])
def test_order_survives_a_clock_that_jumps(new_server: NewServer, undisturbed: str, jump: str) -> None:
    server = new_server(CHALKNET_FAULTS=f"{jump}=4").start()
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        events = client.until_status(run_id, "FINISHED")
        times = [event["ts"] for event in events]
        years = {int(time[:4]) for time in times}
        assert max(years) - min(years) >= 9, "the clock did not jump"
        assert epochs(events) == list(range(1, 31))
        assert all(event["seconds"] > 0 for event in events if event["type"] == "epoch")
        assert client.run(run_id)["fingerprint"] == undisturbed


@pytest.mark.parametrize("jump", ["clock-back", "clock-ahead"])
def test_a_class_goes_on_though_the_clock_jumps(new_server: NewServer, jump: str) -> None:
    settings: dict[str, Any] = {"arguments": ["--class"], "CHALKNET_TEACHER_SECRET": SECRET}
    server = new_server(**settings, CHALKNET_FAULTS=f"{jump}=6").start()
    with teacher(server) as lead, student(server, lead.room()["code"], "Ada") as ada:
        body = {"kind": "number", "text": "How good?", "unit": "%", "least": 0, "most": 100}
        path = f"/class/questions/{lead.http.post('/class/questions', json=body).json()['id']}"
        run_id = ada.create(**SMALL)["id"]
        year = int(ada.until_status(run_id, "FINISHED")[-1]["ts"][:4])
        assert abs(year - datetime.now(UTC).year) >= 9, "the clock did not jump"
        ada.http.put(f"{path}/answer", json={"number": 90}).raise_for_status()
        server.kill()
        server = new_server(**settings, port=server.port).start()  # its clock is right again
        assert ada.http.get("/class/me").json()["name"] == "Ada"
        revealed = lead.http.patch(path, json={"status": "revealed"}).raise_for_status().json()
        assert len(revealed["answers"]) == 1
        assert epochs(ada.until_status(run_id, "FINISHED")) == list(range(1, 31))


def test_divergence_is_named_and_the_last_finite_weights_are_kept(client: Client) -> None:
    settings = {
        "preset": "two-features",
        "activation": "relu",
        "eta": 1000.0,
        "loss": "cross-entropy",
        "l2": 0.1,
    }
    made = [client.create(**settings, epochs=20)["id"] for _ in range(2)]
    first, second = [client.until_ended(run_id) for run_id in made]
    assert (first["status"], first["status_reason"]) == ("FAILED", "DIVERGED")
    assert "step" in first["status_detail"]
    assert first["fingerprint"] == second["fingerprint"]
    weights = client.http.get(f"/runs/{first['id']}/weights").content
    params = nncore.load_params(weights)
    assert all(np.isfinite(array).all() for array in (*params.w, *params.b))
    columns = client.http.get(f"/runs/{first['id']}/metrics").json()["columns"]
    assert all(value is None or abs(value) < 1e300 for value in columns["train_loss"])


def test_a_server_that_others_can_reach_refuses_to_be_killed_on_purpose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings(faults="clock-back=1").faults == {"clock-back": 1}  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="for tests"):
        Settings(host="0.0.0.0", faults="clock-back=1")  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="points are"):
        Settings(faults="nonsense=1")  # type: ignore[arg-type]


@pytest.mark.slow
def test_fifty_kills_at_random_moments(new_server: NewServer, undisturbed: str) -> None:
    moments = random.Random(os.environ.get("CHALKNET_TEST_SEED", "50"))
    server = new_server().start()
    long = {**SMALL, "epochs": 300}
    with Client(server) as client:
        expected = client.until_ended(client.create(**long)["id"])["fingerprint"]
        run_id = client.create(**long)["id"]
        told: list[dict[str, Any]] = []
        for _ in range(50):
            patience = moments.randint(1, 8)
            for event in client.events(run_id, after=told[-1]["seq"] if told else 0):
                told.append(event)
                patience -= 1
                if patience == 0 or event.get("status") == "FINISHED":
                    break
            server.kill()
            server.start()
            if told[-1].get("status") == "FINISHED":
                assert client.run(run_id)["fingerprint"] == expected
                assert epochs(told) == list(range(1, 301))
                run_id, told = client.create(**long)["id"], []
        told += client.until_status(run_id, "FINISHED", after=told[-1]["seq"] if told else 0)
        assert client.run(run_id)["fingerprint"] == expected
        assert epochs(told) == list(range(1, 301))
