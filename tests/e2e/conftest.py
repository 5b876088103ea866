"""A browser that reaches nothing but this machine, and pages whose every complaint fails the test."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

LOCAL = {"127.0.0.1", "localhost"}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}

Open = Callable[..., Page]

expect.set_options(timeout=20_000)  # a machine that also trains needs its time to evaluate Plotly


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = shutil.which("chromium")
    return {"args": FLAGS, "headless": True} | ({"executable_path": chromium} if chromium else {})


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open addresses in browsers of their own; at the end, none of the pages may have complained."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_one(url: str, *, forgive: str = "", **settings: Any) -> Page:
        context = browser.new_context(**(settings or DESKTOP))
        contexts.append(context)
        page = context.new_page()
        watch(page, trouble, forgive)
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []


def watch(page: Page, trouble: list[str], forgive: str) -> None:
    """Collect errors, and requests to elsewhere; a console message with `forgive` in it was provoked."""

    def look(url: str) -> None:
        host = urlsplit(url).hostname
        if host and host not in LOCAL:
            trouble.append(f"request to {url}")

    def hear(message: Any) -> None:
        if message.type == "error" and not (forgive and forgive in message.text):
            trouble.append(f"console: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: trouble.append(f"exception: {error}"))
    page.on("request", lambda request: look(request.url))
    page.on("websocket", lambda socket: look(socket.url))
