"""The film of the first epoch in docs/screenshots: what the page shows while a network begins to learn."""

import io
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect

from tests.classroom import LONG, Client, Server
from tests.e2e.lab import epoch, primary

WINDOW = {"width": 1280, "height": 720}
SIZE = (960, 540)
RATE = 1000  # batches a second: an epoch takes six
FRAMES, FRAME_MS = 48, 160
LAST_MS = 3000
MOST_BYTES = 2_000_000


def film(browser: Browser, server: Server, target: Path) -> None:
    """Start the lecture's run in slow motion and keep what is seen until its first epochs are over."""
    with Client(server) as client:
        waits_for = [client.create(**LONG)["id"] for _ in range(4)]  # so that it has not begun
        run = client.create(preset="full-digits", seed=3, name="Lecture")["id"]
        client.http.patch(f"/runs/{run}", json={"wanted": "paused", "rate": RATE}).raise_for_status()
        for other in waits_for:
            client.http.delete(f"/runs/{other}").raise_for_status()
    page = browser.new_page(viewport=WINDOW)
    page.goto(f"{server.url}/?run={run}")
    expect(page.locator(".stage-status")).to_have_text("paused")
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
