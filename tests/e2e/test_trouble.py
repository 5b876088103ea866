"""When something is wrong the page says what, each in its own words."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import WebSocketRoute, expect

from tests.classroom import QUICK, Client, Server
from tests.e2e.conftest import Open
from tests.e2e.lab import AWAY, LONG, epoch, primary, run_to_the_end

NewServer = Callable[..., Server]
# Sigmoids keep numbers finite whatever eta is; rectified sums do not.
RUNAWAY = "/?preset=two-features&activation=relu&loss=cross-entropy&l2=0.1&eta=1000"


def test_divergence_is_named_on_the_chart_and_on_the_stage(server: Server, open_page: Open) -> None:
    page = open_page(server.url + RUNAWAY)
    primary(page).click()
    expect(page.locator(".stage-status")).to_have_text(re.compile("diverged"), timeout=60_000)
    expect(
        page.get_by_text(re.compile(r"^Diverged in epoch \d+: the loss is no longer a number"))
    ).to_be_visible()


def test_who_waits_for_a_worker_is_told_its_place(new_server: NewServer, open_page: Open) -> None:
    server = new_server(workers=1).start()
    (worker,) = server.workers()
    worker.suspend()  # a slice that takes as long as this test likes
    page = open_page(server.url + LONG)
    with Client(server) as client:
        client.until_status(client.create(**QUICK)["id"], "RUNNING")
    page.get_by_role("button", name="New run").click()
    expect(page.get_by_text("number 1 in the queue")).to_be_visible()
    worker.resume()
    expect(page.locator(".stage-status")).to_have_text(re.compile("learning"))


def test_a_server_with_other_data_shows_other_runs(
    new_server: NewServer, open_page: Open, tmp_path: Path
) -> None:
    server = new_server().start()
    # What was asked of the server that went away is asked again of the one that does not know the run.
    page = open_page(server.url + "/?preset=two-features&epochs=2", forgive=(*AWAY, "404"))
    run_to_the_end(page)
    assert server.stop() == 0
    new_server(tmp_path / "other", port=server.port).start()
    expect(page.locator(".stage h2")).to_have_text("Ready", timeout=60_000)
    expect(page.get_by_text("The server started with other data")).to_be_visible()
    run_to_the_end(page)
    expect(epoch(page)).to_have_text("2")


def test_a_new_version_asks_for_a_reload(server: Server, open_page: Open) -> None:
    def as_if_newer(route: WebSocketRoute) -> None:
        behind = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            told = json.loads(message)
            if "version" in told:
                told["version"] = "99.0"
            route.send(json.dumps(told))

        behind.on_message(pass_on)

    page = open_page("about:blank")
    page.route_web_socket(re.compile("/api/v1/ws"), as_if_newer)
    page.goto(server.url)
    expect(page.get_by_text("The server has a new version")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Reload").click()


def test_a_part_of_the_page_that_does_not_arrive_is_told_and_asked_for_again(
    server: Server, open_page: Open
) -> None:
    page = open_page("about:blank", forgive=("run_list.js", "Failed to load resource"))
    page.route("**/panels/run_list.js", lambda route: route.abort("failed"), times=1)
    page.goto(server.url)
    notice = page.locator(".notice")
    expect(notice).to_contain_text("A part of the page did not arrive.")
    runs = page.locator("[data-panel=runs]")
    expect(runs).to_be_empty()
    notice.get_by_role("button", name="Try again").click()
    expect(runs).not_to_be_empty()
    expect(notice).to_have_count(0)
