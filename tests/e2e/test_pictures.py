"""Curves and digits: what a run looks like at an epoch."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.classroom import Client, Server
from tests.e2e.conftest import Open
from tests.e2e.lab import QUICK, SIZES, digits, epoch, points, run_to_the_end


def test_the_digits_change_with_the_epochs(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.url + QUICK + "&eta=0.3&seed=2")
    expect(digits(page)).to_have_attribute("aria-label", re.compile("not yet judged|after epoch"))
    run_to_the_end(page)
    seen = set()
    chart = page.locator(".chart").first
    expect(points(page).nth(7)).to_be_attached()
    box = page.locator(".chart .chart-area").first.bounding_box()
    assert box is not None
    for number in range(1, 5):
        chart.page.mouse.move(box["x"] + box["width"] * number / 4.04, box["y"] + box["height"] / 2)
        expect(epoch(page)).to_have_text(str(number))
        expect(digits(page)).to_have_attribute("aria-label", re.compile(f"after epoch {number}"))
        seen.add(digits(page).evaluate("canvas => canvas.toDataURL()"))
    assert len(seen) > 1


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
    expect(card).to_contain_text(
        "Digit 2, " + ("recognised" if answer["predictions"] == [2] else "taken for")
    )
    expect(card.locator(".bar")).to_have_count(10)
    expect(page.locator("canvas.digit-grid [role=option][aria-selected=true]")).to_contain_text("number 2, ")
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
    expect(page.locator(".figure-wrong .figure-value")).to_have_text(str(wrong))
    expect(page.locator("canvas.digit-grid [role=option]")).to_have_count(100)
    page.get_by_label("only the wrong ones").check()
    expect(page.locator("canvas.digit-grid [role=option]")).to_have_count(wrong)


def test_chart_options_are_remembered_and_pictures_can_be_saved(
    server: Server, client: Client, open_page: Open
) -> None:
    run = client.create(preset="two-features", epochs=3)
    client.until_ended(run["id"])
    page = open_page(f"{server.url}/?run={run['id']}")
    expect(points(page)).to_have_count(6)
    options = page.get_by_role("button", name="How the curves are drawn")
    options.click()
    for name, form, suffix in (
        ("Python", "python", ".py"),
        ("Jupyter", "notebook", ".ipynb"),
        ("neurons.py", "class", "-neurons.py"),
        ("curl", "curl", ".sh"),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == f"chalknet-{run['id']}{suffix}"
        program = client.http.get(f"/runs/{run['id']}/script", params={"format": form})
        assert Path(download.value.path()).read_bytes() == program.content
    ended = client.run(run["id"])
    card = page.locator("#curves-menu")
    assert card.evaluate(
        "card => card.scrollWidth <= card.clientWidth && card.getBoundingClientRect().bottom <= innerHeight"
    )
    expect(card).to_contain_text(f"Fingerprint {ended['fingerprint'][:12]}:")
    expect(card).to_contain_text(f"Computed with {ended['kernels'][0]}.")
    page.get_by_role("radio", name="step").check(force=True)
    page.get_by_label("Logarithmic: loss, and the error of the accuracy").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()
    assert download.value.suggested_filename == "chalknet-accuracy.svg"
    page.reload()
    options.click()
    expect(page.get_by_role("radio", name="step")).to_be_checked()
    expect(page.get_by_label("Logarithmic: loss, and the error of the accuracy")).to_be_checked()
