"""Make the pictures of the page in docs/screenshots: python -m tests.e2e.screenshots"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import LAUNCH_FLAGS, chromium_path
from tests.classroom import Client, Server
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.film import film
from tests.e2e.lab import entry, points, primary
from tests.e2e.lesson import Lesson
from tests.people import SECRET

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WALL = {"viewport": {"width": 1920, "height": 1080}}


LENSES = {
    "first-weights": "First weights",
    "weights": "Weights",
    "backprop": "Back-propagation",
    "confusion": "Confusion",
    "draw": "Draw a digit",
    "hints": "Hints",
}


class Camera:
    """Opens a page, waits until it shows what it should, and takes its picture."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server

    def take(self, name: str, query: str, ready: Callable[[Page], None], **settings: object) -> None:
        context = self.browser.new_context(**settings)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(self.server.url + query)
        ready(page)
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()


def main() -> None:
    """From the empty server to a class with several runs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        with running(Path(folder) / "laboratory") as server, Client(server) as client:
            film(browser, server, FOLDER / "first-epoch.webp")
            for run in client.http.get("/runs").json()["runs"]:
                client.http.delete(f"/runs/{run['id']}").raise_for_status()
            photograph(Camera(browser, server), client)
        school = running(Path(folder) / "class", arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET)
        with school as server:
            photograph_a_lesson(browser, server)
        browser.close()


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Server]:
    folder.mkdir()
    server = Server(folder, **settings).start()
    try:
        yield server
    finally:
        server.stop()


def photograph(camera: Camera, client: Client) -> None:
    camera.take("empty-desktop-light", "/", unjudged, **DESKTOP)
    runs = [
        client.create(preset="scaled-initialization", epochs=20, name="Scaled"),
        client.create(preset="full-digits", eta=0.3, name="Slow learner"),
    ]
    ended = [client.until_ended(run["id"]) for run in runs]
    last = client.create(preset="full-digits", name="Lecture")
    camera.take("learning-desktop-dark", "/", after(8), color_scheme="dark", **DESKTOP)
    lecture = client.until_ended(last["id"])["id"]
    others = ".".join(run["id"] for run in ended)
    for scheme in ("light", "dark"):
        camera.take(
            f"finished-desktop-{scheme}", f"/?run={lecture}", after(20), color_scheme=scheme, **DESKTOP
        )
        camera.take(f"finished-phone-{scheme}", f"/?run={lecture}", after(20), color_scheme=scheme, **PHONE)
    camera.take("compared-desktop-light", f"/?run={lecture}&with={others}", drawn(120), **DESKTOP)
    camera.take("projector-light", f"/?run={lecture}&with={others}&view=projector", drawn(120), **WALL)
    camera.take("digit-phone-light", f"/?run={lecture}&wrong=1&digit=9", opened, **PHONE)
    camera.take("refused-desktop-light", f"/?run={lecture}", refused, **DESKTOP)
    camera.take("chinese-desktop-light", f"/?run={lecture}", drawn(40), locale="zh-TW", **DESKTOP)
    for name, label in LENSES.items():
        camera.take(f"lens-{name}-desktop-light", f"/?run={lecture}", through(label), **DESKTOP)
    plane = client.until_ended(client.create(preset="two-features", name="Two features")["id"])["id"]
    camera.take("lens-plane-desktop-light", f"/?run={plane}", through("Plane"), **DESKTOP)
    weights = through("First weights")
    camera.take("lens-first-weights-phone-dark", f"/?run={lecture}", weights, color_scheme="dark", **PHONE)


def photograph_a_lesson(browser: Browser, server: Server) -> None:
    """What the teacher and the students see, from the invitation to eyes on me."""

    def open_page(url: str, *, forgive: object, **settings: Any) -> Page:
        page = browser.new_context(**settings).new_page()
        page.goto(url)
        page.locator("html[data-ready]").wait_for(state="attached")
        return page

    def take(name: str, page: Page) -> None:
        page.screenshot(path=FOLDER / f"{name}.png")

    Lesson(server, open_page, take).lead()


def through(lens: str) -> Callable[[Page], None]:
    """Open a lens and bring it into the picture."""

    def ready(page: Page) -> None:
        page.get_by_role("tab", name=lens, exact=True).click()
        expect(page.locator(".lens-where")).to_contain_text("after epoch 20", timeout=30_000)
        page.wait_for_load_state("networkidle")
        page.locator(".lens-panel").evaluate("element => element.scrollIntoView()")

    return ready


def unjudged(page: Page) -> None:
    expect(page.locator("canvas.digit-grid [role=option]")).to_have_count(100)
    expect(page.locator(".chart-sketch").first).to_be_visible()


def after(epochs: int) -> Callable[[Page], None]:
    """Wait for so many epochs, on the charts too."""
    return drawn(2 * epochs)


def drawn(count: int) -> Callable[[Page], None]:
    def ready(page: Page) -> None:
        expect(points(page).nth(count - 1)).to_be_attached(timeout=60_000)
        page.evaluate("scrollTo(0, 0)")

    return ready


def opened(page: Page) -> None:
    drawn(40)(page)
    expect(page.locator(".digit-card .bar")).to_have_count(10)


def refused(page: Page) -> None:
    drawn(40)(page)
    entry(page, "Learning rate").fill("5000")
    entry(page, "Learning rate").press("Tab")
    primary(page).click()
    expect(page.locator("#eta-complaint")).to_be_visible()


if __name__ == "__main__":
    main()
