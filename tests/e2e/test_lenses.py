"""Looking inside the network, in a real browser: what is on the screen is what nncore says."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import DESKTOP, PHONE, Open

SIZES = {"desktop": DESKTOP, "phone": PHONE}
LENSES = ["First weights", "Weights", "Back-propagation", "Confusion", "Draw a digit", "Hints"]


@pytest.fixture(scope="module")
def run(server: Server) -> dict[str, Any]:
    """The lecture's network after two epochs."""
    with Client(server) as client:
        return client.until_ended(client.create(preset="full-digits", epochs=2, name="inside")["id"])


@pytest.fixture(scope="module")
def features(server: Server) -> dict[str, Any]:
    """The two-feature network after three epochs."""
    with Client(server) as client:
        return client.until_ended(client.create(preset="two-features", epochs=3, name="features")["id"])


def look(open_page: Open, server: Server, run: dict[str, Any], lens: str, **settings: Any) -> Page:
    page = open_page(f"{server.url}/?run={run['id']}", **settings)
    page.get_by_role("tab", name=lens, exact=True).click()
    expect(page.locator(".lens-where")).to_contain_text(
        f"{run['name']}, after epoch {run['epoch']}", timeout=30_000
    )
    return page


def scrubber(page: Page) -> Locator:
    return page.locator(".lens-panel").get_by_role("slider", name="Epoch looked at")


def table(page: Page) -> list[list[str]]:
    """The figures of the first lens, a row per layer."""
    rows = page.locator(".lens-body .lens-table").first.locator("tbody tr")
    expect(rows.first).to_be_visible()
    return [row.locator("td").all_inner_texts() for row in rows.all()]


def number(text: str) -> float:
    return float(text.rstrip("%").replace("−", "-"))


def test_nothing_is_loaded_before_a_lens_is_opened(
    server: Server, run: dict[str, Any], open_page: Open
) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/?run={run['id']}")
    expect(page.locator(".digits-count[data-judged]")).to_be_visible()
    assert not [url for url in asked if url.endswith("lenses/weights/weights.js")]
    page.get_by_role("tab", name="Weights", exact=True).click()
    tiles = page.get_by_role("listbox", name="Weights of the hidden neurons")
    expect(tiles).to_be_visible(timeout=30_000)
    assert [url for url in asked if url.endswith("lenses/weights/weights.js")]
    assert [url for url in asked if "/params?epoch=2" in url]  # the picture of the network asks for them, too


def test_the_slider_moves_every_view_and_latest_lets_go(
    server: Server, run: dict[str, Any], open_page: Open
) -> None:
    page = look(open_page, server, run, "Confusion")
    counter = page.locator(".figure-epoch .figure-value")
    expect(page.locator(".confusion caption")).to_contain_text("after epoch 2")
    scrubber(page).press("ArrowLeft")
    expect(counter).to_have_text("1")
    expect(page.locator("canvas.digit-grid")).to_have_attribute("aria-label", re.compile("after epoch 1"))
    expect(page.locator(".lens-where")).to_have_text("inside, after epoch 1")
    expect(page.locator(".confusion caption")).to_contain_text("after epoch 1")
    page.locator(".lens-panel").get_by_role("button", name="latest").click()
    expect(counter).to_have_text("2")
    expect(page.locator(".confusion caption")).to_contain_text("after epoch 2")


def test_a_link_opens_the_same_lens_at_the_same_epoch(
    server: Server, run: dict[str, Any], open_page: Open
) -> None:
    page = look(open_page, server, run, "Confusion")
    scrubber(page).press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"[?&]epoch=1&lens=confusion$"))
    other = open_page(page.url)
    expect(other.locator(".confusion caption")).to_contain_text("after epoch 1")
    expect(other.locator(".figure-epoch .figure-value")).to_have_text("1")
    other.get_by_role("button", name="Close the lens").click()
    expect(other).to_have_url(re.compile(r"[?&]epoch=1$"))


def test_the_first_weights_make_the_sums_too_wide_and_the_dial_cures_it(
    server: Server, client: Client, run: dict[str, Any], open_page: Open
) -> None:
    page = look(open_page, server, run, "First weights")
    scrubber(page).press("Home")
    expect(page.locator(".lens-where")).to_contain_text("before the first step")
    expect(page.locator(".lens-body tr[data-chosen] td").nth(1)).to_have_text("27.99")
    hidden, output = table(page)
    width, board, real, saturated, slope = map(number, hidden)
    assert 9 < width < 10
    assert 60 <= saturated <= 65
    assert slope == pytest.approx(0.04, abs=0.01)
    layers = client.http.get(f"/runs/{run['id']}/layers?epoch=0&samples=1000").json()["layers"]
    for row, layer in zip((hidden, output), layers, strict=True):
        assert number(row[1]) == pytest.approx(layer["unit_width"], abs=0.006)
        assert number(row[2]) == pytest.approx(layer["data_width"], abs=0.006)
        assert number(row[3]) == pytest.approx(100 * layer["saturated"], abs=0.06)
        assert number(row[4]) == pytest.approx(layer["mean_slope"], abs=0.0006)
    assert board == pytest.approx(28, abs=0.1)
    assert 9 < real < 10
    page.get_by_role("slider", name="Width of the first weights").press("End")
    expect(page.locator(".lens-reading")).to_contain_text("0.036")
    width, _, _, saturated, slope = map(number, table(page)[0])
    assert 0.9 < width < 1.1
    assert saturated == 0
    assert slope == pytest.approx(0.2, abs=0.02)


def test_one_button_starts_the_twins(server: Server, client: Client, open_page: Open, run: Any) -> None:
    page = look(open_page, server, run, "First weights")
    page.get_by_role("button", name="Start both runs").click()
    expect(page.locator(".stage h2")).to_have_text("scaled")
    standard, scaled = (
        next(one for one in client.http.get("/runs").json()["runs"] if one["name"] == name)
        for name in ("standard", "scaled")
    )
    assert scaled["twin_of"] == standard["id"]
    assert scaled["config"] == standard["config"] | {"initialization": "scaled", "preset": None}
    for one in (standard, scaled):
        client.http.delete(f"/runs/{one['id']}")


def test_a_neuron_is_chosen_by_keys(server: Server, run: dict[str, Any], open_page: Open) -> None:
    page = look(open_page, server, run, "Weights")
    tiles = page.get_by_role("listbox", name="Weights of the hidden neurons")
    expect(tiles.locator("[role=option]")).to_have_count(30)
    tiles.press("ArrowRight")
    expect(page.get_by_role("heading", name="Neuron 2")).to_be_visible()
    tiles.press("End")
    expect(page.get_by_role("heading", name="Neuron 30")).to_be_visible()
    expect(
        page.get_by_role("listbox", name="Test digits that excite it most").locator("[role=option]")
    ).to_have_count(10)


def test_the_steps_show_the_numbers_and_the_source(
    server: Server, client: Client, run: dict[str, Any], open_page: Open
) -> None:
    page = look(open_page, server, run, "Back-propagation")
    sample = client.http.get(f"/runs/{run['id']}/sample?epoch=2").json()
    expect(page.locator(".lens-steps li")).to_have_count(9)
    page.get_by_role("button", name="δ of the output layer").click()
    neuron = max(range(10), key=lambda k: abs(sample["delta"][1][k]))
    expect(page.get_by_label("Neuron j")).to_have_value(str(neuron))
    expect(page.locator(".lens-lines")).to_contain_text("delta = [LOSSES")
    expect(page.locator(".lens-lines")).to_contain_text(re.compile(r"nncore/backprop\.py:\d+"))
    shown = page.evaluate(
        """async ([value]) => (await import(document.querySelector('script[type=module]').src
             .replace('main.js', 'lenses/elements/numbers.js'))).short(value)""",
        [sample["delta"][1][neuron]],
    )
    expect(page.locator(".lens-numbers")).to_contain_text(shown)
    expect(page.locator(".lens-check table")).to_contain_text("back-propagation")
    page.get_by_role("slider", name="Nudge by ±ε").press("End")
    expect(page.locator(".lens-check .lens-reading")).to_have_text("ε = 0.1")
    page.get_by_role("button", name="Measure it now").click()
    expect(page.locator(".lens-check")).to_contain_text("47,720 forward passes")


def test_each_loss_has_its_own_equation(server: Server, client: Client, open_page: Open) -> None:
    """Of the three only the quadratic loss keeps the slope of the outputs in their delta."""
    small = {"dataset": "digits", "shape": [784, 5, 10], "epochs": 1, "train_size": 500}
    for loss, formula, slope in (
        ("quadratic", "L=12∑j(vj−tj)2", True),
        ("cross-entropy", "L=−∑jtjlnvj", False),
        ("sigmoid-cross-entropy", "L=−∑j(tjlnvj+(1−tj)ln(1−vj))", False),
    ):
        run = client.until_ended(client.create(**small, loss=loss, eta=0.5, name=loss)["id"])
        page = look(open_page, server, run, "Back-propagation")
        page.get_by_role("button", name="Loss", exact=True).click()
        equations = page.locator(".lens-panel math")
        read = "all => all.map((one) => one.textContent.replaceAll(/\\s/g, ''))"
        expect(equations.filter(has_text="L").first).to_be_visible()
        shown = equations.evaluate_all(read)
        assert formula in shown
        value = client.http.get(f"/runs/{run['id']}/sample?epoch=1").json()["loss"]
        numbers = next(text for text in shown if text.startswith("L=") and text != formula)
        assert float(numbers.rsplit("=", 1)[1]) == pytest.approx(value, rel=0.01)
        page.get_by_role("button", name="δ of the output layer").click()
        expect(page.locator(".lens-lines")).to_contain_text("delta = [LOSSES")
        assert any("σ′" in text for text in equations.evaluate_all(read)) == slope
        client.http.delete(f"/runs/{run['id']}")


def test_a_cell_opens_its_digits(
    server: Server, client: Client, run: dict[str, Any], open_page: Open
) -> None:
    page = look(open_page, server, run, "Confusion")
    counts = client.http.get(f"/runs/{run['id']}/confusion?epoch=2").json()["counts"]
    cells = page.locator(".confusion tbody button")
    expect(cells).to_have_text([f"{count:,}" for row in counts for count in row])
    page.get_by_role("button", name=re.compile("^7 taken for 2: ")).click()
    expect(page.get_by_role("heading", name="7 taken for 2")).to_have_text(f"7 taken for 2: {counts[7][2]}")
    digits = page.get_by_role("listbox", name="Digits of the cell")
    expect(digits.locator("[role=option]")).to_have_count(min(counts[7][2], 48))
    digits.press("Home")
    expect(page.locator(".digit-card")).to_contain_text("Digit 7, taken for 2")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_drawn_one_is_seen_centred(server: Server, run: dict[str, Any], open_page: Open, size: Any) -> None:
    page = look(open_page, server, run, "Draw a digit", **size)
    paper = page.locator(".draw-paper")
    expect(page.locator(".draw-answer")).to_have_text("Nothing drawn, nothing to say.")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.6, steps=8)
    page.mouse.up()
    expect(page.locator(".draw-answer")).to_have_text(
        re.compile(r"^The network says 1\. Its output is \d+%\.$")
    )
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".draw-answer")).to_have_text("Nothing drawn, nothing to say.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"


def test_the_plane_is_there_for_two_features_alone(
    server: Server, features: dict[str, Any], open_page: Open
) -> None:
    page = look(open_page, server, features, "Plane")
    expect(page.get_by_role("tab", name="Weights", exact=True)).to_be_hidden()
    expect(page.locator(".plane")).to_have_attribute("aria-label", re.compile(r"^9\d\.\d%"))
    before = page.locator(".plane image").get_attribute("href")
    scrubber(page).press("Home")
    expect(page.locator(".plane image")).not_to_have_attribute("href", before or "")
    expect(page.locator(".plane-neuron")).to_have_count(5)


def test_a_hint_goes_into_the_controls(server: Server, run: dict[str, Any], open_page: Open) -> None:
    page = look(open_page, server, run, "Hints")
    page.get_by_role("button", name="Apply: First weights scaled").click()
    expect(page.get_by_role("radio", name="scaled", exact=True)).to_be_checked()


def test_a_lottery_is_played_with_five_seeds(server: Server, client: Client, open_page: Open) -> None:
    settings = {"dataset": "digits", "shape": [784, 100, 10], "train_size": 1000, "epochs": 1, "seed": 11}
    run = client.until_ended(client.create(**settings)["id"])
    page = look(open_page, server, run, "Hints")
    hint = page.locator(".lens-hint").filter(has_text="lottery of the seed")
    hint.get_by_role("button", name="Try 5 seeds").click()
    expect(page.locator(".notices")).to_contain_text("4 runs with other seeds have started")
    seeds = [
        run["config"]["seed"]
        for run in client.http.get("/runs").json()["runs"]
        if run["config"]["shape"] == [784, 100, 10] and run["config"]["train_size"] == 1000
    ]
    assert {11, 12, 13, 14, 15} <= set(seeds)
    expect(page.locator(".stage h2")).to_have_text(run["name"])


def test_tabs_are_moved_through_by_keys(server: Server, run: dict[str, Any], open_page: Open) -> None:
    page = open_page(f"{server.url}/?run={run['id']}")
    page.get_by_role("button", name="Look inside").click()
    expect(page.get_by_role("tabpanel", name="First weights")).to_be_in_viewport()
    page.get_by_role("button", name="Close the lens").click()
    first, last = (page.get_by_role("tab", name=name, exact=True) for name in ("First weights", "Hints"))
    first.focus()
    page.keyboard.press("ArrowLeft")
    expect(last).to_be_focused()
    page.keyboard.press("Enter")
    expect(last).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="Hints")).to_be_visible()
    page.get_by_role("button", name="Close the lens").click()
    expect(page.get_by_role("tabpanel")).to_be_hidden()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "dark"])
def test_axe_finds_nothing_in_any_lens(
    server: Server, run: dict[str, Any], features: Any, open_page: Open, size: Any, scheme: str
) -> None:
    for one, lenses in ((run, LENSES), (features, ["Plane"])):
        page = open_page(f"{server.url}/?run={one['id']}", color_scheme=scheme, **size)
        for lens in lenses:
            page.get_by_role("tab", name=lens, exact=True).click()
            expect(page.get_by_role("tabpanel", name=lens, exact=True)).to_be_visible()
            page.wait_for_load_state("networkidle")
            found = Axe().run(page, context=".lens-panel").response["violations"]
            assert [(lens, issue["id"], issue["nodes"][0]["target"]) for issue in found] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), lens


def test_a_lens_is_saved_as_a_picture_with_its_title(server: Server, client: Client, open_page: Open) -> None:
    run = client.until_ended(client.create(preset="two-features", epochs=2)["id"])
    page = open_page(f"{server.url}/?run={run['id']}&lens=confusion")
    expect(page.locator(".lens-where")).to_contain_text("epoch 2")
    expect(page.locator(".lens-body")).to_contain_text("0")
    files = {}
    for form in ("SVG", "PNG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save as {form}").click()
        assert download.value.suggested_filename == f"chalknet-confusion.{form.lower()}"
        files[form] = Path(download.value.path()).read_bytes()
    assert b"<title>Confusion. " in files["SVG"]
    assert b"after epoch 2" in files["SVG"]
    picture = Image.open(io.BytesIO(files["PNG"])).convert("RGB")
    colours = picture.getcolors(maxcolors=2**24)
    assert colours is not None
    assert max(count for count, _ in colours) < 0.99 * picture.width * picture.height  # something is drawn
    assert len(colours) > 50
