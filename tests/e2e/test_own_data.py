"""Own data in the page: a bad file is explained, a good one is shown, kept, learned from, and forgotten."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.classroom import Server

ROWS = [f"{k % 7 + 4 * (k % 3)}.5,{k % 5},{k % 3},{('iris', 'rose', 'daisy')[k % 3]}\n" for k in range(180)]
FLOWERS = "sepal,petal,stem,kind\n" + "".join(ROWS)


@pytest.fixture
def server(new_server: Callable[..., Server]) -> Server:
    return new_server().start()


def test_a_file_is_seen_kept_and_learned_from(
    open_page: Callable[..., Page], server: Server, tmp_path: Path
) -> None:
    good, bad = tmp_path / "Flowers.csv", tmp_path / "bad.csv"
    good.write_text(FLOWERS)
    bad.write_text(FLOWERS + "x,3,4,iris\n")
    page = open_page(server.url, forgive=("status of 422", "status of 409"))

    page.get_by_role("button", name="Bring your own data").click()
    sheet = page.get_by_role("dialog", name="Bring your own data")
    sheet.get_by_label("Choose a file").set_input_files(bad)
    expect(sheet.get_by_text("line 182: 'x' in 'sepal' is no finite number.")).to_be_visible()
    expect(sheet.get_by_role("button", name="Keep")).to_be_hidden()

    sheet.get_by_label("Choose a file").set_input_files(good)
    expect(sheet.get_by_text("180 samples, 3 inputs, 3 classes")).to_be_visible()
    expect(sheet.get_by_text("daisy (60), iris (60), rose (60)")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    sheet.get_by_role("button", name="Keep and use it").click()
    expect(sheet).to_be_hidden()
    expect(page.get_by_label("Data", exact=True)).to_contain_text("Flowers")

    page.get_by_role("button", name="Start").first.click()
    expect(page.locator(".portrait canvas, [data-panel=portrait] canvas").first).to_have_attribute(
        "data-epoch", "20"
    )
    grid = page.locator(".digit-grid")
    expect(grid.locator("[role=option]")).to_have_count(45)
    expect(page.get_by_role("tab", name="Draw a digit")).to_be_hidden()

    page.get_by_role("button", name="Bring your own data").click()
    sheet.get_by_role("button", name="Delete Flowers").click()
    expect(sheet.get_by_text("1 runs have learned from it")).to_be_visible()
