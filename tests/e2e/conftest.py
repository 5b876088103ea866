"""Pages whose every complaint fails the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import watch

DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}

Open = Callable[..., Page]

expect.set_options(timeout=20_000)  # a machine that also trains needs its time to evaluate Plotly


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open addresses in browsers of their own. What a page complains about fails the test."""
    contexts: list[BrowserContext] = []
    watched: list[tuple[list[str], tuple[str, ...]]] = []

    def open_one(url: str, *, forgive: tuple[str, ...] = (), **settings: Any) -> Page:
        context = browser.new_context(**(settings or DESKTOP))
        contexts.append(context)
        page = context.new_page()
        watched.append((watch(page), forgive))
        page.goto(url)
        if url != "about:blank":  # a key pressed before the page is shown goes nowhere
            page.locator("html[data-ready]").wait_for(state="attached")
        return page

    yield open_one
    complaints = [
        line
        for trouble, forgiven in watched
        for line in trouble
        if not any(part in line for part in forgiven)
    ]
    for context in contexts:
        context.close()
    assert complaints == []
