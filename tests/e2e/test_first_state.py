"""A page that begins with the server's state, and one whose websocket does not come through."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import WebSocketRoute, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import Open
from tests.e2e.lab import digits, epoch, points, primary
from tests.stored import store_runs

EPOCHS = 300


def test_of_a_long_run_that_is_looked_at_the_page_has_every_epoch_and_its_digits(
    new_server: Callable[..., Server], open_page: Open, tmp_path: Path
) -> None:
    store_runs(tmp_path / "data", [EPOCHS, EPOCHS])
    server = new_server().start()
    with Client(server) as client:
        (run, other) = client.http.get("/runs").json()["runs"]
        columns = client.http.get(f"/runs/{run['id']}/metrics").json()["columns"]
        (grid,) = client.http.get(f"/runs/{run['id']}/grids?first=150&count=1").json()["predictions"]
    page = open_page(f"{server.url}/?run={run['id']}&with={other['id']}&epoch=150")
    expect(epoch(page)).to_have_text("150")
    expect(page.locator(".figure-accuracy .figure-value")).to_have_text(
        f"{columns['test_accuracy'][149]:.2%}"
    )
    expect(page.locator(".digits-count[data-judged]")).to_be_visible()
    said = page.locator("canvas.digit-grid [role=option]").all_text_contents()
    shown = [re.findall(r"\d+", text)[-1] for text in said]  # what it is taken for, or what it rightly is
    assert shown == list(map(str, grid))
    page.mouse.move(400, 500)
    page.wait_for_function(
        "() => [...document.querySelector('.chart-plot').querySelectorAll('.chart-line')]"
        ".filter((line) => line.getAttribute('d').split('L').length === 300).length >= 2"
    )
    page.keyboard.press("ArrowLeft")
    expect(epoch(page)).to_have_text("149")
    expect(digits(page)).to_have_attribute("aria-label", re.compile("149"))


def test_where_no_websocket_comes_through_the_page_goes_on_and_says_so(
    server: Server, open_page: Open
) -> None:
    ways = ["close", "mute", "open"]

    def between(route: WebSocketRoute) -> None:
        """What a proxy does: it refuses, or accepts and lets nothing through, or is none."""
        if ways[0] == "close":
            route.close()
        elif ways[0] == "open":
            route.connect_to_server()

    page = open_page("about:blank")
    page.route_web_socket(re.compile("/api/v1/ws"), between)
    page.clock.install()
    page.goto(f"{server.url}/?preset=full-digits&epochs=500")
    pill = page.locator(".pill")
    expect(pill).to_have_text("live (no websocket)")
    primary(page).click()
    expect(epoch(page)).to_have_text(re.compile("[1-9]"), timeout=60_000)
    before = epoch(page).inner_text()
    expect(epoch(page)).not_to_have_text(before)
    expect(points(page).first).to_be_attached()
    ways.pop(0)
    page.clock.run_for(66_000)  # a websocket is tried, and nothing comes of it
    expect(pill).to_have_text("live (no websocket)")
    ways.pop(0)
    page.clock.run_for(61_000)
    expect(pill).to_have_text("live")
    before = epoch(page).inner_text()
    expect(epoch(page)).not_to_have_text(before)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".stage-status")).to_have_text("stopped")
