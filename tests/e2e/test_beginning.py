"""From before the first batch on: what one sees of single batches, and of a run that an older server made."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.classroom import Server
from tests.e2e.conftest import Open
from tests.e2e.lab import epoch, picture, primary
from tests.stored import store_runs

NewServer = Callable[..., Server]
SLOW = "/?preset=full-digits&epochs=20"


def sampled(page: Page, chart: int = 0) -> int:
    return page.locator(".chart-panel").nth(chart).locator(".chart-point[data-sampled]").count()


def test_a_pressed_batch_changes_figures_digits_curve_and_weights(
    empty_server: Server, open_page: Open
) -> None:
    page = open_page(empty_server.url + SLOW)
    primary(page).click()
    expect(page.locator(".chart-point[data-sampled]").first).to_be_attached(timeout=60_000)
    primary(page).click()
    status = page.locator(".stage-status")
    expect(status).to_have_text("paused", timeout=30_000)
    batch = page.get_by_role("button", name="+1 batch", exact=True)
    batch.click()
    count = page.locator(".digits-count")
    expect(count).to_have_text(re.compile(r"^after batch [\d,]+$"))
    expect(page.locator(".figure-accuracy .figure-note")).to_have_text("on 500 test digits")
    expect(status).to_have_text("paused")
    before, after_batch, shown = picture(page), count.inner_text(), epoch(page).inner_text()
    line = page.locator(".chart-panel").nth(1).locator(".chart-line").first
    expect(page.locator(".figure-accuracy .figure-value")).to_have_text(re.compile("^≈"))
    trace = line.get_attribute("d")
    with page.expect_response(lambda answer: "/params" in answer.url):
        page.locator("#lens-tab-weights").click()
    where = page.locator(".lens-where")
    with page.expect_response(lambda answer: answer.url.endswith("/params")):
        batch.click()  # the open lens moves with it
    for _ in range(20):  # one batch late in an epoch may leave as many right as there were
        expect(count).not_to_have_text(after_batch)
        if picture(page)["figures"] != before["figures"]:
            break
        after_batch = count.inner_text()
        batch.click()
    expect(count).not_to_have_text(after_batch)
    expect(where).to_contain_text(count.inner_text())
    expect(line).not_to_have_attribute("d", trace or "")
    now = picture(page)
    assert now["digits"] != before["digits"]
    assert now["figures"] != before["figures"]
    assert now["readouts"] != before["readouts"]
    assert epoch(page).inner_text() == shown
    page.reload()
    expect(count).to_have_text(re.compile("^after batch"))
    assert picture(page)["figures"] == now["figures"]
    assert sampled(page) > 2


def test_the_run_of_an_older_server_is_shown_with_its_epochs(new_server: NewServer, open_page: Open) -> None:
    server = new_server()
    store_runs(server.folder, [3])
    page = open_page(server.start().url, forgive=("404",))  # nobody has stored its parameters
    expect(page.locator(".chart-point").nth(5)).to_be_attached()
    assert sampled(page) == 0
    expect(page.locator(".digits-count")).to_have_text("after epoch 3")
