"""The same slices on a dask cluster: a real scheduler and workers, which die while a run is under way."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import ValidationError

from app.settings import Settings
from tests.classroom import LONG, Client, Server, attempts, free_port

NewServer = Callable[..., Server]
SMALL = {"preset": "two-features", "epochs": 60, "batch_size": 5}
ONE_THREAD = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}


class Cluster:
    """`dask scheduler` and `dask worker` on this machine, as an operator starts them on several."""

    def __init__(self, folder: Path, scheme: str = "tcp", *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"{scheme}://127.0.0.1:{self.port}"
        self._options = ["--host", f"{scheme}://127.0.0.1", "--dashboard-address", "127.0.0.1:0", *options]
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def start_scheduler(self) -> None:
        self.scheduler = self._start("scheduler", "--port", str(self.port), "--no-dashboard")

    def start_worker(self, **environment: str) -> None:
        arguments = [self.address, "--no-nanny", "--no-dashboard", "--nthreads", "1", "--memory-limit", "0"]
        self.workers.append(self._start("worker", *arguments, **{**ONE_THREAD, **environment}))

    def _start(self, program: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", program, *arguments, *self._options]
        environment = {**os.environ, "HOME": str(self.folder), **environment}
        with (self.folder / "cluster.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def kill(self, process: subprocess.Popen[bytes] | None) -> None:
        assert process is not None
        process.kill()
        process.wait()

    def kill_all(self) -> None:
        for process in [self.scheduler, *self.workers]:
            self.kill(process)
        self.workers.clear()

    def working(self) -> list[subprocess.Popen[bytes]]:
        """Workers that have computed for a second and more: the others are only listening."""
        return [worker for worker in self.workers if psutil.Process(worker.pid).cpu_times().user > 1]


@pytest.fixture
def new_cluster(tmp_path: Path) -> Iterator[Callable[..., Cluster]]:
    """Make clusters of a scheduler and two workers that a test may break."""
    made: list[Cluster] = []

    def make(*arguments: str) -> Cluster:
        cluster = Cluster(tmp_path, *arguments)
        made.append(cluster)
        cluster.start_scheduler()
        for _ in range(2):
            cluster.start_worker()
        return cluster

    yield make
    for cluster in made:
        cluster.kill_all()


@pytest.fixture(scope="module")
def undisturbed(server: Server) -> str:
    """How the runs of these tests end on the server's own machine."""
    with Client(server) as client:
        return str(client.until_ended(client.create(**SMALL)["id"])["fingerprint"])


def is_under_way(event: dict[str, Any]) -> bool:
    return event["type"] in ("progress", "epoch")


def epochs(events: list[dict[str, Any]]) -> list[int]:
    return [event["epoch"] for event in events if event["type"] == "epoch"]


def test_a_cluster_gives_the_same_bits_though_its_workers_are_killed(
    new_server: NewServer, new_cluster: Callable[..., Cluster], undisturbed: str
) -> None:
    cluster = new_cluster()
    server = new_server(CHALKNET_CLUSTER=cluster.address).start()
    with Client(server) as client:
        assert server.workers() == [], "the cluster trains, not this machine"
        made = [client.create(**SMALL)["id"] for _ in range(2)]
        client.until(made[0], is_under_way)
        cluster.kill(cluster.workers[0])
        for run_id in made:
            assert client.until_ended(run_id)["fingerprint"] == undisturbed
            assert epochs(client.until_status(run_id, "FINISHED")) == list(range(1, 61))


def test_without_workers_runs_wait_and_obey_and_go_on(
    new_server: NewServer, new_cluster: Callable[..., Cluster], undisturbed: str
) -> None:
    cluster = new_cluster()
    server = new_server(CHALKNET_CLUSTER=cluster.address).start()
    with Client(server) as client:
        run_id, other = client.create(**SMALL)["id"], client.create(**LONG)["id"]
        client.until(run_id, is_under_way)
        client.until(other, is_under_way)
        cluster.kill_all()
        client.want(other, "stopped")
        assert client.until_ended(other)["fingerprint"]
        assert client.run(run_id)["status"] == "RUNNING"
        cluster.start_scheduler()
        cluster.start_worker()
        assert client.until_ended(run_id)["fingerprint"] == undisturbed
        assert epochs(client.until_status(run_id, "FINISHED")) == list(range(1, 61))


def test_a_cluster_may_come_later_than_the_server(
    new_server: NewServer, tmp_path: Path, undisturbed: str
) -> None:
    cluster = Cluster(tmp_path)
    server = new_server(CHALKNET_CLUSTER=cluster.address).start()
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        assert client.run(run_id)["status"] == "SCHEDULED"
        try:
            cluster.start_scheduler()
            cluster.start_worker()
            assert client.until_ended(run_id)["fingerprint"] == undisturbed
        finally:
            cluster.kill_all()


def test_this_machine_trains_while_the_cluster_is_away(
    new_server: NewServer, new_cluster: Callable[..., Cluster], undisturbed: str
) -> None:
    cluster = new_cluster()
    server = new_server(CHALKNET_CLUSTER=cluster.address, CHALKNET_CLUSTER_FALLBACK="local").start()
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        client.until(run_id, is_under_way)
        cluster.kill_all()
        assert client.until_ended(run_id)["fingerprint"] == undisturbed
        assert len(server.workers()) == 2


def test_a_worker_that_would_give_other_bits_gets_no_work(
    new_server: NewServer, tmp_path: Path, undisturbed: str
) -> None:
    cluster = Cluster(tmp_path)
    server = new_server(CHALKNET_CLUSTER=cluster.address).start()
    try:
        cluster.start_scheduler()
        cluster.start_worker(OPENBLAS_NUM_THREADS="2")
        with Client(server) as client:
            run_id = client.create(**SMALL)["id"]
            for _ in attempts(20):
                if "started without OPENBLAS_NUM_THREADS=1" in server.log.read_text():
                    break
            assert client.run(run_id)["step"] == 0
            cluster.kill(cluster.workers.pop())
            cluster.start_worker()
            assert client.until_ended(run_id)["fingerprint"] == undisturbed
    finally:
        cluster.kill_all()
