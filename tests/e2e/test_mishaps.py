"""What a visitor must not be made to suffer by lost requests, other people, or another run in front."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import PHONE, Open
from tests.e2e.lab import digits, entry, points

LOST = ("ERR_FAILED", "Failed to load resource")


@pytest.fixture(scope="module")
def run(server: Server) -> dict[str, Any]:
    """A network of digits after one epoch."""
    with Client(server) as client:
        return client.until_ended(client.create(preset="full-digits", epochs=1, train_size=6000)["id"])


@pytest.fixture(scope="module")
def features(server: Server) -> dict[str, Any]:
    """A network of two features after three epochs."""
    with Client(server) as client:
        return client.until_ended(client.create(preset="two-features", epochs=3, name="mishaps")["id"])


def lose_once(page: Page, path: str) -> None:
    """Of the requests for a path the first never arrives."""
    page.route(re.compile(path), lambda route: route.abort("failed"), times=1)


def test_a_lost_request_leaves_no_lens_blank(server: Server, run: dict[str, Any], open_page: Open) -> None:
    page = open_page("about:blank", forgive=LOST)
    for path in ("/params", "/confusion\\?", "/confusion/samples", "/stubborn", "/chosen-images"):
        lose_once(page, path)
    page.goto(f"{server.url}/?run={run['id']}&lens=confusion")
    expect(page.locator(".confusion caption")).to_contain_text("after epoch 1")
    expect(page.locator(".confusion tbody button")).to_have_count(100)
    expect(page.get_by_role("listbox", name="Digits of the cell")).to_be_visible()
    expect(page.locator(".lens-where")).to_contain_text("after epoch 1")


def test_a_lost_measurement_can_be_asked_for_again(
    server: Server, run: dict[str, Any], open_page: Open
) -> None:
    page = open_page("about:blank", forgive=LOST)
    page.route(re.compile("/gradient-price"), lambda route: route.abort("failed"))
    page.goto(f"{server.url}/?run={run['id']}&lens=microscope")
    measure = page.get_by_role("button", name="Measure it now")
    expect(page.locator(".lens-check table")).to_contain_text("back-propagation")
    measure.click()
    expect(page.locator(".lens-where")).to_have_text(re.compile("could not be fetched"))
    expect(measure).to_be_enabled()
    page.unroute_all()
    measure.click()
    expect(page.locator(".lens-check")).to_contain_text("47,720 forward passes")
    expect(page.locator(".lens-where")).to_contain_text("after epoch 1")


def test_who_wants_to_look_inside_early_does_when_the_lenses_have_come(
    server: Server, run: dict[str, Any], open_page: Open
) -> None:
    page = open_page("about:blank")
    held: list[Route] = []
    page.route("**/lenses/panel.js", lambda route: held.append(route))
    page.goto(f"{server.url}/?run={run['id']}")
    page.get_by_role("button", name="Look inside").click()
    expect(page.locator(".runs")).to_be_visible()
    for route in held:
        route.continue_()
    expect(page.get_by_role("tabpanel", name="First weights")).to_be_in_viewport()


def test_only_a_press_on_a_digit_scrolls_to_its_card(
    server: Server, run: dict[str, Any], open_page: Open
) -> None:
    page = open_page(f"{server.url}/?run={run['id']}&lens=microscope", **PHONE)
    card = page.locator(".digit-card")
    number = page.get_by_label("Test digit", exact=True)
    expect(page.locator(".lens-steps li").first).to_be_visible()
    number.scroll_into_view_if_needed()
    number.fill("5")
    number.press("Enter")
    expect(card.get_by_role("heading")).to_have_text("Test digit number 5")
    expect(card.locator(".bar")).to_have_count(10)
    expect(number).to_be_in_viewport()
    expect(card).not_to_be_in_viewport()
    digits(page).scroll_into_view_if_needed()
    digits(page).click(position={"x": 10, "y": 10})
    expect(card.get_by_role("heading")).to_have_text("Test digit number 1")
    expect(card).to_be_in_viewport()


def test_a_digit_that_a_data_set_does_not_have_is_closed_there(
    server: Server, run: dict[str, Any], features: dict[str, Any], open_page: Open
) -> None:
    page = open_page(f"{server.url}/?run={run['id']}&from=8901&digit=9000")
    card = page.locator(".digit-card")
    expect(card.locator(".bar")).to_have_count(10)
    page.get_by_role("button", name=features["name"], exact=True).click()
    expect(page.locator(".stage h2")).to_have_text(features["name"])
    expect(card).to_be_hidden()
    page.get_by_role("button", name=run["name"], exact=True).click()
    expect(card.locator(".bar")).to_have_count(10)


def test_the_card_has_nothing_of_another_run(
    server: Server, run: dict[str, Any], features: dict[str, Any], open_page: Open
) -> None:
    page = open_page(f"{server.url}/?run={run['id']}&digit=3")
    card = page.locator(".digit-card")
    expect(card.locator(".bar")).to_have_count(10)
    held: list[Route] = []
    page.route(re.compile(f"/runs/{features['id']}/predictions"), lambda route: held.append(route))
    page.get_by_role("button", name=features["name"], exact=True).click()
    expect(card.get_by_role("heading")).to_be_visible()
    expect(card.locator(".bar")).to_have_count(0)
    expect(card).not_to_contain_text("Digit ")
    for route in held:
        route.continue_()
    expect(card.locator(".bar")).to_have_count(2)


def test_the_cross_hair_follows_the_axis(server: Server, features: dict[str, Any], open_page: Open) -> None:
    page = open_page(f"{server.url}/?run={features['id']}&epoch=2")
    expect(points(page)).to_have_count(6)
    page.mouse.move(1, 1)
    cross = page.locator(".chart-cross").first
    expect(cross).to_be_visible()
    page.get_by_role("button", name="How the curves are drawn").click()
    page.get_by_role("radio", name="step").check(force=True)
    page.keyboard.press("Escape")
    # Training and test have three points each: the second is that of epoch 2.
    page.wait_for_function("""() => {
        const [, second] = document.querySelectorAll(".chart-point:not([data-sampled])");
        const [left] = second.getAttribute("transform").match(/[\\d.]+/);
        const axis = [...document.querySelectorAll(".chart-plot text")].map((text) => text.textContent);
        const cross = document.querySelector(".chart-cross");
        return axis.includes("step") && Math.abs(Number(left) - parseFloat(cross.style.left)) < 1;
    }""")
    expect(cross).to_be_visible()


def test_the_address_is_written_now_and_then_and_ends_right(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    page.evaluate("""() => {
        window.written = 0;
        const write = history.replaceState;
        history.replaceState = (...args) => { window.written += 1; return write.apply(history, args); };
    }""")
    slider = page.get_by_role("slider", name="Learning rate in stops")
    slider.evaluate("""(slider) => {
        for (let k = 0; k < 200; k += 1) {
            slider.value = String(k % 9);
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }""")
    expect(page).to_have_url(re.compile(r"\?eta=0\.003$"))
    assert page.evaluate("window.written") <= 2
    expect(entry(page, "Learning rate")).to_have_value("0.003")


def test_a_lesson_is_nobodys_twin(server: Server, run: dict[str, Any], open_page: Open) -> None:
    page = open_page(f"{server.url}/?run={run['id']}", forgive=LOST)
    page.route("**/api/v1/runs", lambda route: route.abort("failed"))
    page.get_by_label(f"Commands for {run['name']}").click()
    page.get_by_role("button", name="Use its settings for a new run").click()
    page.get_by_role("radio", name="Scaled initialization").check(force=True)
    with page.expect_request("**/api/v1/runs") as asked:
        page.get_by_role("button", name="New run").click()
    assert asked.value.post_data_json == {"preset": "scaled-initialization"}


def test_a_connection_that_is_open_by_name_only_is_made_anew(server: Server, open_page: Open) -> None:
    connections: list[WebSocketRoute] = []

    def cut_the_first(route: WebSocketRoute) -> None:
        connections.append(route)
        behind = route.connect_to_server()
        if len(connections) > 1:
            return

        def pass_on(message: str | bytes) -> None:
            if len(connections) == 1 and "t" not in str(message)[:6] and "log" in str(message):
                route.send(message)  # the first word, and then nothing more

        behind.on_message(pass_on)

    page = open_page("about:blank")
    page.route_web_socket(re.compile("/api/v1/ws"), cut_the_first)
    page.clock.install()
    page.goto(server.url)
    pill = page.locator(".pill")
    expect(pill).to_have_text("live")
    page.clock.run_for(27_000)  # two heartbeats missed; not so long that the next one is given up
    expect(pill).to_have_text("live")
    assert len(connections) > 1


def test_keys_of_one_letter_can_be_switched_off(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    switch = sheet.get_by_label("Keys of one letter or sign")
    expect(switch).to_be_checked()
    switch.uncheck()
    page.keyboard.press("Escape")
    wrong = page.get_by_label("only the wrong ones")
    page.keyboard.press("w")
    page.keyboard.press("?")
    expect(sheet).to_be_hidden()
    expect(wrong).not_to_be_checked()
    page.reload()
    page.locator("html[data-ready]").wait_for(state="attached")
    page.keyboard.press("w")
    expect(wrong).not_to_be_checked()
    page.set_viewport_size({"width": 600, "height": 800})
    page.get_by_role("button", name="Keys").click()  # there even where it is otherwise not
    switch.check()
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(wrong).to_be_checked()
