"""The picture of the network: it has nncore's numbers, follows epoch and digit, and keys reach all of it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import Open
from tests.e2e.lab import digits

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def portrait(page: Page) -> Locator:
    return page.locator(".portrait-picture")


def number(text: str) -> float:
    """What a person reads: 0.291, −1.2, 99.87%, 5.54·10⁻⁶."""
    plain = text.replace("−", "-").translate(SUPERSCRIPTS).replace("·10", "e")
    return float(plain.rstrip("%")) / (100 if "%" in plain else 1)


def said(page: Page) -> list[float]:
    """What each neuron and each output says."""
    options = portrait(page).locator("[role=option]").all_text_contents()
    return [number(text.rpartition(": ")[2]) for text in options]


@pytest.mark.parametrize(
    "settings",
    [{"preset": "full-digits"}, {"preset": "two-features", "shape": [2, 5, 3, 2], "activation": "tanh"}],
    ids=["digits", "plane"],
)
def test_its_numbers_are_nncores_at_the_start_and_later(
    server: Server, client: Client, open_page: Open, settings: dict[str, object]
) -> None:
    run = client.until_ended(client.create(epochs=2, **settings)["id"])
    page = open_page(f"{server.url}/?run={run['id']}&epoch=0")
    for epoch in (0, 1, 2):
        expect(portrait(page)).to_have_attribute("data-epoch", str(epoch))
        sample = client.http.get(f"/runs/{run['id']}/sample?epoch={epoch}&number=0").json()
        expected = [value for layer in sample["v"][1:] for value in layer]
        shown = said(page)
        assert len(shown) == len(expected)
        for one, other in zip(shown, expected, strict=True):
            assert one == pytest.approx(other, rel=5e-3, abs=6e-5)
        page.keyboard.press("ArrowRight")


def test_a_neuron_is_pressed_or_reached_by_keys_and_leads_to_its_lens(
    server: Server, client: Client, open_page: Open
) -> None:
    run = client.until_ended(client.create(preset="full-digits", epochs=1)["id"])
    page = open_page(f"{server.url}/?run={run['id']}")
    expect(portrait(page)).to_have_attribute("data-epoch", "1")
    portrait(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    card = page.locator(".portrait-card")
    expect(card.get_by_role("heading")).to_have_text("Hidden layer 1, neuron 2")
    sample = client.http.get(f"/runs/{run['id']}/sample?epoch=1&number=0").json()
    facts = card.get_by_role("status")
    expect(facts).to_contain_text(re.compile(r"784 inputs · bias .* · z .* · v .* · δ [−\d]"))
    z, v, delta = re.findall(r"· (?:z|v|δ) (\S+)", facts.inner_text())
    assert number(z) == pytest.approx(sample["z"][0][1], rel=5e-3)
    assert number(v) == pytest.approx(sample["v"][1][1], rel=5e-3)
    assert number(delta) == pytest.approx(sample["delta"][0][1], rel=5e-3)
    card.get_by_role("button", name="Its weights").click()
    expect(page.locator("#lens-panel").get_by_role("heading", name="Neuron 2", exact=True)).to_be_visible()
    portrait(page).focus()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.keyboard.press("End")
    expect(card.get_by_role("heading")).to_have_text("Output 9")
    page.keyboard.press("Escape")

    before = portrait(page).evaluate("canvas => canvas.toDataURL()")
    digits(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(portrait(page)).to_have_attribute("aria-label", re.compile("test digit number 2"))
    page.wait_for_function(
        "before => document.querySelector('.portrait-picture').toDataURL() !== before", arg=before
    )


def test_it_is_live_and_of_many_neurons_shows_the_most_telling_first(
    server: Server, client: Client, open_page: Open
) -> None:
    run = client.create(preset="full-digits", shape=[784, 100, 10], epochs=100)
    page = open_page(f"{server.url}/?run={run['id']}")
    expect(portrait(page)).to_have_attribute("data-epoch", re.compile(r"\d"))
    seen = int(str(portrait(page).get_attribute("data-epoch")))
    page.wait_for_function(
        "seen => Number(document.querySelector('.portrait-picture').dataset.epoch) > seen", arg=seen
    )
    options = portrait(page).locator("[role=option]")
    expect(options).to_have_count(70)
    page.get_by_role("button", name="40 more").click()
    expect(options).to_have_count(110)
    page.get_by_role("button", name="Only the most telling").click()
    expect(options).to_have_count(70)
    client.http.patch(f"/runs/{run['id']}", json={"wanted": "stopped"}).raise_for_status()
