"""A lens is added to the page by exactly the steps of docs/lenses.md."""

import re
import textwrap
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import DESKTOP, Open

ROOT = Path(__file__).parents[2]
TYPES = {".js": "text/javascript", ".css": "text/css"}
SAID = {
    "en": ("Sizes", "Root of the mean squared weight, layer by layer.", "about"),
    "zh-Hant": ("大小", "每一層權重的均方根。", "約"),
}


def files() -> dict[str, str]:
    """What the steps write, by path inside static/; the list has its import, and the name in its array."""
    steps = (ROOT / "docs/lenses.md").read_text().partition("## Add a lens: the page's part")[2]
    blocks = re.findall(r"`static/(lenses/\S+)`:\n\n( *)```\w+\n(.*?)\n *```\n", steps, re.DOTALL)
    found = {path: textwrap.dedent(f"{text}\n") for path, _, text in blocks}
    imported = found.pop("lenses/list.js")
    before = (ROOT / "static/lenses/list.js").read_text()
    found["lenses/list.js"] = imported + re.sub(r"(LENSES = \[.*?)\]", r"\1, sizes]", before, flags=re.DOTALL)
    return found


def serve(page: Page) -> None:
    """Answer for the files of the new lens in the server's place."""
    written = files()
    assert len(written) == 6

    def answer(route: Route) -> None:
        path = route.request.url.partition("/lenses/")[2]
        route.fulfill(body=written[f"lenses/{path}"], content_type=TYPES[Path(path).suffix])

    page.route(re.compile(r"/static/\w+/lenses/(sizes/|list\.js$)"), answer)


@pytest.mark.parametrize("language", SAID)
def test_a_lens_of_a_few_files_is_on_the_page(server: Server, open_page: Open, language: str) -> None:
    title, about, word = SAID[language]
    with Client(server) as client:
        run = client.until_ended(client.create(preset="full-digits", epochs=1, train_size=1000)["id"])
    page = open_page("about:blank", **DESKTOP, locale=language)
    serve(page)
    page.goto(f"{server.url}/?run={run['id']}&epoch=0")
    page.get_by_role("tab", name=title, exact=True).click()
    expect(page.locator(".lens-about")).to_have_text(about)
    expect(page.locator(".sizes li")).to_have_text([re.compile(rf"^{word} \d\.\d\d$")] * 2)
    expect(page.locator(".sizes")).to_have_css("list-style-type", "upper-roman")
    expect(page).to_have_url(re.compile("lens=sizes"))
