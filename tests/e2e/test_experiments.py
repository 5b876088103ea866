"""Experiments in the page: begun in three presses, seen cell by cell, looked inside, and gone."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import PHONE, Open

SHEET = re.compile(r"^Experiment \d+$")


def begin(page: Page, run: str, command: str) -> None:
    page.get_by_label(f"Commands for {run}").click()
    page.get_by_role("button", name=command).click()


def is_for_everyone(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(issue["id"], issue["nodes"][0]["target"]) for issue in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_setting_is_varied_and_the_best_cell_looked_inside(empty_server: Server, open_page: Open) -> None:
    with Client(empty_server) as client:
        run = client.create(preset="two-features", epochs=2, batch_size=100, name="first")
        client.until_ended(run["id"])
        page = open_page(empty_server.url, forgive=("422",))
        begin(page, "first", "Vary a setting")
        form = page.get_by_role("dialog", name="New experiment")
        expect(form.get_by_role("status")).to_have_text(re.compile(r"^12 runs, about "))
        form.get_by_label("Values to try").fill("0.5, much")
        expect(form.get_by_role("button", name="Start")).to_be_disabled()
        form.get_by_label("Values to try").fill("0.5, 5000")
        expect(form.get_by_role("status")).to_contain_text("1000")  # refused, with the bound
        form.get_by_label("Values to try").fill("0.5, 3")
        expect(form.get_by_role("status")).to_have_text(re.compile(r"^6 runs, about "))
        is_for_everyone(page)
        form.get_by_role("button", name="Start").click()
        sheet = page.get_by_role("dialog", name=SHEET)
        expect(sheet).to_contain_text("6 of 6 runs have ended", timeout=60_000)
        cells = sheet.locator(".experiment-cell")
        expect(cells).to_have_count(2)
        expect(sheet.locator(".experiment-cell[data-best]")).to_have_count(1)
        is_for_everyone(page)
        (told,) = client.http.get("/experiments").json()["experiments"]
        known = client.http.get(f"/experiments/{told['id']}").json()["cells"]
        for cell, values in zip(cells.all(), known, strict=True):
            expect(cell).to_contain_text(f"{values['test_accuracy']['mean'] * 100:.2f}%")
            expect(cell).to_contain_text("± ")
        cells.nth(1).press("Enter")
        expect(cells.nth(1)).to_have_attribute("aria-pressed", "true")
        expect(sheet.locator(".experiment-runs")).to_contain_text("3")
        assert sheet.locator(".chart-line").count() == 2 + 3  # two means, three runs
        with page.expect_download() as download:
            sheet.get_by_role("link", name="All curves as CSV").click()
        assert download.value.suggested_filename.endswith(".csv")
        sheet.locator(".experiment-runs button").first.click()
        expect(page.locator(".stage-run h2")).to_have_text(re.compile(r"^Experiment \d+ · 2$"))
        page.reload()
        page.locator(".experiment-lines button").click()
        page.once("dialog", lambda dialog: dialog.accept())
        sheet.get_by_role("button", name="Delete").click()
        expect(sheet).to_be_hidden()
        expect(page.locator(".experiment-lines li")).to_have_count(0)


def test_five_seeds_on_a_phone_are_one_line_and_come_to_no_front(
    empty_server: Server, open_page: Open
) -> None:
    with Client(empty_server) as client:
        client.until_ended(client.create(preset="two-features", epochs=2, batch_size=100, name="first")["id"])
        page = open_page(empty_server.url, **PHONE)
        begin(page, "first", "Repeat with five seeds")
        page.get_by_role("dialog", name="New experiment").get_by_role("button", name="Start").tap()
        sheet = page.get_by_role("dialog", name=SHEET)
        expect(sheet).to_contain_text("5 of 5 runs have ended", timeout=60_000)
        is_for_everyone(page)
        sheet.get_by_role("button", name="Close").tap()
        expect(page.locator(".experiment-lines li")).to_contain_text("5 seeds")
        expect(page.locator(".runs tbody tr")).to_have_count(1)
        expect(page.locator(".stage-run h2")).to_have_text("first")
