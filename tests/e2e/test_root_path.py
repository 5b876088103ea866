"""Behind a proxy that has the server under a path: everything works, and nothing outside is asked for."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import segno
from playwright.sync_api import expect
from websockets.sync.client import connect

from tests.classroom import Server
from tests.e2e.conftest import Open
from tests.e2e.lab import epoch, primary
from tests.people import SECRET
from tests.proxy import proxying

PATH = "/chalknet"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("under") / "data"
    folder.mkdir()
    (folder / "datasets").symlink_to(prepared)
    arguments = ["--class", "--root-path", f"{PATH}/"]
    server = Server(folder, arguments=arguments, CHALKNET_TEACHER_SECRET=SECRET).start()
    yield server
    assert server.stop() == 0


def qr(address: str) -> str:
    picture = io.BytesIO()
    segno.make_qr(address, error="m").save(picture, kind="svg", border=4, light="white", omitsize=True)
    return picture.getvalue().decode()


@pytest.mark.parametrize("strips", [True, False])
def test_it_works_whether_the_proxy_takes_the_path_off_or_not(server: Server, strips: bool) -> None:
    assert f"{server.url}{PATH}/#join=" in server.said.read_text()
    with (
        proxying(server.port, PATH, strips=strips) as proxy,
        httpx.Client(base_url=proxy.url + PATH, follow_redirects=True, verify=False) as http,
    ):
        page = http.get("/").raise_for_status().text
        addresses = re.findall(r'(?:href|src|content)="(/[^"]*)"', page)
        assert len(addresses) > 50
        assert all(address.startswith(f"{PATH}/") for address in addresses)
        assert httpx.get(proxy.url + addresses[0]).is_success
        lead = http.post("/api/v1/class/lead", json={"secret": SECRET}).raise_for_status()
        assert f"path={PATH};" in lead.headers["set-cookie"].lower()
        made = http.post("/api/v1/runs", json={"preset": "two-features", "epochs": 1})
        assert httpx.get(proxy.url + made.headers["location"]).json()["code"] == "not-joined"
        assert http.get("/openapi.json").json()["servers"] == [{"url": PATH}]
        for path in ("/?run=1#join=ABC", f"{PATH}/?run=1#join=ABC"):
            assert http.get("/api/v1/qr", params={"path": path}).text == qr(
                f"{proxy.url}{PATH}/?run=1#join=ABC"
            )
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        address = f"ws://127.0.0.1:{proxy.port}{PATH}/api/v1/ws"
        with connect(address, origin=proxy.url, additional_headers={"cookie": cookie}) as socket:
            assert json.loads(socket.recv())["events"]
        # Under way it would be in front of the next page, whose first press would pause it.
        assert http.delete(proxy.url + made.headers["location"]).status_code == 204
        assert proxy.outside == []


def test_a_class_behind_a_proxy_under_a_path(server: Server, open_page: Open) -> None:
    with proxying(server.port, PATH, strips=True) as proxy:
        page = open_page(f"{proxy.url}{PATH}/?preset=two-features&epochs=2#teacher={SECRET}")
        expect(page.locator(".class-bar .class-code")).to_be_visible()
        primary(page).click()
        expect(epoch(page)).to_have_text(re.compile("2"))
        expect(page.locator(".stage-status")).to_have_text("finished")
        page.get_by_role("link", name="Chalknet").click()
        page.locator("html[data-ready]").wait_for(state="attached")
        expect(page.locator(".stage-status")).to_have_text("finished")
        page.goto(f"{proxy.url}{PATH}/docs")
        expect(page.locator("#operations-tag-runs")).to_be_visible()
        assert {cookie["path"] for cookie in page.context.cookies()} == {PATH}
        assert proxy.outside == []


@pytest.mark.parametrize("path", ["chalknet", "/a b", "/static", "/api/v1", "/a//b", "/../b", "/a?b"])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    from chalknet.settings import Settings
    from pydantic import ValidationError

    with pytest.raises(ValidationError):
        Settings(root_path=path)
