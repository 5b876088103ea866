"""The charts: drawn by the page itself, and explored in Plotly when somebody asks for it."""

import math
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import Open
from tests.e2e.lab import points


@pytest.fixture
def pair(empty_server: Server) -> tuple[str, str]:
    """Two runs that have ended, the second in front."""
    with Client(empty_server) as client:
        first = client.create(preset="two-features", epochs=3, name="<b>first</b>")["id"]
        client.until_ended(first)
        second = client.create(preset="two-features", epochs=4, name="second", eta=0.1)["id"]
        client.until_ended(second)
    return first, second


def explore(page: Page, chart: str) -> Locator:
    page.get_by_role("button", name=f"Explore {chart}").click()
    return page.get_by_role("dialog", name=chart)


def test_plotly_is_fetched_for_who_explores_and_shows_the_same_lines(
    empty_server: Server, pair: tuple[str, str], open_page: Open
) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{empty_server.url}/?run={pair[1]}&with={pair[0]}")
    expect(points(page)).to_have_count(14)
    expect(page.locator(".chart-note", has_text="<b>firs…")).to_have_count(2)
    page.mouse.move(700, 500)  # a hand alone does not either
    assert not [url for url in asked if "plotly" in url]

    sheet = explore(page, "Accuracy")
    expect(sheet.locator(".legendtext")).to_have_text(
        ["second test", "second training", "‹b›first‹/b› test", "‹b›first‹/b› training"]
    )
    assert len([url for url in asked if "plotly" in url]) == 1
    sheet.get_by_label("horizontal axis logarithmic").check()
    expect(sheet.locator(".xtick text").first).to_have_text(re.compile(r"^0\.0*[125]$"))  # of an epoch
    with page.expect_download() as download:
        sheet.get_by_role("button", name="SVG").click()
    picture = Path(download.value.path()).read_text()
    assert download.value.suggested_filename == "chalknet-accuracy.svg"
    assert "second training" in picture
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_who_cannot_have_plotly_is_told_and_keeps_the_charts(
    empty_server: Server, pair: tuple[str, str], open_page: Open
) -> None:
    page = open_page("about:blank", forgive=("ERR_FAILED", "plotly"))
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(f"{empty_server.url}/?run={pair[1]}")
    expect(points(page)).to_have_count(8)
    sheet = explore(page, "Loss")
    expect(sheet.get_by_role("status")).to_contain_text("Plotly could not be loaded")
    page.keyboard.press("Escape")
    page.unroute("**/plotly.min.js")
    expect(explore(page, "Loss").locator(".legendtext")).to_have_count(2)


def test_an_accuracy_on_a_logarithmic_axis_is_its_error_and_says_accuracies(
    empty_server: Server, pair: tuple[str, str], open_page: Open
) -> None:
    page = open_page(f"{empty_server.url}/?run={pair[1]}")
    expect(points(page)).to_have_count(8)
    page.get_by_role("button", name="How the curves are drawn").click()
    box = page.get_by_label("Logarithmic: loss, and the error of the accuracy")
    box.check()
    expect(box).to_be_checked()
    ticks = page.locator(".chart-plot").first.locator("text[text-anchor=end]")
    expect(ticks.first).to_have_text(re.compile(r"^\d+(\.\d+)?%$"))

    def rise(point: Locator) -> float:
        found = re.search(r"translate\([\d.]+ ([\d.]+)\)", str(point.get_attribute("transform")))
        assert found
        return float(found[1])

    history: dict[str, Any] = {}
    with Client(empty_server) as client:
        history = client.http.get(f"/runs/{pair[1]}/metrics").json()["columns"]
    shown = [rise(point) for point in points(page).all()[:4]]  # of training; the screen counts downwards
    accuracies = history["train_accuracy"]
    first, last = min(range(4), key=accuracies.__getitem__), max(range(4), key=accuracies.__getitem__)
    middle = next(k for k in range(4) if accuracies[first] < accuracies[k] < accuracies[last])
    decades = [math.log10(1 - accuracies[k]) for k in (first, middle, last)]
    heights = [shown[k] for k in (first, middle, last)]
    share = (heights[0] - heights[1]) / (heights[0] - heights[2])
    assert share == pytest.approx((decades[0] - decades[1]) / (decades[0] - decades[2]), abs=0.01)
