import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from chalknet.http import middleware
from chalknet.http.assets import LIBRARIES, MEDIA_TYPES, STATIC, Assets
from fastapi import FastAPI

from tests.serving import Served, serving

FILES = {
    "main.js": b"import './lib/signal.js';\n" * 100,
    "lib/signal.js": b"export {};\n",
    "lib/told.js": b"/** What\n * it is. */\n// Why.\n"
    b"const a = 1; // as it is\n  /** @type {A} */ (a).b();\n",
    "css/app.css": b'/* All\n   of it. */\n@import "base.css";\n@import "parts/list.css";\n',
    "css/base.css": b"body { margin: 0 }\n",
    "css/parts/list.css": b"ul { margin: 0 }\n",
    "img/mark.png": b"\x89PNG",
    "unknown.xyz": b"?",
    ".hidden": b"secret",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree") / "static"
    for name, body in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(body)
    (root.parent / "outside.txt").write_text("secret")
    return root


@pytest.fixture(scope="module")
def assets(root: Path) -> Assets:
    return Assets(root)


@pytest.fixture(scope="module")
def server(assets: Assets) -> Iterator[Served]:
    app = FastAPI()
    app.mount("/static", assets)
    middleware.install(app)
    with serving(app) as served:
        yield served


@pytest.mark.parametrize(
    "name",
    [name for name in FILES if name not in (".hidden", "css/app.css", "lib/told.js")],
)
def test_a_file_is_served_for_ever_at_its_own_address(server: Served, assets: Assets, name: str) -> None:
    answer = httpx.get(server.url + assets.url(name))
    assert answer.status_code == 200
    assert answer.content == FILES[name]
    assert answer.headers["content-type"] == MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_style_sheet_comes_with_those_that_it_imports_and_without_notes(
    server: Served, assets: Assets
) -> None:
    sheet = httpx.get(server.url + assets.url("css/app.css")).text
    assert sheet == "\n\nbody { margin: 0 }\n\nul { margin: 0 }\n\n"


def test_a_script_comes_without_its_documentation_and_every_line_keeps_its_number(
    server: Served, assets: Assets
) -> None:
    script = httpx.get(server.url + assets.url("lib/told.js")).text
    assert script == "\n\n\nconst a = 1; // as it is\n(a).b();\n"


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_come_from_installed_packages_with_their_version(
    server: Served, assets: Assets, name: str
) -> None:
    url = assets.url(name)
    assert re.fullmatch(r"/static/[a-z-]+-[0-9.]+/" + name, url)
    answer = httpx.get(server.url + url)
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) / 2


def test_the_modules_of_the_page_can_import_each_other(assets: Assets) -> None:
    base, _, _ = assets.url("main.js").rpartition("/")
    assert assets.url("lib/signal.js") == f"{base}/lib/signal.js"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("br", None),
        ("gzip;q=0", None),
        ("gzip; q=0.000", None),
        ("", None),
    ],
)
def test_only_who_asks_gets_compressed_bytes(
    server: Served, assets: Assets, accepted: str, encoding: str | None
) -> None:
    _, head, body = server.exchange(
        f"GET {assets.url('main.js')} HTTP/1.1", "Host: localhost", f"Accept-Encoding: {accepted}"
    )
    assert ("content-encoding: gzip" in head) is (encoding == "gzip")
    assert (gzip.decompress(body) if encoding else body) == FILES["main.js"]
    assert "vary: accept-encoding" in head


def test_head_tells_the_length_and_sends_nothing(server: Served, assets: Assets) -> None:
    path = assets.url("main.js")
    _, head, body = server.exchange(f"HEAD {path} HTTP/1.1", "Host: localhost")
    assert f"content-length: {len(FILES['main.js'])}\r\n" in head
    assert body == b""


def test_a_known_file_is_not_sent_again(server: Served, assets: Assets) -> None:
    url = server.url + assets.url("main.js")
    etag = httpx.get(url).headers["etag"]
    answer = httpx.get(url, headers={"if-none-match": f'W/"other", {etag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert httpx.get(url, headers={"if-none-match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/main.js",
        "/static/0123456789abcdef/main.js",
        "{base}/",
        "{base}/lib",
        "{base}/.hidden",
        "{base}/../../outside.txt",
        "{base}/%2e%2e/%2e%2e/outside.txt",
        "{base}/..%2f..%2foutside.txt",
        "{base}//etc/passwd",
        "{base}/lib/../main.js",
        "{base}/main.js%00",
    ],
)
def test_nothing_else_is_there(server: Served, assets: Assets, path: str) -> None:
    base = assets.url("main.js").removesuffix("/main.js")
    status, head, _ = server.exchange(f"GET {path.format(base=base)} HTTP/1.1", "Host: localhost")
    assert status == 404
    assert "application/problem+json" in head


def test_files_are_only_read(server: Served, assets: Assets) -> None:
    answer = httpx.put(server.url + assets.url("main.js"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_changed_file_changes_every_address(root: Path, tmp_path: Path, assets: Assets) -> None:
    for name, body in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    assert Assets(tmp_path).url("main.js") == assets.url("main.js")
    (tmp_path / "lib/signal.js").write_text("export const x = 1;\n")
    assert Assets(tmp_path).url("main.js") != assets.url("main.js")


def test_a_template_cannot_name_a_file_that_is_not_there(assets: Assets) -> None:
    with pytest.raises(KeyError):
        assets.url("missing.js")


def test_every_file_of_the_page_has_a_known_media_type() -> None:
    unknown = [path for path in STATIC.rglob("*.*") if path.suffix not in MEDIA_TYPES]
    assert not unknown


def test_the_page_has_the_ids_under_which_plotly_would_make_styles(assets: Assets, server: Served) -> None:
    plotly = httpx.get(server.url + assets.url("plotly.min.js")).text
    guarded = re.findall(
        r'if\(!document\.getElementById\("([^"]+)"\)\)\{var \w+=document\.createElement\("style"\)', plotly
    )
    assert (
        len(guarded) == plotly.count('createElement("style")') - 1 == 1
    )  # the other is plotly.js-style-global
    page = "".join((STATIC.parent / "templates" / name).read_text() for name in ("base.html", "lab.html"))
    assert [name for name in [*guarded, "plotly.js-style-global"] if f'id="{name}"' not in page] == []
