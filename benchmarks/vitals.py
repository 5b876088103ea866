"""What a server has taken of its machine, and what a calm person waits for meanwhile."""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
import psutil
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.bench_class import percentile, private_mb
from tests.classroom import Server

CUT_OFF = (OSError, httpx.HTTPError, WebSocketException, TimeoutError)
SILENCE_SECONDS = 15.0  # a server with runs is never silent for so long: who hears nothing connects anew
PROBE_SECONDS = 0.2


HEAD = " " * 17 + "MB: server  others  files  disk   REST p50     p99   epoch p50   p99 (ms)"


@dataclass(frozen=True)
class Vitals:
    """Of the server alone, but for `workers_mb`: memory of all its processes together."""

    server_mb: float
    workers_mb: float
    descriptors: int
    disk_mb: float

    @classmethod
    def of(cls, server: Server) -> "Vitals":
        process = psutil.Process(server.pid)
        workers = 0.0
        for child in process.children(recursive=True):
            with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
                workers += private_mb(child)
        disk = sum(path.stat().st_size for path in server.folder.iterdir() if path.is_file())
        return cls(private_mb(process), workers, process.num_fds(), disk / 1e6)

    def row(self, what: str, waits: "Waits") -> str:
        """A line under HEAD."""
        told = f"{self.server_mb:8.1f}{self.workers_mb:8.1f}{self.descriptors:7}{self.disk_mb:7.1f}"
        return f"{what:17}{told} {waits.row()}"


@dataclass
class Waits:
    """What somebody calm has waited for, in seconds, since it was last told."""

    rest: list[float] = field(default_factory=list)
    epochs: list[float] = field(default_factory=list)

    def row(self) -> str:
        """p50 and p99 of both in milliseconds; begins anew."""
        both = [percentile(values, share) for values in (self.rest, self.epochs) for share in (0.5, 0.99)]
        self.rest.clear()
        self.epochs.clear()
        return "".join(f"{milliseconds:8.1f}" for milliseconds in both)


async def ask_calmly(server: Server, cookie: str, waits: Waits) -> None:
    """Read the list of runs five times a second, for ever."""
    async with httpx.AsyncClient(base_url=f"{server.url}/api/v1", headers={"Cookie": cookie}) as http:
        while True:
            start = time.perf_counter()
            with suppress(*CUT_OFF):
                (await http.get("/runs?limit=20")).raise_for_status()
                waits.rest.append(time.perf_counter() - start)
            await asyncio.sleep(PROBE_SECONDS)


class Follower:
    """A page that comes back whenever it is cut off, and writes down the epochs it is told, by run."""

    def __init__(self, server: Server, cookie: str, after: int = 0, waits: Waits | None = None) -> None:
        self._server, self._cookie, self._waits = server, cookie, waits
        self.seq = after
        self.epochs: dict[str, list[int]] = {}
        self.told_at = 0.0  # when it last heard anything, by time.monotonic()
        self.reconnects = -1

    async def follow(self) -> None:
        """For ever."""
        while True:
            self.reconnects += 1
            with suppress(*CUT_OFF):
                await self._read()
            await asyncio.sleep(0.2)

    async def _read(self) -> None:
        url = f"ws://127.0.0.1:{self._server.port}/api/v1/ws?hello=true&after={self.seq}"
        headers = {"Cookie": self._cookie}
        async with connect(url, max_size=None, compression=None, additional_headers=headers) as socket:
            newest = json.loads(await socket.recv())["newest"]
            while True:
                async with asyncio.timeout(SILENCE_SECONDS):
                    message = json.loads(await socket.recv())
                self.told_at = time.monotonic()
                epochs = [event for event in message["events"] if event["type"] == "epoch"]
                for event in epochs:
                    self.epochs.setdefault(event["run_id"], []).append(event["epoch"])
                self.seq = max([self.seq, *(event["seq"] for event in message["events"])])
                if epochs and self.seq > newest and self._waits is not None and "t" in message:
                    self._waits.epochs.append(time.time() - message["t"])
