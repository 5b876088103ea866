from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from chalknet.api import docs
from chalknet.http.assets import Assets
from playwright.sync_api import Page, expect

from tests.app.http.shell import make_app
from tests.browser import watch
from tests.serving import Served, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    app = make_app()
    app.state.assets = Assets()
    app.mount("/static", app.state.assets)
    app.include_router(docs.router)
    with serving(app) as served:
        yield served


def test_the_page_of_the_api_works_without_internet_and_under_the_policy(server: Served, page: Page) -> None:
    trouble = watch(page)
    page.goto(f"{server.url}/docs")
    expect(page.locator("#operations-tag-default")).to_have_attribute("aria-level", "2")
    assert Axe().run(page).response["violations"] == []
    page.locator("#operations-default-settings_settings_post").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_have_text("200")
    assert trouble == []
