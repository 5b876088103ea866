"""What an open lens costs the training: epochs per second with each lens open on a live run, and with none.

    python benchmarks/bench_lenses.py            # one run: the page has a core that no worker uses
    python benchmarks/bench_lenses.py --runs 2   # both cores train: the page, too, takes its time from them

The preset full-digits trains on two workers. One page is open in a real Chromium on the same machine; its
lenses are opened in turn, and between two of them none is, so that a slow moment of the machine meets all.
Prints epochs per second and the share of those with no lens open (target: above 0.95).
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.browser import LAUNCH_FLAGS, chromium_path
from tests.classroom import Server

LENSES = ("initialization", "weights", "microscope", "confusion", "draw", "hints")
SETTLE_SECONDS = 1.0  # a lens that has just been opened loads its module and its pictures


def rate(http: httpx.Client, seconds: float) -> float:
    """Epochs per second of all runs together."""

    def epochs() -> float:
        runs = http.get("/runs").raise_for_status().json()["runs"]
        return float(sum(run["step"] / run["steps_per_epoch"] for run in runs))

    start, before = time.perf_counter(), epochs()
    time.sleep(seconds)
    return (epochs() - before) / (time.perf_counter() - start)


def click_tab(page: Page, lens: str) -> None:
    """Open a lens, or close it if it is open."""
    page.locator(f"#lens-tab-{lens}").click()
    time.sleep(SETTLE_SECONDS)


def measure(page: Page, http: httpx.Client, rounds: int, seconds: float) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {"none": [], **{lens: [] for lens in LENSES}}
    for _ in range(rounds):
        for lens in LENSES:
            rates["none"].append(rate(http, seconds))
            click_tab(page, lens)
            rates[lens].append(rate(http, seconds))
            click_tab(page, lens)
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        data.mkdir()
        server = Server(data, workers=2).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        try:
            with httpx.Client(base_url=f"{server.url}/api/v1") as http:
                for seed in range(arguments.runs):
                    body = {"preset": "full-digits", "epochs": 1000, "seed": seed + 1}
                    http.post("/runs", json=body).raise_for_status()
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(server.url)
                page.locator(".chart-panel .chart-point").first.wait_for(state="attached")
                rates = measure(page, http, arguments.rounds, arguments.seconds)
        finally:
            browser.close()
            server.stop(30)
    alone = statistics.median(rates["none"])
    print(f"{'lens':18}{'epochs/s':>10}{'min':>8}{'max':>8}{'share':>8}")
    for lens, values in rates.items():
        middle = statistics.median(values)
        print(f"{lens:18}{middle:10.2f}{min(values):8.2f}{max(values):8.2f}{middle / alone:8.2f}")


if __name__ == "__main__":
    main()
