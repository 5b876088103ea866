"""Keys, languages, links and the wall: the page for everyone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import DESKTOP, PHONE, Open
from tests.e2e.lab import QUICK, entry, epoch, points, primary, run_to_the_end


def test_keys_do_what_the_sheet_says(server: Server, open_page: Open) -> None:
    page = open_page(server.url + QUICK)
    expect(primary(page)).to_have_text("Start")
    run_to_the_end(page, lambda: page.keyboard.press("Space"))
    page.keyboard.press("ArrowLeft")
    expect(epoch(page)).to_have_text("3")
    expect(page.locator(".stage-status")).to_have_text("looking back")
    page.keyboard.press("Escape")
    expect(epoch(page)).to_have_text("4")
    page.keyboard.press("l")
    expect(page).to_have_url(re.compile(r"[?&]log=1"))
    page.keyboard.press("w")
    expect(page.get_by_label("only the wrong ones")).to_be_checked()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("one epoch, then pause")
    page.keyboard.press("p")
    expect(page.locator("html")).not_to_have_attribute("data-projector", "")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_keys_rest_while_somebody_types(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    entry(page, "Learning rate").focus()
    page.keyboard.press("p")
    page.keyboard.press("w")
    expect(page.get_by_label("only the wrong ones")).not_to_be_checked()
    expect(page.locator("html")).not_to_have_attribute("data-projector", "")


def test_the_page_speaks_chinese(server: Server, open_page: Open) -> None:
    page = open_page(server.url, locale="zh-TW")
    expect(primary(page)).to_have_text("開始")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    page.get_by_role("button", name="English").click()
    expect(primary(page)).to_have_text("Start")
    page.reload()
    expect(primary(page)).to_have_text("Start")


def test_refusals_are_told_in_chinese(server: Server, open_page: Open) -> None:
    settings = f"{server.url}/?hidden=1000-1000&epochs=1000"
    page = open_page(settings, locale="zh-TW", forgive=("422", "ERR_FAILED"))
    primary(page).click()
    expect(page.locator("#epochs-complaint")).to_have_text(re.compile(r"最多 \d+ 個週期。$"))
    page.route("**/api/v1/runs", lambda route: route.abort())
    entry(page, "週期數").fill("2")
    entry(page, "週期數").press("Tab")
    primary(page).click()
    expect(page.locator(".notices")).to_contain_text("伺服器沒有回應")


def test_a_link_opens_the_same_view_elsewhere(server: Server, client: Client, open_page: Open) -> None:
    runs = [client.create(preset="two-features", epochs=3, seed=seed) for seed in (1, 2)]
    for run in runs:
        client.until_ended(run["id"])
    page = open_page(f"{server.url}/?run={runs[0]['id']}&hidden=7&preset=two-features")
    page.get_by_label(f"Draw the curves of {runs[1]['name']}", exact=True).check()
    page.keyboard.press("l")
    page.get_by_role("button", name="Link and QR code").click()
    sheet = page.get_by_role("dialog", name="Link to this view")
    expect(sheet.get_by_role("img", name="QR code of the address")).to_be_visible()
    sheet.get_by_role("button", name="Copy link").click()
    expect(sheet.get_by_role("button", name="Copied")).to_be_visible()
    other = open_page(sheet.get_by_role("textbox", name="Address").input_value())
    expect(points(other)).to_have_count(12)
    expect(other.locator(".stage h2")).to_have_text(runs[0]["name"])
    expect(entry(other, "Neurons in hidden layer 1")).to_have_value("7")
    other.get_by_role("button", name="How the curves are drawn").click()
    expect(other.get_by_label("Logarithmic: loss, and the error of the accuracy")).to_be_checked()


def test_on_the_wall_everything_is_larger_and_the_setup_is_away(server: Server, open_page: Open) -> None:
    page = open_page(server.url, viewport={"width": 1920, "height": 1080}, color_scheme="dark")
    before = page.locator(".figure-value").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    page.get_by_role("button", name="Projector view").click()
    after = page.locator(".figure-value").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert after >= 1.2 * before
    expect(page.locator(".setup")).to_be_hidden()
    scheme = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert scheme == "light"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-projector", "")


def open_settings(page: Page) -> None:
    page.locator(".settings-door").click()
    page.get_by_text("More choices").press("Enter")


def open_a_digit(page: Page) -> None:
    page.locator("canvas.digit-grid").press("ArrowRight")
    expect(page.locator(".digit-card .bar").first).to_be_visible()


def press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).click()


# What Escape does not close stays open.
STATES: dict[str, tuple[dict[str, Any], dict[str, Callable[[Page], None]]]] = {
    "desktop": (
        DESKTOP,
        {
            "the link": press("Link and QR code"),
            "the keys": lambda page: page.keyboard.press("?"),
            "help": press("About Batch size"),
            "a digit": open_a_digit,
            "the wall": lambda page: page.keyboard.press("p"),
        },
    ),
    "phone": (
        PHONE,
        {
            "chart options": press("How the curves are drawn"),
            "commands of a run": lambda page: page.get_by_label("Commands for").first.click(),
            "settings": open_settings,
        },
    ),
}


@pytest.mark.parametrize(("size", "states"), STATES.values(), ids=STATES)
def test_axe_finds_nothing_in_any_state(
    server: Server,
    client: Client,
    open_page: Open,
    size: dict[str, Any],
    states: dict[str, Callable[[Page], None]],
) -> None:
    run = client.create(preset="two-features", epochs=2)
    client.until_ended(run["id"])
    page = open_page(f"{server.url}/?run={run['id']}", **size)
    expect(page.locator(".digits-count[data-judged]")).to_be_visible()
    for name, act in states.items():
        act(page)
        found = Axe().run(page).response["violations"]
        assert [(name, issue["id"], issue["nodes"][0]["target"]) for issue in found] == []
        page.keyboard.press("Escape")


def test_words_in_wider_letters_do_not_widen_a_phone(server: Server, open_page: Open) -> None:
    page = open_page(server.url, **PHONE)
    page.locator(".masthead-tools button[lang]").evaluate("button => { button.textContent = 'WWWWWWWW'; }")
    page.locator(".pill[data-link] span").last.evaluate(
        "word => { word.textContent = 'offline, trying again'; }"
    )
    assert page.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [390, 390]


def test_magnified_to_two_hundred_percent_nothing_is_lost(server: Server, open_page: Open) -> None:
    page = open_page(server.url, viewport={"width": 683, "height": 384})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    primary(page).scroll_into_view_if_needed()
    expect(primary(page)).to_be_in_viewport()
    page.locator("canvas.digit-grid").scroll_into_view_if_needed()
    stage = page.locator(".stage").bounding_box()
    assert stage is not None
    assert stage["y"] + stage["height"] < 200, "the bar stands before the digits"
