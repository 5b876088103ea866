"""How long the page keeps a computer busy: ten runs of a hundred epochs on the charts, a quarter of the CPU.

    python benchmarks/bench_redraw.py [--trace redraw.json]

Eight runs have ended, two learn about two epochs a second each. Prints the long tasks (over 50 ms) from the
navigation to the first curves and those while the runs learn (target: none over 200 ms), drawings a second of
one chart (at most 5), and drawings of a hidden page (none).
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.browser import LAUNCH_FLAGS, chromium_path
from tests.classroom import Client, Server

RUNS, LEARNING = 10, 2
SLOWER = 4
WATCHED_SECONDS, HIDDEN_SECONDS = 20, 4
RUN = {"preset": "two-features", "epochs": 100}
RATE = 1000  # batches a second of the runs that learn: 2.4 epochs

WATCH = """() => {
  window.longTasks = [];
  const note = ({ startTime, duration }) => longTasks.push([startTime, duration]);
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
  observer.observe({ type: "longtask", buffered: true });
}"""
COUNT = """() => {
  const charts = [...document.querySelectorAll(".chart-plot")];
  window.redraws = [];
  for (const chart of charts)
    new MutationObserver(() => redraws.push(charts.indexOf(chart))).observe(chart, { childList: true });
}"""
HIDE = """() => {
  Object.defineProperty(document, "hidden", { value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--trace", help="a file for Chromium's trace of the time while the runs learn")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        data.mkdir()
        server = Server(data).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        try:
            with Client(server) as client:
                measure(browser, server, client, arguments.trace)
        finally:
            browser.close()
            server.stop()


def measure(browser: Browser, server: Server, client: Client, trace: str | None) -> None:
    """Start the runs, open the page on them, and print what the browser had to do."""
    ended = [client.create(seed=seed, **RUN)["id"] for seed in range(RUNS - LEARNING)]
    for run in ended:
        client.until_ended(run)
    learning = [client.create(seed=99 - k, **RUN)["id"] for k in range(LEARNING)]
    for run in learning:
        client.http.patch(f"/runs/{run}", json={"rate": RATE}).raise_for_status()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(f"({WATCH})()")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{server.url}/?run={learning[0]}&with={'.'.join([*ended, *learning[1:]])}")
    page.locator(".chart-panel").nth(1).locator(".chart-line").first.wait_for(state="attached")
    page.wait_for_timeout(2000)
    opened = page.evaluate("performance.now()")
    page.evaluate(COUNT)
    if trace:
        browser.start_tracing(page=page, path=trace)
    began = time.perf_counter()
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    seconds = time.perf_counter() - began
    if trace:
        browser.stop_tracing()
    tasks: list[tuple[float, float]] = page.evaluate("longTasks")
    redraws = page.evaluate("redraws")
    report("until the curves are there", [length for start, length in tasks if start < opened])
    report("while the runs learn", [length for start, length in tasks if start >= opened])
    print(f"{'redraws a second and chart':28}{redraws.count(0) / seconds:10.2f}")
    print(f"{'redraws of a hidden page':28}{redraws_when_hidden(page):10}")
    print(f"{'epochs of the learning runs':28}{[client.run(run)['epoch'] for run in learning]!s:>10}")


def redraws_when_hidden(page: Page) -> Any:
    page.evaluate(HIDE)
    before = page.evaluate("redraws.length")
    page.wait_for_timeout(HIDDEN_SECONDS * 1000)
    return page.evaluate("redraws.length") - before


def report(name: str, lengths: list[float]) -> None:
    longest = " ".join(f"{length:.0f}" for length in sorted(lengths, reverse=True)[:5])
    print(f"{name:28}{len(lengths):10}   longest {longest or '-'} ms")


if __name__ == "__main__":
    main()
