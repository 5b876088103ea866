"""A class at work: many runs through REST, many viewers on websockets, and what everybody has to wait.

    python benchmarks/bench_class.py --runs 30 --viewers 200

Prints epochs per second as a share of what the bare kernel reaches on the same cores in the same run, the
evaluation of both sets counted in both: before anybody looks (target at least 0.9), and while viewers and a
script who sit on these very cores take their part of them, which is printed. Then the longest time that a run
waited for its next slice (target 5 s with 30 runs on 2 cores), the delivery of epochs from commit to viewer
(target p99 250 ms with ten viewers), the answer times of REST (target p99 100 ms), and the memory of server
and workers (target 40 MB of a worker's own).
"""

import argparse
import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import httpx
import psutil
from websockets.asyncio.client import connect

sys.path.insert(0, str(Path(__file__).parent.parent))

from chalknet.engine.executors import ProcessSlots
from chalknet.engine.worker import Slice, run_slice

from nncore import Recipe
from tests.classroom import Server

RECIPE = Recipe(shape=(784, 30, 10), batch_size=10)
STEPS_PER_EPOCH = 6000


def kernel_epochs_per_second(folder: Path, cores: int, epochs: int) -> float:
    """What the same slices reach with no server around them: one process per core, an epoch a slice."""
    with ProcessSlots(cores) as executor:
        slices = [Slice("digits", folder, RECIPE, 3.0, STEPS_PER_EPOCH, None) for _ in range(cores)]
        for future in [executor.submit(run_slice, work) for work in slices]:
            future.result()  # warm
        start = time.perf_counter()
        for _ in range(epochs):
            for future in [executor.submit(run_slice, work) for work in slices]:
                future.result()
        return cores * epochs / (time.perf_counter() - start)


class Viewer(asyncio.Protocol):
    """Follows all runs with next to no work of its own: it stamps what arrives, and reads it after the run.

    A viewer of a class sits elsewhere; a client library here would take the cores that are measured.
    """

    def __init__(self, port: int, after: int, header: str = "") -> None:
        self._request = (
            f"GET /api/v1/ws?after={after} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"{header}Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n"
        )
        self.received: list[tuple[float, bytes]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request.encode())

    def data_received(self, data: bytes) -> None:
        self.received.append((time.time(), data))

    def epochs(self) -> Iterator[tuple[float, dict[str, Any]]]:
        """Each epoch event with the time at which its last byte arrived."""
        for at, text in text_frames(self.received):
            yield from ((at, event) for event in json.loads(text)["events"] if event["type"] == "epoch")


def text_frames(received: list[tuple[float, bytes]]) -> Iterator[tuple[float, bytes]]:
    """The texts of a websocket's bytes, its handshake included, and when the last byte of each arrived."""
    buffer = b""
    headed = False
    for at, data in received:
        buffer += data
        if not headed:
            head, found, rest = buffer.partition(b"\r\n\r\n")
            if not found:
                continue
            assert b" 101 " in head, head
            buffer, headed = rest, True
        while (frame := first_frame(buffer)) is not None:
            opcode, payload, buffer = frame
            if opcode == 1:
                yield at, payload


def first_frame(buffer: bytes) -> tuple[int, bytes, bytes] | None:
    """The first whole frame of a server, and what follows it."""
    if len(buffer) < 4:
        return None
    length, start = buffer[1] & 127, 2
    if length >= 126:
        wide = 2 if length == 126 else 8
        length, start = int.from_bytes(buffer[2 : 2 + wide]), 2 + wide
    end = start + length
    return (buffer[0] & 15, buffer[start:end], buffer[end:]) if len(buffer) >= end else None


class Witness:
    """One viewer that notes how long each run was without a slice."""

    def __init__(self) -> None:
        self.last: dict[str, float] = {}
        self.longest = 0.0
        self.running: set[str] = set()

    async def follow(self, url: str, after: int) -> None:
        async with connect(f"{url}?after={after}", max_size=None, compression=None) as socket:
            async for text in socket:
                now = time.monotonic()
                for event in json.loads(text)["events"]:
                    run_id = event["run_id"]
                    if event["type"] in ("epoch", "progress") or event.get("status") == "RUNNING":
                        self.longest = max(self.longest, now - self.last.get(run_id, now))
                        self.last[run_id] = now


async def rest_times(http: httpx.AsyncClient, seconds: float) -> list[float]:
    """How long GET of a list, of a run, and PATCH of a name take, one after the other."""
    times: list[float] = []
    end = time.monotonic() + seconds
    runs = (await http.get("/runs", params={"limit": 5})).json()["runs"]
    number = 0
    while time.monotonic() < end:
        run_id = runs[number % len(runs)]["id"]
        number += 1
        calls: list[tuple[str, str, dict[str, Any]]] = [
            ("GET", "/runs?limit=50", {}),
            ("GET", f"/runs/{run_id}/metrics", {}),
            ("PATCH", f"/runs/{run_id}", {"json": {"name": f"Run {number}"}}),
        ]
        for method, path, extra in calls:
            start = time.perf_counter()
            (await http.request(method, path, **extra)).raise_for_status()
            times.append(time.perf_counter() - start)
        await asyncio.sleep(0.05)
    return times


async def listed(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    return list((await http.get("/runs?limit=500")).raise_for_status().json()["runs"])


class Pace:
    """How fast runs learn from now on, and who uses the cores meanwhile."""

    def __init__(self, server: Server, runs: list[dict[str, Any]]) -> None:
        self._processes = {
            "cores_of_the_server": [psutil.Process(server.pid)],
            "cores_of_the_workers": server.workers(),
            "cores_of_viewers_and_script": [psutil.Process()],
        }
        self._steps, self._spent, self._clock = self._now(runs)

    def _now(self, runs: list[dict[str, Any]]) -> tuple[int, dict[str, float], float]:
        spent = {
            name: sum(sum(process.cpu_times()[:2]) for process in processes)
            for name, processes in self._processes.items()
        }
        return sum(run["step"] for run in runs), spent, time.perf_counter()

    def until(self, runs: list[dict[str, Any]]) -> tuple[float, dict[str, float]]:
        """Epochs per second in all, and the cores that each has used."""
        steps, spent, clock = self._now(runs)
        span = clock - self._clock
        return (
            (steps - self._steps) / STEPS_PER_EPOCH / span,
            {name: (spent[name] - self._spent[name]) / span for name in spent},
        )


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")


def private_mb(process: psutil.Process) -> float:
    """Memory that this process alone has written; the mapped data is the page cache's."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty")) * 1024 / 1e6


async def observe(server: Server, arguments: argparse.Namespace) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=60) as http:
        url = f"ws://127.0.0.1:{server.port}/api/v1/ws"
        started = time.perf_counter()
        body = {"preset": "full-digits", "epochs": 1000}
        for number in range(arguments.runs):
            answer = await http.post("/runs", json=body, headers={"Chalknet-Owner": f"student {number}"})
            answer.raise_for_status()
        create_ms = (time.perf_counter() - started) / arguments.runs * 1000
        await asyncio.sleep(arguments.warm_up)
        alone = Pace(server, await listed(http))
        await asyncio.sleep(arguments.seconds)
        alone_speed, _ = alone.until(await listed(http))
        seq = max(run["seq"] for run in await listed(http))
        viewers = []
        for _ in range(arguments.viewers):
            viewers.append(Viewer(server.port, seq))
            await asyncio.get_running_loop().create_connection(lambda: viewers[-1], "127.0.0.1", server.port)
        witness = Witness()
        watching = asyncio.create_task(witness.follow(url, seq))
        await asyncio.sleep(1 + arguments.viewers / 200)
        beside = Pace(server, await listed(http))
        times = await rest_times(http, arguments.seconds)
        speed, cores = beside.until(await listed(http))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        for viewer in viewers:
            viewer.transport.abort()
    holes, delays = 0, []
    for viewer in viewers:
        seen: dict[str, list[int]] = {}
        for at, event in viewer.epochs():
            delays.append(at - datetime.fromisoformat(event["ts"]).timestamp())
            seen.setdefault(event["run_id"], []).append(event["epoch"])
        holes += sum(epochs != list(range(epochs[0], epochs[-1] + 1)) for epochs in seen.values())
    return {
        "epochs_per_second_alone": alone_speed,
        "epochs_per_second": speed,
        **cores,
        "create_ms": create_ms,
        "longest_wait_s": witness.longest,
        "delivery_p50_ms": percentile(delays, 0.5),
        "delivery_p99_ms": percentile(delays, 0.99),
        "deliveries": len(delays),
        "holes": holes,
        "rest_p50_ms": percentile(times, 0.5),
        "rest_p99_ms": percentile(times, 0.99),
        "rest_calls": len(times),
        "server_mb": private_mb(psutil.Process(server.pid)),
        "worker_mb": max(private_mb(worker) for worker in server.workers()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--warm-up", type=float, default=3)
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data", workers=arguments.workers)
        server.folder.mkdir()
        server.start()
        try:
            bare = kernel_epochs_per_second(server.folder / "datasets", arguments.workers, 5)
            figures = asyncio.run(observe(server, arguments))
        finally:
            server.stop(30)
            again = kernel_epochs_per_second(server.folder / "datasets", arguments.workers, 5)
    bare = (bare + again) / 2  # before and after: the machine's speed drifts
    print(f"{arguments.runs} runs, {arguments.viewers} viewers, {arguments.workers} workers")
    print(f"{'bare kernel, epochs per second':40}{bare:10.2f}")
    print(f"{'share of it before anybody looks':40}{figures['epochs_per_second_alone'] / bare:10.2f}")
    print(f"{'share of it beside viewers and script':40}{figures['epochs_per_second'] / bare:10.2f}")
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):40}{value:10.2f}")


if __name__ == "__main__":
    main()
