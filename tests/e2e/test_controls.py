"""Setting up a run, and changing one that learns."""

import re

from playwright.sync_api import expect

from tests.classroom import Server
from tests.e2e.conftest import Open
from tests.e2e.lab import LONG, QUICK, entry, epoch, primary, run_to_the_end, wait_until_finished


def test_wrong_input_is_explained_at_the_control(server: Server, open_page: Open) -> None:
    page = open_page(server.url, forgive=("422",))
    eta = entry(page, "Learning rate")
    eta.fill("0")
    eta.press("Tab")
    expect(eta).to_have_attribute("aria-invalid", "true")
    expect(eta).to_have_accessible_description("0 is out of range: give a number from 0.0001 to 1000.")
    eta.fill("3")
    eta.press("Tab")
    expect(eta).not_to_have_attribute("aria-invalid", "true")
    neurons = entry(page, "Neurons in hidden layer 1")
    neurons.fill("5000")
    neurons.press("Tab")
    primary(page).click()
    expect(page.locator("#shape-complaint")).to_contain_text("1 to 1000 neurons")
    expect(neurons).to_have_attribute("aria-invalid", "true")


def test_the_address_holds_what_differs(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    page.get_by_role("radio", name="Scaled initialization").check(force=True)
    entry(page, "Batch size").fill("30")
    entry(page, "Batch size").press("Tab")
    expect(page).to_have_url(re.compile(r"\?preset=scaled-initialization&batch=30$"))
    page.reload()
    expect(entry(page, "Batch size")).to_have_value("30")
    expect(entry(page, "Epochs")).to_have_value("50")


def test_the_drawing_edits_the_shape(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    expect(page.get_by_text("23,860 weights and biases")).to_be_visible()
    page.get_by_label("Add a hidden layer").click()
    page.get_by_label("More neurons in hidden layer 2").click()
    expect(page.get_by_text("25,610 weights and biases")).to_be_visible()
    expect(page).to_have_url(re.compile("hidden=30-50$"))
    page.get_by_label("Remove the last hidden layer").click()
    page.get_by_label("Fewer neurons in hidden layer 1").click()
    expect(entry(page, "Neurons in hidden layer 1")).to_have_value("20")


def test_help_says_what_a_control_does_and_where_it_enters(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    card = page.locator("#help-card")
    page.get_by_role("button", name="About Learning rate").hover()
    expect(card).to_contain_text("How far each step goes against the gradient")
    expect(card.locator("math")).to_be_visible()
    page.mouse.move(700, 20)
    expect(card).to_be_hidden()


def test_eta_moves_in_stops(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    slider = page.get_by_role("slider", name="Learning rate in stops")
    slider.press("ArrowLeft")
    expect(entry(page, "Learning rate")).to_have_value("1")
    slider.press("Home")
    expect(entry(page, "Learning rate")).to_have_value("0.001")


def test_one_epoch_one_batch_another_eta(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.url + LONG)
    status = page.locator(".stage-status")
    page.get_by_role("button", name="+1 epoch", exact=True).click()
    expect(status).to_have_text("paused", timeout=30_000)
    shown = epoch(page).inner_text()
    page.get_by_role("button", name="+1 batch", exact=True).click()
    page.get_by_role("slider", name="Learning rate in stops").press("End")
    page.get_by_role("button", name="Use it now").click()
    expect(page.locator(".stage-settings")).to_contain_text("→ 10")
    assert epoch(page).inner_text() == shown
    expect(page.locator(".chart .chart-note", has_text="η 10").first).to_be_visible()
    page.get_by_label("Speed").select_option("100 batches per s")
    primary(page).click()
    expect(status).to_contain_text("learning")
    page.get_by_role("button", name="Stop").click()
    expect(status).to_have_text("stopped", timeout=30_000)


def test_more_epochs_and_once_more(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.url + QUICK)
    run_to_the_end(page)
    entry(page, "Epochs").fill("6")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Go on to 6").click()
    expect(epoch(page)).to_have_text("6", timeout=30_000)
    page.get_by_role("button", name="Again with the same draws").click()
    expect(page.locator(".run-name")).to_have_count(2)
    wait_until_finished(page)
    expect(epoch(page)).to_have_text("4")
