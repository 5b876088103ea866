"""The lab in a real browser, against a real server: what a class does in its first minutes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.classroom import Client, Server
from tests.e2e.conftest import Open
from tests.e2e.lab import (
    AWAY,
    LONG,
    NUMBER,
    QUICK,
    SIZES,
    digits,
    epoch,
    picture,
    points,
    primary,
    run_to_the_end,
    wait_until_finished,
)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_start_draws_points_and_judges_the_digits(server: Server, open_page: Open, size: Any) -> None:
    page = open_page(server.url + QUICK, **size)
    expect(primary(page)).to_have_text("Start")
    run_to_the_end(page)
    expect(epoch(page)).to_have_text("4")
    expect(page.locator(".figure-accuracy .figure-value")).to_have_text(re.compile(r"^\d\d\.\d\d%$"))
    expect(points(page).nth(7)).to_be_attached()
    expect(digits(page)).to_have_attribute("aria-label", re.compile("after epoch 4"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"


def test_reload_and_a_second_browser_show_the_same_picture(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.url + QUICK)
    run_to_the_end(page)
    before = picture(page)
    address = page.url
    page.reload()
    wait_until_finished(page)
    assert picture(page) == before
    other = open_page(address)
    wait_until_finished(other)
    assert picture(other) == before


def test_a_second_browser_follows_a_run_it_did_not_start(empty_server: Server, open_page: Open) -> None:
    watching = open_page(empty_server.url)
    expect(watching.locator(".stage h2")).to_have_text("Ready")
    page = open_page(empty_server.url + LONG)
    primary(page).click()
    expect(epoch(watching)).to_have_text(NUMBER, timeout=30_000)
    expect(primary(watching)).to_have_text("Pause")
    primary(watching).click()
    expect(page.locator(".stage-status")).to_have_text("paused", timeout=30_000)
    expect(primary(page)).to_have_text("Resume")
    primary(page).click()
    expect(watching.locator(".stage-status")).to_have_text(re.compile("learning"), timeout=30_000)
    page.get_by_role("button", name="Stop").click()
    expect(watching.locator(".stage-status")).to_have_text("stopped", timeout=30_000)
    expect(primary(watching)).to_have_text("Start")


def test_a_killed_server_comes_back_without_a_hole(
    new_server: Callable[..., Server], open_page: Open
) -> None:
    server = new_server().start()
    page = open_page(server.url + LONG, forgive=AWAY)
    primary(page).click()
    expect(epoch(page)).to_have_text(re.compile(r"^\d+$"))
    expect(points(page).first).to_be_attached(timeout=30_000)
    server.kill()
    expect(page.locator(".pill")).to_have_text("reconnecting")
    expect(page.locator(".pill")).to_have_text("offline, trying again", timeout=20_000)
    server.start()
    expect(page.locator(".pill")).to_have_text("live", timeout=30_000)
    expect(page.locator(".stage-status")).to_have_text(re.compile("learning"))
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".stage-status")).to_have_text("stopped")
    before = picture(page)
    fresh = open_page(page.url)
    expect(fresh.locator(".stage-status")).to_have_text("stopped")
    assert picture(fresh) == before


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_axe_finds_nothing(server: Server, client: Client, open_page: Open, size: str, scheme: str) -> None:
    run = client.create(preset="two-features", epochs=3)
    client.until_ended(run["id"])
    page = open_page(f"{server.url}/?run={run['id']}", color_scheme=scheme, **SIZES[size])
    expect(points(page)).to_have_count(6)
    found = Axe().run(page).response["violations"]
    assert [(issue["id"], issue["nodes"][0]["target"]) for issue in found] == []
