"""The teacher's page before a class at work: forty students, three runs each, a third of which learn.

    python benchmarks/bench_crowd.py [--slower 4]

Two runs of each student have ended after twenty epochs, the third learns about an epoch a second. Prints the
long tasks (over 50 ms; target none on a desktop) while the page is opened, while the runs learn, while the
list is filtered, and on each side of the sheet of the whole class.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.bench_redraw import WATCH, report
from tests.browser import LAUNCH_FLAGS, chromium_path
from tests.classroom import Server
from tests.people import SECRET, Person, student, teacher

STUDENTS, ENDED = 40, 2
RUN = {"preset": "two-features", "batch_size": 100}
RATE = 127  # batches a second: an epoch of 12,665 samples in batches of 100
WATCHED_SECONDS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--slower", type=float, default=1, help="how many times slower the browser's processor is"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        data.mkdir()
        server = Server(data, arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        try:
            with teacher(server) as lead:
                fill(server, lead)
            measure(browser, server, arguments.slower)
        finally:
            browser.close()
            server.stop()


def fill(server: Server, lead: Person) -> None:
    """The class and its runs."""
    code = str(lead.room()["code"])
    people = [student(server, code, f"Student {number}") for number in range(STUDENTS)]
    for person in people:
        for seed in range(ENDED):
            person.until_ended(person.create(**RUN, epochs=20, seed=seed)["id"])
    for person in people:
        run = person.create(**RUN, epochs=1000)
        person.http.patch(f"/runs/{run['id']}", json={"rate": RATE}).raise_for_status()
        person.http.close()


def measure(browser: Browser, server: Server, slower: float) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(f"({WATCH})()")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(f"{server.url}/#teacher={SECRET}")
    page.locator(".runs tbody tr").nth(5).wait_for()
    page.wait_for_timeout(2000)
    tell(page, "opened")
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    tell(page, "the runs learn")
    page.get_by_role("region", name="Runs").scroll_into_view_if_needed()
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    tell(page, "the list is on the screen")
    page.get_by_role("button", name="Whole class").click()
    sheet = page.get_by_role("dialog", name="Whole class")
    for side in ("Picture", "Wall", "Table"):
        sheet.get_by_role("tab", name=side).click()
        page.wait_for_timeout(WATCHED_SECONDS * 1000)
        tell(page, f"whole class: {side.lower()}")
    sheet.locator("#overview-name").press_sequentially("student 3", delay=100)
    page.wait_for_timeout(2000)
    tell(page, "filtered by a name")


def tell(page: Page, what: str) -> None:
    """The long tasks since the last time."""
    report(what, [length for _, length in page.evaluate("longTasks.splice(0)")])


if __name__ == "__main__":
    main()
