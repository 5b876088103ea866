"""Lighthouse on the page over loopback: desktop and mobile, an empty server and one with ten ended runs.

    python benchmarks/bench_lighthouse.py [--repeat 3] [--keep folder]

Needs node: Lighthouse comes from npm, the browser is the installed Chromium. Prints medians of the scores and
of the figures that make the performance score.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.browser import chromium_path
from tests.classroom import Client, Server

RUNS = 10
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
CATEGORIES = ("performance", "accessibility", "best-practices")
FIGURES = {
    "first-contentful-paint": "FCP",
    "largest-contentful-paint": "LCP",
    "speed-index": "SI",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="a folder for Lighthouse's reports")
    arguments = parser.parse_args()
    print(f"{'':18}{'perf':>5}{'acc':>5}{'best':>5}" + "".join(f"{name:>8}" for name in FIGURES.values()))
    with tempfile.TemporaryDirectory() as folder:
        keep = arguments.keep or Path(folder)
        keep.mkdir(exist_ok=True)
        (Path(folder) / "data").mkdir()
        server = Server(Path(folder) / "data").start()
        try:
            measure("empty", server.url, keep, arguments.repeat)
            with Client(server) as client:
                for seed in range(RUNS):
                    client.until_ended(client.create(preset="two-features", seed=seed)["id"])
            measure("ten runs", server.url, keep, arguments.repeat)
        finally:
            server.stop()


def measure(name: str, url: str, keep: Path, repeat: int) -> None:
    """Some reports of each kind, and a line with their medians."""
    for device in ("desktop", "mobile"):
        reports = []
        for number in range(repeat):
            file = keep / f"{name.replace(' ', '-')}-{device}-{number}.json"
            reports.append(report(url, file, ["--preset=desktop"] if device == "desktop" else []))
        scores = [
            median(100 * found["categories"][kind]["score"] for found in reports) for kind in CATEGORIES
        ]
        figures = [median(found["audits"][key]["numericValue"] for found in reports) for key in FIGURES]
        numbers = "".join(f"{value:8.3f}" if value < 1 else f"{value:8.0f}" for value in figures)
        print(
            f"{name + ', ' + device:18}" + "".join(f"{score:5.0f}" for score in scores) + numbers, flush=True
        )


def report(url: str, file: Path, options: list[str]) -> dict[str, Any]:
    command = ["npx", "--yes", "lighthouse", url, "--quiet", f"--chrome-flags={FLAGS}", *options]
    command += ["--output=json", f"--output-path={file}", f"--only-categories={','.join(CATEGORIES)}"]
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium_path() or ""}, timeout=180)
    return dict(json.loads(file.read_text()))


def median(values: Any) -> float:
    return statistics.median(list(values))


if __name__ == "__main__":
    main()
