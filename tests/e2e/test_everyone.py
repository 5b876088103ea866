"""Keys, languages, links and the wall: the page for everyone."""

import re

from playwright.sync_api import expect

from tests.classroom import Client, Server
from tests.e2e.conftest import Open
from tests.e2e.lab import QUICK, entry, epoch, points, primary, wait_until_finished


def test_keys_do_what_the_sheet_says(server: Server, open_page: Open) -> None:
    page = open_page(server.url + QUICK)
    expect(primary(page)).to_have_text("Start")
    page.keyboard.press("Space")
    wait_until_finished(page)
    page.keyboard.press("[")
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
    expect(other.get_by_label("Loss on a logarithmic axis")).to_be_checked()


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
