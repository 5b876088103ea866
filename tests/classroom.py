"""A real server in its own process, and a client that speaks to it as a script would."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from chalknet.lenses import inspection
from websockets.sync.client import ClientConnection, connect

START_SECONDS = 60
ENDED = {"FINISHED", "STOPPED", "FAILED"}
# Small enough for a test, large enough to be cut in the middle: 12,665 samples, 423 steps an epoch.
QUICK = {"preset": "two-features", "epochs": 5}
LONG = {"preset": "two-features", "epochs": 1000, "batch_size": 1}


class Server:
    """`chalknet serve` on a free or given port, with a data folder of its own, until stopped or killed."""

    def __init__(
        self,
        folder: Path,
        workers: int = 2,
        port: int = 0,
        python: Path = Path(sys.executable),
        directory: Path | None = None,
        program: Sequence[str] = ("-m", "chalknet"),
        arguments: Sequence[str] = (),
        scheme: str = "http",
        **environment: str,
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self._command = [str(python), *program, "serve", "--port", str(self.port)]
        self._command += ["--data-dir", str(folder), "--workers", str(workers), *arguments]
        self._directory = directory  # in which the process works
        self._environment = {**os.environ, **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder.with_suffix(".log")
        self.said = folder.with_suffix(".said")  # what it tells whoever has started it

    def start(self) -> "Server":
        """Start and wait until it answers."""
        with self.log.open("ab") as log, self.said.open("ab") as said:
            self.process = subprocess.Popen(
                self._command, env=self._environment, cwd=self._directory, stdout=said, stderr=log
            )
        transport = httpx.HTTPTransport(retries=0, verify=False)
        with httpx.Client(base_url=self.url, transport=transport) as client:
            for _ in attempts(START_SECONDS):
                if self.process.poll() is not None:
                    raise RuntimeError(f"the server ended: {self.log.read_text()[-2000:]}")
                try:
                    if client.get("/ready").status_code == 200:
                        return self
                except httpx.TransportError:
                    continue
        raise TimeoutError(self.log.read_text()[-2000:])

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def workers(self) -> list[psutil.Process]:
        """The processes that train: the server's children but those that look and that watch resources."""
        return [child for child in psutil.Process(self.pid).children() if _trains(child)]

    def kill(self) -> None:
        """As the power cut does it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 15) -> int:
        """Ask it to end, and return its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


class Client:
    """A script's view of the server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        # Reading the world's certificates takes longer than most tests; the server speaks plain http.
        self.http = httpx.Client(base_url=f"{server.url}/api/v1", timeout=30, verify=False)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def create(self, **settings: Any) -> dict[str, Any]:
        answer = self.http.post("/runs", json=settings)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def run(self, run_id: str) -> dict[str, Any]:
        return dict(self.http.get(f"/runs/{run_id}").raise_for_status().json())

    def want(self, run_id: str, wanted: str) -> dict[str, Any]:
        return dict(self.http.patch(f"/runs/{run_id}", json={"wanted": wanted}).raise_for_status().json())

    @contextmanager
    def socket(self, *run_ids: str, after: int = 0) -> Iterator[ClientConnection]:
        query = "&".join([f"after={after}", *(f"run={run_id}" for run_id in run_ids)])
        with connect(f"ws://127.0.0.1:{self.server.port}/api/v1/ws?{query}", max_size=None) as socket:
            yield socket

    def events(
        self, *run_ids: str, after: int = 0, timeout: float = 60
    ) -> Generator[dict[str, Any], None, None]:
        """Events one by one, for ever; raises TimeoutError when the server is silent for too long."""
        with self.socket(*run_ids, after=after) as socket:
            while True:
                yield from json.loads(socket.recv(timeout=timeout))["events"]

    def until(
        self, run_id: str, wanted: Callable[[dict[str, Any]], bool], after: int = 0
    ) -> list[dict[str, Any]]:
        """The run's events up to the first that is wanted."""
        seen = []
        with closing(self.events(run_id, after=after)) as events:
            for event in events:
                seen.append(event)
                if wanted(event):
                    return seen
        raise AssertionError("the server closed the socket")

    def until_status(self, run_id: str, *statuses: str, after: int = 0) -> list[dict[str, Any]]:
        return self.until(run_id, lambda event: event.get("status") in statuses, after)

    def until_ended(self, run_id: str) -> dict[str, Any]:
        """The run as it ended."""
        self.until_status(run_id, *ENDED)
        return self.run(run_id)


def _trains(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline()) and process.nice() != inspection.NICENESS
    except psutil.NoSuchProcess:  # it has just died
        return False


def free_port() -> int:
    """A port below those that the system hands out by itself: nobody takes it before our server does."""
    while True:
        port = secrets.choice(range(20_000, 32_000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def attempts(seconds: float) -> Iterator[None]:
    """Turns of a waiting loop, a twentieth of a second apart: for what nothing announces."""
    import time

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.05)
