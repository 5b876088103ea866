"""The film of the first epoch in docs/screenshots: what the page shows while a network begins to learn."""

import io
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect

from tests.classroom import Server
from tests.e2e.lab import epoch, primary

WINDOW = {"width": 1280, "height": 720}
SIZE = (960, 540)
SPEED = "1000 batches per s"  # an epoch takes six seconds
FRAMES, FRAME_MS = 48, 160
LAST_MS = 3000
MOST_BYTES = 2_000_000


def film(browser: Browser, server: Server, target: Path) -> None:
    """Start the lecture's run in slow motion and keep what is seen until its first epochs are over."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(f"{server.url}/?seed=3")
    page.get_by_role("button", name="+1 batch", exact=True).click()
    expect(page.locator(".stage-status")).to_have_text("paused")
    page.get_by_label("Speed").select_option(SPEED)
    frames = [page.screenshot()]
    primary(page).click()
    due = time.monotonic()
    while len(frames) < FRAMES:
        due += FRAME_MS / 1000
        page.wait_for_timeout(max(0.0, due - time.monotonic()) * 1000)
        frames.append(page.screenshot())
    assert int(epoch(page).inner_text()) >= 1
    page.get_by_role("button", name="Stop").click()
    page.close()
    pictures = [
        Image.open(io.BytesIO(frame)).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
        for frame in frames
    ]
    durations = [FRAME_MS] * (FRAMES - 1) + [LAST_MS]
    pictures[0].save(
        target, save_all=True, append_images=pictures[1:], duration=durations, loop=0, quality=60, method=4
    )
    assert target.stat().st_size <= MOST_BYTES
