"""The lab in a real browser, against a real server: what a class does in its first minutes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import DESKTOP, PHONE, Open

SIZES = {"desktop": DESKTOP, "phone": PHONE}
QUICK = "/?preset=two-features&epochs=4"
LONG = "/?preset=two-features&epochs=1000&batch=1"
NUMBER = re.compile(r"\d")


def primary(page: Page) -> Locator:
    return page.get_by_test_id("primary")


def epoch(page: Page) -> Locator:
    return page.locator(".figure-epoch .figure-value")


def digits(page: Page) -> Locator:
    return page.locator("canvas.digit-grid")


def entry(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name)


def points(page: Page) -> Locator:
    """Markers on the accuracy chart: one for training and one for test per epoch."""
    return page.locator(".chart-panel").first.locator(".scatterlayer .point")


def wait_until_finished(page: Page) -> None:
    expect(page.locator(".stage-status")).to_have_text("finished", timeout=60_000)


def picture(page: Page) -> dict[str, Any]:
    """What the visitor sees of the run in front."""
    expect(page.locator(".digits-count[data-judged]")).to_be_visible()
    return {
        "figures": page.locator(".figures").inner_text(),
        "readouts": page.locator(".readout").all_inner_texts(),
        "digits": digits(page).get_attribute("aria-label"),
        "pixels": digits(page).evaluate("canvas => canvas.toDataURL()"),
        "wrong": page.locator("canvas.digit-grid [role=option]").all_text_contents(),
    }


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_start_draws_points_and_judges_the_digits(server: Server, open_page: Open, size: Any) -> None:
    page = open_page(server.url + QUICK, **size)
    expect(primary(page)).to_have_text("Start")
    primary(page).click()
    wait_until_finished(page)
    expect(epoch(page)).to_have_text("4")
    expect(page.locator(".figure-accuracy .figure-value")).to_have_text(re.compile(r"^\d\d\.\d\d%$"))
    expect(points(page)).to_have_count(8)
    expect(digits(page)).to_have_attribute("aria-label", re.compile("after epoch 4"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"


def test_the_digits_change_with_the_epochs(server: Server, open_page: Open) -> None:
    page = open_page(server.url + QUICK + "&eta=0.3&seed=2")
    expect(digits(page)).to_have_attribute("aria-label", re.compile("not yet judged|after epoch"))
    primary(page).click()
    wait_until_finished(page)
    seen = set()
    chart = page.locator(".chart").first
    expect(points(page)).to_have_count(8)
    box = page.locator(".chart .nsewdrag").first.bounding_box()
    assert box is not None
    for number in range(1, 5):
        chart.page.mouse.move(box["x"] + box["width"] * number / 4.04, box["y"] + box["height"] / 2)
        expect(epoch(page)).to_have_text(str(number))
        expect(digits(page)).to_have_attribute("aria-label", re.compile(f"after epoch {number}"))
        seen.add(digits(page).evaluate("canvas => canvas.toDataURL()"))
    assert len(seen) > 1


def test_reload_and_a_second_browser_show_the_same_picture(server: Server, open_page: Open) -> None:
    page = open_page(server.url + QUICK)
    primary(page).click()
    wait_until_finished(page)
    before = picture(page)
    address = page.url
    page.reload()
    wait_until_finished(page)
    assert picture(page) == before
    other = open_page(address)
    wait_until_finished(other)
    assert picture(other) == before


def test_a_second_browser_follows_a_run_it_did_not_start(
    new_server: Callable[..., Server], open_page: Open
) -> None:
    server = new_server().start()
    watching = open_page(server.url)
    expect(watching.locator(".stage h2")).to_have_text("Ready")
    page = open_page(server.url + LONG)
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
    page = open_page(server.url + "/?preset=two-features&epochs=40", forgive="WebSocket")
    primary(page).click()
    expect(epoch(page)).to_have_text(re.compile(r"^\d+$"))
    expect(points(page).first).to_be_attached(timeout=30_000)
    server.kill()
    expect(page.locator(".pill")).to_have_text("reconnecting")
    expect(page.locator(".pill")).to_have_text("offline, trying again", timeout=20_000)
    server.start()
    expect(page.locator(".pill")).to_have_text("live", timeout=30_000)
    wait_until_finished(page)
    before = picture(page)
    fresh = open_page(page.url)
    wait_until_finished(fresh)
    assert picture(fresh) == before


def test_wrong_input_is_explained_at_the_control(server: Server, open_page: Open) -> None:
    page = open_page(server.url, forgive="422")
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


def test_ticked_runs_are_drawn_together(server: Server, client: Client, open_page: Open) -> None:
    first = client.create(preset="two-features", epochs=3, name="first of two")
    second = client.create(preset="two-features", epochs=3, name="second of two", seed=2)
    client.until_ended(first["id"])
    client.until_ended(second["id"])
    page = open_page(f"{server.url}/?run={second['id']}")
    expect(points(page)).to_have_count(6)
    page.get_by_label("Draw the curves of first of two").check()
    expect(points(page)).to_have_count(12)
    page.reload()
    expect(points(page)).to_have_count(12)


def test_the_address_holds_what_differs(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    page.get_by_role("radio", name="Scaled initialization").check(force=True)
    entry(page, "Batch size").fill("30")
    entry(page, "Batch size").press("Tab")
    expect(page).to_have_url(re.compile(r"\?preset=scaled-initialization&batch=30$"))
    page.reload()
    expect(entry(page, "Batch size")).to_have_value("30")
    expect(entry(page, "Epochs")).to_have_value("50")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_axe_finds_nothing(server: Server, client: Client, open_page: Open, size: Any, scheme: str) -> None:
    run = client.create(preset="two-features", epochs=3)
    client.until_ended(run["id"])
    page = open_page(f"{server.url}/?run={run['id']}", color_scheme=scheme, **size)
    expect(points(page)).to_have_count(6)
    found = Axe().run(page).response["violations"]
    assert [(issue["id"], issue["nodes"][0]["target"]) for issue in found] == []


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


def test_a_digit_opens_with_its_ten_outputs(server: Server, client: Client, open_page: Open) -> None:
    run = client.create(epochs=1)
    client.until_ended(run["id"])
    answer = client.http.get(f"/runs/{run['id']}/predictions?first=1&count=1").json()
    page = open_page(f"{server.url}/?run={run['id']}")
    expect(page.locator(".digits-count[data-judged]")).to_be_visible()
    digits(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    card = page.locator(".digit-card")
    expect(card.get_by_role("heading")).to_have_text("Test digit number 2")
    expect(card).to_contain_text("A 2, " + ("recognised" if answer["predictions"] == [2] else "taken for"))
    expect(card.locator(".bar")).to_have_count(10)
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("number 2, ")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_wrong_ones_alone_and_pages_of_the_whole_sample(
    server: Server, client: Client, open_page: Open, size: Any
) -> None:
    run = client.create(epochs=1)
    client.until_ended(run["id"])
    predicted = client.http.get(f"/runs/{run['id']}/predictions?first=100&count=100").json()
    wrong = sum(a != b for a, b in zip(predicted["labels"], predicted["predictions"], strict=True))
    page = open_page(f"{server.url}/?run={run['id']}", **size)
    page.get_by_role("button", name="The next hundred").click()
    expect(page.locator(".pager")).to_contain_text("101–200 of 10,000")
    expect(page.locator(".digits-count")).to_have_text(f"{wrong} wrong of 100")
    expect(page.locator("[role=option]")).to_have_count(100)
    page.get_by_label("only the wrong ones").check()
    expect(page.locator("[role=option]")).to_have_count(wrong)


def test_chart_options_are_remembered_and_pictures_can_be_saved(
    server: Server, client: Client, open_page: Open
) -> None:
    run = client.create(preset="two-features", epochs=3)
    client.until_ended(run["id"])
    page = open_page(f"{server.url}/?run={run['id']}")
    expect(points(page)).to_have_count(6)
    options = page.get_by_role("button", name="How the curves are drawn")
    options.click()
    page.get_by_role("radio", name="step").check(force=True)
    page.get_by_label("Loss on a logarithmic axis").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()
    assert download.value.suggested_filename == "chalknet-accuracy.svg"
    page.reload()
    options.click()
    expect(page.get_by_role("radio", name="step")).to_be_checked()
    expect(page.get_by_label("Loss on a logarithmic axis")).to_be_checked()


@pytest.fixture
def two_runs(new_server: Callable[..., Server], open_page: Open) -> tuple[Client, Page]:
    server = new_server().start()
    client = Client(server)
    for name, eta in (("slow", 0.1), ("fast", 1.0)):
        run = client.create(preset="two-features", epochs=2, name=name, eta=eta)
        client.until_ended(run["id"])
    return client, open_page(server.url)


def names(page: Page) -> list[str]:
    return page.locator(".run-name").all_inner_texts()


def command(page: Page, run: str, name: str) -> None:
    page.get_by_label(f"Commands for {run}").click()
    page.get_by_role("button", name=name, exact=True).click()


def test_runs_are_sorted_renamed_hidden(two_runs: tuple[Client, Page]) -> None:
    client, page = two_runs
    expect(page.locator(".run-name")).to_have_text(["fast", "slow"])
    expect(page.locator(".run-settings b").first).to_have_text("η 1")
    page.get_by_role("button", name="Best", exact=True).click()
    page.get_by_role("button", name="Best", exact=True).click()
    expect(page.get_by_role("columnheader", name="Best")).to_have_attribute("aria-sort", "ascending")
    best = {run["name"]: run["best"]["test_accuracy"] for run in client.http.get("/runs").json()["runs"]}
    assert [best[name] for name in names(page)] == sorted(best.values())
    command(page, "slow", "Rename")
    page.get_by_label("New name for slow").fill("snail <b>")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="snail <b>", exact=True)).to_be_visible()
    command(page, "snail <b>", "Hide")
    expect(page.locator(".run-name")).to_have_text(["fast"])
    page.get_by_role("button", name="Show 1 hidden").click()
    expect(page.locator(".run-name")).to_have_count(2)


def test_a_deleted_run_can_be_called_back(two_runs: tuple[Client, Page]) -> None:
    client, page = two_runs
    command(page, "slow", "Delete")
    expect(page.locator(".run-name")).to_have_text(["fast"])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".run-name")).to_have_text(["fast", "slow"])
    command(page, "slow", "Delete")
    expect(page.locator(".run-name")).to_have_text(["fast"])
    expect(page.get_by_text("slow is deleted.")).to_be_hidden(timeout=15_000)
    assert [run["name"] for run in client.http.get("/runs").json()["runs"]] == ["fast"]


def test_two_runs_are_compared(two_runs: tuple[Client, Page]) -> None:
    _, page = two_runs
    page.get_by_label("Draw the curves of slow").check()
    page.get_by_role("button", name="Compare").click()
    sheet = page.get_by_role("dialog", name="Compare runs")
    expect(sheet.locator("tr.differs")).to_have_text(["Learning rateη 0.1η 1"])
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_twin_shares_its_draws(two_runs: tuple[Client, Page]) -> None:
    client, page = two_runs
    command(page, "slow", "Use its settings for a new run")
    expect(entry(page, "Learning rate")).to_have_value("0.1")
    entry(page, "Batch size").fill("15")
    entry(page, "Batch size").press("Tab")
    primary(page).click()
    wait_until_finished(page)
    expect(page.get_by_text("twin of slow")).to_be_visible()
    newest, *_, oldest = client.http.get("/runs").json()["runs"]
    assert newest["twin_of"] == oldest["id"]
    assert newest["config"]["batch_size"] == 15


def test_live_control_from_the_page(new_server: Callable[..., Server], open_page: Open) -> None:
    server = new_server().start()
    page = open_page(server.url + "/?preset=two-features&epochs=3")
    status = page.locator(".stage-status")
    page.get_by_role("button", name="Epoch", exact=True).click()
    expect(status).to_have_text("paused", timeout=30_000)
    shown = epoch(page).inner_text()
    page.get_by_role("button", name="Batch", exact=True).click()
    page.get_by_role("slider", name="Learning rate in stops").press("End")
    page.get_by_role("button", name="Use in the run that is learning").click()
    expect(page.locator(".stage-settings")).to_contain_text("η 10")
    assert epoch(page).inner_text() == shown
    primary(page).click()
    wait_until_finished(page)
    expect(page.locator(".chart .annotation-text", has_text="η 10").first).to_be_visible()
    entry(page, "Epochs").fill("5")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Let the run go on to 5").click()
    expect(epoch(page)).to_have_text("5")
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.locator(".run-name")).to_have_count(2)
