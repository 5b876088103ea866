"""What moves on the page: the layout shift of what is done in a lesson, in a real Chromium.

    python benchmarks/bench_shifts.py

Prints for each screen the shift of each step, of all together, and as CLS what of it came later than half
a second after a press, as browsers count it (target below 0.02): a digit opened on a phone may move what is
below it, a run that learns may not. --verbose names what has moved.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.browser import LAUNCH_FLAGS, chromium_path
from tests.classroom import Server

SCREENS = {
    "1440 x 900": {"viewport": {"width": 1440, "height": 900}},
    "1024 x 768": {"viewport": {"width": 1024, "height": 768}},
    "390 x 844": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
WATCH = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      shifts.push([entry.value, entry.hadRecentInput,
        entry.sources.map(({ node }) => node?.className || node?.nodeName)]);
  }).observe({ type: "layout-shift", buffered: true });
"""
SETTLE_MS = 1_200  # charts redraw twice a second


def main() -> None:
    print(f"{'':14}" + "".join(f"{step:>12}" for step in (*STEPS, "all", "CLS")))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        for screen, settings in SCREENS.items():
            data = Path(folder) / screen
            data.mkdir()
            server = Server(data).start()
            try:
                page = browser.new_page(**settings)  # type: ignore[arg-type]
                page.add_init_script(WATCH)
                values, unasked = measure(page, server.url)
                page.close()
            finally:
                server.stop()
            print(f"{screen:14}" + "".join(f"{value:12.4f}" for value in (*values, sum(values), unasked)))
        browser.close()


def measure(page: Page, url: str) -> tuple[list[float], float]:
    values, unasked = [], 0.0
    page.goto(f"{url}/?preset=two-features&epochs=8")
    for name, act in STEPS.items():
        act(page)
        page.wait_for_timeout(SETTLE_MS)
        found = page.evaluate("() => shifts.splice(0)")
        if "--verbose" in sys.argv:
            for value, asked, sources in found:
                print(f"    {name}: {value:.4f} {'asked for' if asked else ''} {sources}")
        values.append(sum(value for value, _, _ in found))
        unasked += sum(value for value, asked, _ in found if not asked)
    return values, unasked


def opened(page: Page) -> None:
    page.locator("html[data-ready]").wait_for(state="attached")
    page.locator(".lens-tab").first.wait_for(state="attached")


def start(page: Page) -> None:
    page.get_by_test_id("primary").click()
    page.locator(".digits-count[data-judged]").wait_for()


def finish(page: Page) -> None:
    page.locator(".stage[data-status=FINISHED]").wait_for(timeout=60_000)


def open_digit(page: Page) -> None:
    page.locator("canvas.digit-grid").press("ArrowRight")
    page.locator(".digit-card").wait_for(state="attached")


def again(page: Page) -> None:
    page.get_by_role("button", name="New run").click()
    page.locator(".run-name").nth(1).wait_for(state="attached")
    finish(page)


def compare(page: Page) -> None:
    page.locator(".runs-show input:not(:disabled)").first.evaluate("box => box.click()")


STEPS = {
    "open": opened,
    "start": start,
    "finish": finish,
    "digit": open_digit,
    "second run": again,
    "compare": compare,
}


if __name__ == "__main__":
    main()
