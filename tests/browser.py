"""The browser of the end-to-end tests, and what a page must not do in it."""

import shutil
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request

# As in scripts/install_chromium.sh. The shell is Chromium without windows: a page takes half as long.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

LAUNCH_FLAGS = [
    "--no-sandbox",  # containers and continuous integration run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name but these ever resolves: a page that needs the internet fails here as it would in a classroom.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


def chromium_path() -> str | None:
    """The installed Chromium, or None for the one that Playwright has downloaded."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def watch(page: Page) -> list[str]:
    """What goes wrong in a page from now on; the list fills up while the page lives."""
    trouble: list[str] = []

    def note_foreign(url: str) -> None:
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost", None):
            trouble.append(f"foreign request: {url}")

    def note_failed(request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # the page itself has changed its mind, or was left
            trouble.append(f"failed: {request.url} {request.failure}")

    page.on("console", lambda message: message.type == "error" and trouble.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: trouble.append(f"exception: {error}"))
    page.on("requestfailed", note_failed)
    page.on("request", lambda request: note_foreign(request.url))
    page.on("websocket", lambda socket: note_foreign(socket.url))
    return trouble
