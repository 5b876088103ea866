"""What somebody who has never seen the page stumbled on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import DESKTOP, PHONE, Open
from tests.e2e.lab import QUICK, digits, primary, run_to_the_end

DIGITS = "/?preset=full-digits&epochs=1"
SCREENS = pytest.mark.parametrize("settings", [DESKTOP, PHONE], ids=["desktop", "phone"])


def command(page: Page, run: str, name: str) -> None:
    page.get_by_label(f"Commands for {run}").click()
    page.get_by_role("button", name=name, exact=True).click()


@SCREENS
def test_an_opened_digit_comes_into_view_with_its_outputs(
    empty_server: Server, open_page: Open, settings: dict[str, object]
) -> None:
    page = open_page(empty_server.url + DIGITS, **settings)
    run_to_the_end(page)
    digits(page).click(position={"x": 10, "y": 10})
    expect(page.locator(".digit-card .outputs")).to_be_in_viewport(ratio=1)
    said = page.locator(".digit-card p")
    expect(said).to_contain_text(re.compile(r"\d%"))
    told = re.search(r"(\d+)%", said.inner_text())
    assert told is not None
    expect(page.locator(".outputs .strongest .share")).to_have_text(told[1])


@SCREENS
def test_more_choices_open_on_every_screen(
    server: Server, open_page: Open, settings: dict[str, object]
) -> None:
    page = open_page(server.url, **settings)
    if settings is PHONE:
        page.locator(".settings-door").click()
    page.get_by_text("More choices").press("Enter")
    expect(page.locator(".field-loss")).to_be_visible()
    page.get_by_role("radio", name="cross-entropy", exact=True).check(force=True)
    expect(page).to_have_url(re.compile("loss=cross-entropy"))


def test_after_the_end_new_run_starts_another(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.url + QUICK)
    expect(page.get_by_role("button", name="New run")).to_be_disabled()
    run_to_the_end(page)
    first = page.locator(".run-name").inner_text()
    run_to_the_end(page, page.get_by_role("button", name="New run").click)
    second = f"Run {int(first.removeprefix('Run ')) + 1}"
    expect(page.locator(".run-name")).to_have_text([second, first])
    faint = page.locator(".chart-panel").first.locator(".chart-line[opacity='0.35']")
    expect(faint).to_have_count(2)
    page.get_by_label(f"Draw the curves of {first}", exact=True).check()
    expect(page.locator(".readout").first).to_contain_text(first)
    expect(faint).to_have_count(0)


def test_a_run_that_goes_takes_its_curves_along_and_comes_back_with_a_key(
    empty_server: Server, open_page: Open
) -> None:
    with Client(empty_server) as client:
        for name in ("first", "second"):
            client.until_ended(client.create(preset="two-features", epochs=2, name=name)["id"])
        page = open_page(empty_server.url)
        expect(page.locator(".stage-run h2")).to_have_text("second")
        command(page, "second", "Delete")
        expect(page.locator(".stage-run h2")).to_have_text("first")
        page.keyboard.press("Control+z")
        expect(page.locator(".run-name")).to_have_text(["second", "first"])
        expect(page.get_by_text("second is deleted.")).to_be_hidden()
        expect(page.locator(".stage-run h2")).to_have_text("second")


def test_undo_waits_for_the_hand(empty_server: Server, open_page: Open) -> None:
    with Client(empty_server) as client:
        client.until_ended(client.create(preset="two-features", epochs=2, name="only")["id"])
        page = open_page(empty_server.url)
        expect(page.locator(".run-name")).to_have_text(["only"])
        page.clock.install()
        command(page, "only", "Delete")
        notice = page.locator(".notice", has_text="only is deleted.")
        notice.hover(position={"x": 4, "y": 4})
        page.clock.fast_forward(60_000)
        expect(notice).to_be_visible()
        page.mouse.move(5, 5)
        page.clock.fast_forward(11_000)
        expect(notice).to_be_hidden()
        expect(page.locator(".run-name")).to_have_count(0)


def test_no_step_of_the_microscope_is_wider_than_a_phone(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.url + DIGITS, **PHONE)
    run_to_the_end(page)
    page.get_by_role("tab", name="Back-propagation").click()
    steps = page.locator(".lens-steps button")
    expect(steps).to_have_count(9)
    for step in steps.all():
        step.click()
        expect(page.locator(".lens-step-head")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]


def test_the_lecture_pair_is_found_whoever_started_it(empty_server: Server, open_page: Open) -> None:
    with Client(empty_server) as client:
        for initialization in ("standard", "scaled"):
            run = client.create(preset="full-digits", epochs=1, initialization=initialization)
            client.until_ended(run["id"])
        page = open_page(empty_server.url)
        page.get_by_role("tab", name="First weights").click()
        card = page.locator(".lens-card", has_text="The lecture's test")
        expect(card.locator("tbody tr td:last-child")).to_have_text(["1 of 20", "1 of 20"])


def test_a_changed_eta_is_told_with_the_one_before(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.url + "/?preset=two-features&epochs=1000&batch=1")
    primary(page).click()
    page.get_by_role("slider", name="Learning rate in stops").press("End")
    page.get_by_role("button", name="Use it now").click()
    for place in (".stage-settings", ".run-settings"):
        expect(page.locator(place)).to_contain_text("→ 10")
    page.get_by_role("button", name="Stop").click()
