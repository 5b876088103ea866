"""An experiment beside other people's runs: 5 x 5 cells with three seeds on all cores.

    python benchmarks/bench_experiment.py [--others 4] [--seconds 30]

Prints the answer times of REST (target p99 100 ms), how the steps of training were shared between the
experiment and each of the others' runs (target: equal shares), and how many cells were full one after the
other.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.bench_class import listed, percentile, rest_times
from tests.classroom import Server

SETTINGS = {"preset": "full-digits", "epochs": 3}
GRID = {
    "settings": SETTINGS,
    "vary": {"eta": [0.3, 1, 3, 10, 30], "batch_size": [10, 20, 50, 100, 1000]},
    "seeds": [1, 2, 3],
}


async def measure(server: Server, others: int, seconds: float) -> None:
    async with httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=60) as http:
        owners = [{"Chalknet-Owner": f"student {number}"} for number in range(others)]
        for owner in owners:
            run = {"preset": "full-digits", "epochs": 1000}
            (await http.post("/runs", json=run, headers=owner)).raise_for_status()
        await asyncio.sleep(3)
        plan = (await http.post("/experiment-plans", json=GRID)).raise_for_status().json()
        made = (await http.post("/experiments", json=GRID)).raise_for_status().json()
        print(f"planned: {plan['runs']} runs, {plan['expected_seconds']} s alone on all cores")
        before = samples(await listed(http))
        times = await rest_times(http, seconds)
        after = samples(await listed(http))
        told = (await http.get(f"/experiments/{made['id']}")).json()
    learned = {line: after[line] - before.get(line, 0) for line in after}
    total = sum(learned.values())
    print(
        f"REST: p50 {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms, {len(times)} calls"
    )
    for line, count in learned.items():
        print(f"{line:28}{count / total:8.3f} of all samples seen (equal shares: {1 / len(learned):.3f})")
    full = sum(cell["ended"] > 0 for cell in told["cells"])
    print(f"cells with a figure: {full} of {len(told['cells'])}; runs that have ended: {told['ended']}")


def samples(runs: list[dict[str, Any]]) -> dict[str, int]:
    """Samples that were learned from so far, by owner, those of the experiment together."""
    seen: dict[str, int] = {}
    for run in runs:
        line = "the experiment" if run["experiment"] else run["owner"]
        seen[line] = seen.get(line, 0) + run["step"] * run["config"]["batch_size"]
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--others", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        server = Server(data).start()
        try:
            asyncio.run(measure(server, options.others, options.seconds))
        finally:
            server.stop(30)


if __name__ == "__main__":
    main()
