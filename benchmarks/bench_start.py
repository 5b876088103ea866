"""A server that has run for a year: how long its start takes.

    python benchmarks/bench_start.py [--runs 1000] [--epochs 1000]

Writes so many finished runs (about half a kilobyte an epoch), then starts a server on them three times: the
first reads all that happened, as another version's would; the others what the runs have come to (target: 5 s
with a million events). Prints the seconds until /ready answers, how long the page and the list of runs take
then, and the server's memory.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.bench_class import private_mb
from tests import classroom
from tests.classroom import Server
from tests.stored import store_runs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=1000)
    arguments = parser.parse_args()
    classroom.START_SECONDS = 600
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        store_runs(data, [arguments.epochs] * arguments.runs)
        size = (data / "chalknet.db").stat().st_size / 1e6
        print(f"{arguments.runs} runs of {arguments.epochs} epochs: {size:.0f} MB")
        for what in ("all that happened", "what runs have come to", "again"):
            started = time.perf_counter()
            server = Server(data).start()
            took = time.perf_counter() - started
            page, runs = (seconds_of(server.url + path) for path in ("", "/api/v1/runs?limit=50"))
            memory = private_mb(psutil.Process(server.pid))
            print(f"{what:24} {took:6.1f} s; page {page:.2f} s, list {runs:.2f} s; {memory:.0f} MB")
            server.stop(60)


def seconds_of(url: str) -> float:
    started = time.perf_counter()
    httpx.get(url).raise_for_status()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
