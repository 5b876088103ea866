"""The page itself: what it weighs, what it fetches ahead, and in which language."""

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest
from chalknet.api import pages
from chalknet.api.languages import LANGUAGES
from chalknet.http.assets import STATIC, Assets
from fastapi import FastAPI

from tests.serving import Served, serving
from tests.static.test_static import imported_from

MOST_BYTES = 250_000  # of our own code and markup, uncompressed


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    app = FastAPI()
    app.state.assets = Assets()
    app.state.inspection = SimpleNamespace(warm_up=lambda: None)
    app.state.classes = SimpleNamespace(has_class=False, mode="laboratory")
    app.state.ledger = SimpleNamespace(limits=SimpleNamespace(runs_each=30))
    app.state.log = SimpleNamespace(loss=None)
    app.mount("/static", app.state.assets)
    app.include_router(pages.router)
    with serving(app) as served:
        yield served


def page(server: Served, accepted: str, encoding: str = "identity") -> httpx.Response:
    return httpx.get(server.url, headers={"accept-language": accepted, "accept-encoding": encoding})


def fetched_at_once(html: str) -> list[str]:
    """What a browser fetches because the page says so: style sheets, modules, the sign of the tab."""
    return re.findall(
        r'<(?:link rel="(?:stylesheet|modulepreload|icon)"|script)[^>]* (?:href|src)="([^"]+)"', html
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_light(server: Served, language: str) -> None:
    html = page(server, f"{language},en;q=0.8")
    files = fetched_at_once(html.text)
    main = next(file for file in files if file.endswith("/main.js"))
    assert any(file.endswith(f"/i18n/words/{language}.js") for file in files)
    # What is prepared first, and the door, only a class has; what opens comes when it opens.
    script = re.sub(r"const ON_DEMAND = .*?\n};", "", (STATIC / "main.js").read_text(), flags=re.DOTALL)
    later = re.findall(r'\bimport\("\./(?!people/)([^"]+)"\)(?!\.then\(prepared\))', script)
    assert later
    modules = set().union(*(imported_from(STATIC / name) for name in later))
    files += [main.removesuffix("main.js") + str(path.relative_to(STATIC)) for path in modules]
    files = sorted(set(files))
    with httpx.Client(base_url=server.url, verify=False) as client:
        bodies = [client.get(file) for file in files]
    weight = {"/": len(html.content)} | {
        file: len(body.raise_for_status().content) for file, body in zip(files, bodies, strict=True)
    }
    assert sum(weight.values()) <= MOST_BYTES, sorted(weight.items(), key=lambda item: -item[1])[:12]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW", "zh-Hant"),
        ("zh;q=0.9", "zh-Hant"),
        ("fr-FR, zh-Hant;q=0.8, en;q=0.5", "zh-Hant"),
        ("fr, EN;q=0.5, zh", "en"),
        ("zhuang", "en"),
        (";,;q=,", "en"),
        ("", "en"),
    ],
)
def test_the_likely_language_is_fetched_ahead_and_no_other(
    server: Served, accepted: str, language: str
) -> None:
    html = page(server, accepted)
    assert f'<html lang="{language}">' in html.text
    assert re.findall(r"/i18n/words/([\w-]+)\.js", html.text) == [language]
    assert "accept-language" in html.headers["vary"]


def test_the_page_is_told_every_language_by_its_own_name(server: Served) -> None:
    assert LANGUAGES == {"en": "English", "zh-Hant": "繁體中文"}
    html = page(server, "en").text
    assert json.loads(re.findall(r'id="bootstrap">(.*?)</script>', html)[0])["languages"] == LANGUAGES


def test_the_page_is_compressed_for_who_asks(server: Served) -> None:
    plain, packed = page(server, "en"), page(server, "en", "gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(packed.content) / 2
    assert packed.content == plain.content
    assert "content-encoding" not in plain.headers
