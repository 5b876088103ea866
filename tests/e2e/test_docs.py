from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.api import docs
from app.assets import Assets
from tests.app.shell import make_app
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
    page.locator("#operations-default-settings_settings_post").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_have_text("200")
    assert trouble == []
