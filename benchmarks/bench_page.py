"""From the Start button to the first point on the chart, in a real Chromium, on the preset full-digits.

    python benchmarks/bench_page.py

Prints the seconds from the click to the first marker of the accuracy chart, several times (target 2 s on an
idle machine with two cores), and how long after the navigation the button was there.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.browser import LAUNCH_FLAGS, chromium_path
from tests.classroom import Server

HAND_MS = 500  # between the pointer's first move and the click


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        data.mkdir()
        server = Server(data).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        points, ready = [], []
        try:
            for number in range(arguments.repeat):
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                start = time.perf_counter()
                page.goto(f"{server.url}/?seed={number + 2}", wait_until="commit")
                primary = page.get_by_test_id("primary")
                primary.wait_for()
                ready.append(time.perf_counter() - start)
                page.wait_for_load_state("networkidle")
                primary.hover()
                page.wait_for_timeout(HAND_MS)
                clicked = time.perf_counter()
                primary.click()
                page.locator(".chart-panel .chart-point").first.wait_for(state="attached")
                points.append(time.perf_counter() - clicked)
                page.locator(".stage-status", has_text="finished").wait_for(timeout=120_000)
                page.close()
                for run in httpx.get(f"{server.url}/api/v1/runs").json()["runs"]:
                    httpx.delete(f"{server.url}/api/v1/runs/{run['id']}").raise_for_status()
        finally:
            browser.close()
            server.stop()
    print(f"{'seconds':28}{'median':>8}{'longest':>9}")
    for name, values in (("page answers after", ready), ("Start to first point", points)):
        print(f"{name:28}{statistics.median(values):8.2f}{max(values):9.2f}")


if __name__ == "__main__":
    main()
