"""Where things are on the page, in words that tests can use."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DESKTOP, PHONE

SIZES = {"desktop": DESKTOP, "phone": PHONE}
QUICK = "/?preset=two-features&epochs=4"
LONG = "/?preset=two-features&epochs=1000&batch=1"
AWAY = ("WebSocket", "ERR_CONNECTION", "/api/v1/events")  # what a page says of a server that is not there
NUMBER = re.compile(r"\d")


def primary(page: Page) -> Locator:
    return page.get_by_test_id("primary")


def epoch(page: Page) -> Locator:
    return page.locator(".figure-epoch .figure-value")


def digits(page: Page) -> Locator:
    return page.locator("canvas.digit-grid")


def entry(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name)


def points(page: Page) -> Locator:
    """Markers on the accuracy chart: one for training and one for test per epoch."""
    chart = page.locator(".chart-panel").first
    chart.scroll_into_view_if_needed()
    return chart.locator(".chart-point:not([data-sampled])")


def run_to_the_end(page: Page, start: Callable[[], None] | None = None) -> None:
    """Start a run and wait for its end: not for that of the run which was in front before."""
    name = page.locator(".stage-run h2")
    before = name.inner_text()
    (start or primary(page).click)()
    expect(name).not_to_have_text(before, timeout=30_000)
    wait_until_finished(page)


def wait_until_finished(page: Page) -> None:
    expect(page.locator(".stage-status")).to_have_text("finished", timeout=60_000)


def picture(page: Page) -> dict[str, Any]:
    """What the visitor sees of the run in front."""
    expect(page.locator(".digits-count[data-judged]")).to_be_visible()
    return {
        "figures": page.locator(".figures").inner_text(),
        "readouts": page.locator(".readout").all_inner_texts(),
        "digits": digits(page).get_attribute("aria-label"),
        "pixels": digits(page).evaluate("canvas => canvas.toDataURL()"),
        "wrong": page.locator("canvas.digit-grid [role=option]").all_text_contents(),
    }
