"""What two hundred looks into a large network cost everybody else: who stops a run, and the event loop.

    python benchmarks/bench_looks.py

A hundred runs of 784-1000-1000-10 are paused at their beginning. One script asks for the confusion of each,
now and before the first step, over fifty connections; what is refused with 429 is asked again. Meanwhile a
small run is started and stopped again and again. Prints how long the answer to PATCH takes and how long until
the run is STOPPED, alone and with the storm (target: the storm adds less than 100 ms to the answer), and how
many questions were answered and refused. Then asks all lenses of a large run one after the other, and prints
how many callbacks of the event loop were longer, and how many samples of its lateness larger, than a bound
(target: no callback above 5 ms; other programs make it late, too, so compare that with the loop at rest).
"""

import argparse
import asyncio
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Coroutine
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from chalknet.lenses.registry import LENSES

from tests.classroom import Server

LARGE = {"shape": [784, 1000, 1000, 10], "train_size": 1000, "epochs": 10}
SMALL = {"preset": "two-features", "epochs": 1000, "batch_size": 1}
PATHS = [lens.path for lens in LENSES if lens.path != "plane"]
MOST = {
    "layers": "bins=500",
    "predictions": "count=1000",
    "plane": "points=200",
    "gradient-check": "layer=0&neuron=0",
    "confusion/samples": "actual=4&predicted=9&limit=1000",
}
BOUNDS = (0.001, 0.002, 0.005, 0.01, 0.02)
PROBE = str(Path(__file__).with_name("loop_probe.py"))


async def paused(http: httpx.AsyncClient, seed: int, **settings: Any) -> str:
    """A run that waits at its beginning; of an owner who has few others."""
    headers = {"chalknet-owner": f"class {seed % 10}"}
    run = (
        (await http.post("/runs", json={**settings, "seed": seed}, headers=headers)).raise_for_status().json()
    )
    (await http.patch(f"/runs/{run['id']}", json={"wanted": "paused"})).raise_for_status()
    return str(run["id"])


async def until(http: httpx.AsyncClient, run_id: str, status: str) -> None:
    while (await http.get(f"/runs/{run_id}")).json()["status"] != status:  # noqa: ASYNC110
        await asyncio.sleep(0.002)


async def stop_runs(http: httpx.AsyncClient, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds until PATCH is answered, and until the run is stopped."""
    answered, stopped = [], []
    for _ in range(rounds):
        run = (await http.post("/runs", json=SMALL)).raise_for_status().json()
        await until(http, run["id"], "RUNNING")
        await asyncio.sleep(0.1)
        start = time.perf_counter()
        (await http.patch(f"/runs/{run['id']}", json={"wanted": "stopped"})).raise_for_status()
        answered.append(1000 * (time.perf_counter() - start))
        await until(http, run["id"], "STOPPED")
        stopped.append(1000 * (time.perf_counter() - start))
        await http.delete(f"/runs/{run['id']}")
    return answered, stopped


def storm(url: str, paths: list[str], connections: int, results: "multiprocessing.Queue[int]") -> None:
    """All the questions, over so many connections at a time; one that is refused is asked again when told."""
    waiting = list(paths)

    async def ask(http: httpx.AsyncClient) -> None:
        while waiting:
            path = waiting.pop(0)
            answer = await http.get(path)
            results.put(answer.status_code)
            if answer.status_code == 429:
                waiting.append(path)
                await asyncio.sleep(float(answer.headers["retry-after"]))

    async def ask_all() -> None:
        headers = {"chalknet-owner": "the storm", "connection": "close"}
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=url, headers=headers, limits=limits, timeout=600) as http:
            await asyncio.gather(*(ask(http) for _ in range(connections)))

    asyncio.run(ask_all())


async def counts(http: httpx.AsyncClient, name: str) -> dict[float, int]:
    """How many samples of a histogram are at most so many seconds, since the server started."""
    text = (await http.get("../../metrics")).text
    rows = re.findall(name + r'_bucket{le="([^"]+)"} (\S+)', text)
    return {float(bound): int(float(value)) for bound, value in rows}


async def event_loop(http: httpx.AsyncClient, title: str, work: Coroutine[Any, Any, None]) -> None:
    """What `work` does to the event loop: how many callbacks and lateness samples are above some bounds."""
    names = ("chalknet_callback_seconds", "chalknet_event_loop_lag_seconds")
    before = [await counts(http, name) for name in names]
    await work
    for name, old in zip(names, before, strict=True):
        new = await counts(http, name)
        total = new[float("inf")] - old[float("inf")]
        above = {bound: total - (new[bound] - old[bound]) for bound in BOUNDS}
        told = "".join(f"{above[bound]:8}" for bound in BOUNDS)
        print(f"{title + ': ' + name[9:-8]:36}{total:8}{told}")


async def ask_all(http: httpx.AsyncClient, run_id: str, paths: Collection[str] = PATHS) -> None:
    for path in paths:
        for epoch in ("", "&epoch=0"):
            answer = await http.get(f"/runs/{run_id}/{path}?{MOST.get(path, '')}{epoch}", timeout=600)
            answer.raise_for_status()


def row(name: str, values: list[float]) -> None:
    print(f"{name:44}{statistics.median(values):8.1f}{max(values):8.1f}")


async def measure(url: str, rounds: int, runs: int, connections: int) -> None:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as http:
        ids = [await paused(http, seed, **LARGE) for seed in range(1, runs + 1)]
        small = await paused(http, 1, preset="two-features")
        await ask_all(http, small)  # the processes are there
        print(f"{'milliseconds':44}{'median':>8}{'max':>8}")
        alone = await stop_runs(http, rounds)
        row("alone: PATCH answered", alone[0])
        row("alone: STOPPED", alone[1])
        paths = [f"/runs/{run_id}/confusion{query}" for run_id in ids for query in ("", "?epoch=0")]
        results: multiprocessing.Queue[int] = multiprocessing.Queue()
        script = multiprocessing.Process(target=storm, args=(url, paths, connections, results), daemon=True)
        script.start()
        await asyncio.sleep(3)
        during = await stop_runs(http, rounds)
        row("with the storm: PATCH answered", during[0])
        row("with the storm: STOPPED", during[1])
        still_there = script.is_alive()
        script.terminate()
        again = await stop_runs(http, rounds)
        row("alone again: PATCH answered", again[0])
        row("alone again: STOPPED", again[1])
        answers = Counter(results.get() for _ in range(results.qsize()))
        print(f"answers to the storm by status: {dict(answers)}; it went on to the end: {still_there}")
        heads = "".join(f"{1000 * bound:6g}ms" for bound in BOUNDS)
        print(f"{'':36}{'samples':>8}" + heads)
        await event_loop(http, "at rest", asyncio.sleep(5))
        await event_loop(http, "all lenses", ask_all(http, ids[0]))
        await event_loop(http, "plane of 200 points", ask_all(http, small, ("plane",)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=30, help="small runs that are stopped")
    parser.add_argument("--runs", type=int, default=100, help="large runs, each asked about twice")
    parser.add_argument("--connections", type=int, default=50)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        server = Server(data, workers=2, program=(PROBE,)).start()
        try:
            url = f"{server.url}/api/v1"
            asyncio.run(measure(url, arguments.rounds, arguments.runs, arguments.connections))
        finally:
            server.stop(30)


if __name__ == "__main__":
    main()
