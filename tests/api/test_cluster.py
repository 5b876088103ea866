"""The same slices on a dask cluster: a real scheduler and workers, which die while a run is under way."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chalknet.engine.kernels import kernels
from chalknet.engine.threads import ONE_THREAD
from chalknet.settings import Settings
from pydantic import ValidationError

from tests.certificates import make_certificate
from tests.classroom import LONG, Client, Server, attempts, free_port

NewServer = Callable[..., Server]
SMALL = {"preset": "two-features", "epochs": 20, "batch_size": 5}


class Cluster:
    """`dask scheduler` and `dask worker` on this machine, as an operator starts them on several."""

    def __init__(self, folder: Path, scheme: str = "tcp", *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"{scheme}://127.0.0.1:{self.port}"
        self._options = ["--host", f"{scheme}://127.0.0.1", "--dashboard-address", "127.0.0.1:0", *options]
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def start_scheduler(self, **environment: str) -> None:
        self.scheduler = self._start("scheduler", "--port", str(self.port), "--no-dashboard", **environment)

    def start_worker(self, **environment: str) -> None:
        arguments = [self.address, "--no-nanny", "--no-dashboard", "--nthreads", "1", "--memory-limit", "0"]
        self.workers.append(
            self._start("worker", *arguments, **{**dict.fromkeys(ONE_THREAD, "1"), **environment})
        )

    def _start(self, program: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", program, *arguments, *self._options]
        environment = {**os.environ, "HOME": str(self.folder), **environment}
        with (self.folder / "cluster.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def kill_all(self) -> None:
        for process in [self.scheduler, *self.workers]:
            if process is not None:
                self.kill(process)
        self.workers.clear()


NewCluster = Callable[..., Cluster]


@pytest.fixture
def new_cluster(tmp_path: Path) -> Iterator[Callable[..., Cluster]]:
    """Make clusters that a test may break."""
    made: list[Cluster] = []

    def make(*arguments: str, workers: int, **environment: str) -> Cluster:
        cluster = Cluster(tmp_path, *arguments)
        made.append(cluster)
        if workers:
            cluster.start_scheduler(**environment)
        for _ in range(workers):
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


# dask does the slice again, or says at once that it died with its worker: then it is submitted again.
@pytest.mark.parametrize("failures_that_dask_hides", ["3", "0"])
def test_a_cluster_gives_the_same_bits_though_a_worker_is_killed(
    new_server: NewServer, new_cluster: NewCluster, undisturbed: str, failures_that_dask_hides: str
) -> None:
    cluster = new_cluster(workers=2, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=failures_that_dask_hides)
    server = new_server(CHALKNET_CLUSTER=cluster.address).start()
    with Client(server) as client:
        assert server.workers() == [], "the cluster trains, not this machine"
        made = [client.create(**SMALL)["id"] for _ in range(2)]
        client.until(made[0], is_under_way)
        cluster.kill(cluster.workers[0])
        for run_id in made:
            assert client.until_ended(run_id)["fingerprint"] == undisturbed
            assert epochs(client.until_status(run_id, "FINISHED")) == list(range(1, 21))


def test_without_workers_runs_wait_and_obey_and_go_on(
    new_server: NewServer, new_cluster: NewCluster, undisturbed: str
) -> None:
    cluster = new_cluster(workers=1)
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
        assert epochs(client.until_status(run_id, "FINISHED")) == list(range(1, 21))


def test_whoever_was_in_flight_when_the_cluster_went_is_stopped_all_the_same(
    new_server: NewServer, new_cluster: NewCluster
) -> None:
    cluster = new_cluster(workers=1)
    server = new_server(CHALKNET_CLUSTER=cluster.address).start()
    with Client(server) as client:
        made = [client.create(**LONG)["id"] for _ in range(2)]  # one of them has the worker
        for run_id in made:
            client.until(run_id, is_under_way)
        cluster.kill_all()
        for run_id in made:
            client.want(run_id, "stopped")
        for run_id in made:
            assert client.until_ended(run_id)["status"] == "STOPPED"


def test_this_machine_trains_while_the_cluster_is_away(
    new_server: NewServer, new_cluster: NewCluster, undisturbed: str
) -> None:
    cluster = new_cluster(workers=1)
    server = new_server(
        workers=2, CHALKNET_CLUSTER=cluster.address, CHALKNET_CLUSTER_FALLBACK="local"
    ).start()
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        client.until(run_id, is_under_way)
        cluster.kill_all()
        assert client.until_ended(run_id)["fingerprint"] == undisturbed
        assert len(server.workers()) == 2


def other_kernels() -> str:
    """Kernels that OpenBLAS has for this kind of machine, and would not choose on this one."""
    pc = platform.machine() in ("x86_64", "AMD64")
    names = ("Sandybridge", "Nehalem") if pc else ("ARMV8", "NEOVERSEN1")
    return next(name for name in names if name.lower() not in kernels()["BLAS"].lower())


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("OPENBLAS_NUM_THREADS", "2", "started without OPENBLAS_NUM_THREADS=1"),
        ("OPENBLAS_CORETYPE", other_kernels(), r"would give other bits: BLAS .* where the server has .*"),
    ],
)
def test_a_worker_that_would_give_other_bits_gets_no_work_and_may_be_replaced(
    new_server: NewServer, new_cluster: NewCluster, undisturbed: str, name: str, value: str, reason: str
) -> None:
    cluster = new_cluster(workers=0)
    server = new_server(CHALKNET_CLUSTER=cluster.address).start()
    with Client(server) as client:
        run_id = client.create(**SMALL)["id"]
        assert client.run(run_id)["status"] == "SCHEDULED"
        cluster.start_scheduler()
        cluster.start_worker(**{name: value})
        for _ in attempts(60):
            if re.search(reason, server.log.read_text()):
                break
        else:
            raise AssertionError(server.log.read_text())
        assert client.run(run_id)["step"] == 0
        cluster.kill(cluster.workers.pop())
        cluster.start_worker()
        assert client.until_ended(run_id)["fingerprint"] == undisturbed


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Enough for a cluster of one machine."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), "cluster")


def test_a_cluster_behind_tls(
    new_server: NewServer,
    new_cluster: NewCluster,
    certificate: tuple[Path, Path],
    undisturbed: str,
) -> None:
    cert, key = (str(path) for path in certificate)
    cluster = new_cluster("tls", "--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key, workers=1)
    server = new_server(
        CHALKNET_CLUSTER=cluster.address,
        CHALKNET_CLUSTER_CA=cert,
        CHALKNET_CLUSTER_CERT=cert,
        CHALKNET_CLUSTER_KEY=key,
    ).start()
    with Client(server) as client:
        assert client.until_ended(client.create(**SMALL)["id"])["fingerprint"] == undisturbed


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("tcp://10.1.2.3:8786", "without TLS whoever reaches"),
        ("tls://10.1.2.3:8786", "needs --cluster-ca"),
        ("10.1.2.3:8786", "is tls://host:port"),
        ("tls://10.1.2.3", "is tls://host:port"),
    ],
)
def test_a_cluster_that_anybody_could_use_is_refused(address: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Settings(cluster=address)
