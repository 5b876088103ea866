"""Where things stand: in every size and state nothing is wider than the window, nothing on something else."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import DESKTOP, PHONE, Open
from tests.e2e.lab import LONG, QUICK, digits, entry, epoch, primary, run_to_the_end

WIDE = [(1920, 1080), (1440, 900), (1280, 800), (1280, 720), (1024, 768), (960, 540)]
NARROW = [(390, 844), (320, 640), (683, 384)]

# What reaches out of the window (not of a box that scrolls in itself), and pairs that lie on each other.
FAULTS = """() => {
  const width = document.documentElement.clientWidth;
  const faults = [];
  if (document.documentElement.scrollWidth > width) faults.push("the page scrolls sideways");
  const shown = [...document.querySelectorAll("body *")].filter(
    (e) => !e.closest(".unseen, #js-plotly-tester, svg *") && e.checkVisibility({ visibilityProperty: true }),
  );
  const cut = (e) => {
    for (let at = e.parentElement; at; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== "visible") return true;
    return false;
  };
  for (const e of shown) {
    const { left, right, width: wide } = e.getBoundingClientRect();
    if (wide > 1 && (right > width + 1 || left < -1) && !cut(e))
      faults.push(`${e.tagName} ${e.getAttribute("class")} from ${left} to ${right}`);
  }
  const parts = [".stage", ".chart", "canvas.digit-grid", "[data-panel=network]", "[data-panel=lessons]",
    "[data-panel=settings]", "[data-panel=slider]", "[data-panel=runs]"];
  const boxes = parts.flatMap((name) =>
    [...document.querySelectorAll(name)].map((e) => [name, e.getBoundingClientRect()]))
    .filter(([, box]) => box.width > 0);
  for (const [k, [one, a]] of boxes.entries())
    for (const [other, b] of boxes.slice(k + 1))
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        faults.push(`${one} lies on ${other}`);
  return faults;
}"""

# Charts in sight follow their boxes, with the next frames: also a box that has become narrower.
FITTING = """() => [...document.querySelectorAll(".chart")].every((chart) => {
  const box = chart.getBoundingClientRect();
  return box.top > innerHeight || box.bottom < 0 || [...chart.querySelectorAll("svg, canvas")].every(
    (picture) => picture.getBoundingClientRect().right < box.right + 2);
})"""


def walk(page: Page, sizes: list[tuple[int, int]], state: str) -> None:
    """Make the window that large, one size after the other: also what was wide has to shrink."""
    page.evaluate("scrollTo(0, 0)")
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FITTING)
        assert (state, width, page.evaluate(FAULTS)) == (state, width, [])


def test_nothing_overflows_at_any_size_in_any_state(empty_server: Server, open_page: Open) -> None:
    phone: dict[str, Any] = PHONE
    with Client(empty_server) as client:
        desk, hand = open_page(empty_server.url), open_page(empty_server.url, **phone)
        walk(desk, WIDE, "empty")
        walk(hand, NARROW, "empty")
        names = ["first", "W" * 60, "third"]
        runs = [client.create(preset="two-features", epochs=3, name=name) for name in names]
        for run in runs:
            client.until_ended(run["id"])
        compared = f"/?run={runs[1]['id']}&with={'.'.join(run['id'] for run in runs)}"
        for page, sizes in ((desk, WIDE), (hand, NARROW)):
            expect(page.locator(".digits-count[data-judged]")).to_be_visible()
            walk(page, sizes, "finished")
            page.goto(empty_server.url + compared)
            expect(page.locator(".digits-count[data-judged]")).to_be_visible()
            walk(page, sizes, "compared")
        page = desk
        page.keyboard.press("p")
        walk(page, WIDE, "projector")
        for width, height in WIDE[:-1]:
            page.set_viewport_size({"width": width, "height": height})
            for part in (".chart-panel >> nth=0", ".chart-panel >> nth=1", "canvas.digit-grid", ".network"):
                expect(page.locator(part)).to_be_in_viewport(ratio=1)
            stage = page.locator(".stage").bounding_box()
            chart = page.locator(".chart-panel").first.bounding_box()
            assert stage is not None
            assert chart is not None
            assert stage["height"] <= 0.125 * height, "the bar collapses"
            assert chart["height"] >= 0.45 * height, "charts of half the height"
        page.keyboard.press("Escape")
        expect(page.locator(".setup")).to_be_visible()
        walk(page, WIDE, "after the projector")


def test_on_a_phone_curve_and_digits_come_first_and_the_rest_is_a_touch_away(
    server: Server, client: Client, open_page: Open
) -> None:
    run = client.create(preset="two-features", epochs=2)
    client.until_ended(run["id"])
    page = open_page(f"{server.url}/?run={run['id']}", **PHONE)
    expect(page.locator(".chart").first).to_be_in_viewport(ratio=1)
    expect(digits(page)).to_be_in_viewport(ratio=0.5)
    page.get_by_role("button", name="Network", exact=True).press("Enter")
    expect(page.locator(".network")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Network", exact=True)).to_have_attribute("aria-current", "true")
    door = page.get_by_role("button", name="Settings")
    door.click()
    expect(entry(page, "Learning rate")).to_be_in_viewport()
    expect(primary(page)).to_be_in_viewport(ratio=1)
    door.click()
    expect(entry(page, "Learning rate")).to_be_hidden()


def test_back_closes_the_lens_and_returns_to_the_run_before(empty_server: Server, open_page: Open) -> None:
    with Client(empty_server) as client:
        for name in ("first", "second"):
            client.until_ended(client.create(preset="two-features", epochs=2, name=name)["id"])
    page = open_page(empty_server.url)
    title = page.locator(".stage-run h2")
    page.locator(".run-name", has_text="second").click()
    expect(page).to_have_url(re.compile("run="))
    second = page.url
    page.locator(".run-name", has_text="first").click()
    expect(page).not_to_have_url(second)
    page.get_by_role("tab", name="Hints").click()
    expect(page).to_have_url(re.compile("lens="))
    page.go_back()
    expect(page.locator(".lens-panel")).to_be_hidden()
    expect(title).to_have_text("first")
    page.go_back()
    expect(title).to_have_text("second")
    page.go_forward()
    expect(title).to_have_text("first")


def test_a_double_press_starts_and_a_clicker_only_turns_epochs(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.url + LONG, **DESKTOP)
    primary(page).dblclick()
    expect(page.locator(".stage-status")).to_contain_text("learning")
    page.keyboard.press("p")
    expect(epoch(page)).to_have_text(re.compile(r"^[2-9]|^\d\d"))
    page.keyboard.press("PageUp")
    expect(page.locator(".stage-status")).to_have_text("looking back")
    page.keyboard.press("Escape")
    expect(page.locator(".stage-status")).to_contain_text("learning")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".stage-status")).to_have_text("stopped")


def test_menus_close_at_the_second_press_and_the_focus_stays_after_delete(
    empty_server: Server, open_page: Open
) -> None:
    page = open_page(empty_server.url + QUICK)
    run_to_the_end(page)
    run_to_the_end(page)
    more = page.get_by_label("Commands for").first
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".menu-list")).to_have_count(0)
    more.press("Enter")
    page.get_by_role("button", name="Delete", exact=True).press("Enter")
    expect(page.locator(".run-name")).to_have_count(1)
    expect(page.locator(".runs-scroll :focus, .runs-scroll:focus")).to_have_count(1)


def test_a_comma_stands_for_the_point(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    eta = entry(page, "Learning rate")
    eta.fill("")
    eta.press_sequentially("0,5")
    eta.press("Tab")
    expect(eta).to_have_value("0.5")


WATCH_THE_LIST = """
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      for (const { node, previousRect, currentRect } of entry.sources)
        if (node?.className === "runs" && previousRect.y !== currentRect.y)
          moved.push([previousRect.y, currentRect.y]);
  }).observe({ type: "layout-shift" });
"""


def test_the_list_of_runs_stays_where_it_is_when_another_run_starts(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/?preset=two-features&epochs=4", **PHONE)
    primary(page).click()
    finished = page.locator(".stage[data-status=FINISHED]")
    finished.wait_for(timeout=60_000)
    name = page.locator(".stage-run h2").inner_text()
    page.locator(".middle .runs").scroll_into_view_if_needed()
    page.evaluate(WATCH_THE_LIST)
    page.get_by_role("button", name="New run").click()
    expect(page.locator(".stage-run h2")).not_to_have_text(name)
    finished.wait_for(timeout=60_000)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("moved") == []
