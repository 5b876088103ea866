"""The server over TLS, its own or a proxy's: what browsers keep, what keeps it from starting."""

import contextlib
import io
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import segno
from chalknet.http import server as server_module
from chalknet.http.tls import tls_context
from websockets.sync.client import connect

from tests.app.http.shell import make_app
from tests.certificates import make_certificate
from tests.classroom import Server
from tests.people import SECRET
from tests.serving import serving

NewServer = Callable[..., Server]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    return make_certificate(folder, "school", "IP:127.0.0.1", "DNS:localhost")


@pytest.fixture
def trust(pair: tuple[Path, Path]) -> ssl.SSLContext:
    """A client that trusts this certificate and no other."""
    return ssl.create_default_context(cafile=pair[0])


def qr(address: str) -> str:
    picture = io.BytesIO()
    segno.make_qr(address, error="m").save(picture, kind="svg", border=4, light="white", omitsize=True)
    return picture.getvalue().decode()


def test_everything_goes_over_tls(
    new_server: NewServer, pair: tuple[Path, Path], trust: ssl.SSLContext
) -> None:
    arguments = ["--class", "--tls-cert", str(pair[0]), "--tls-key", str(pair[1])]
    server = new_server(arguments=arguments, scheme="https", CHALKNET_TEACHER_SECRET=SECRET).start()
    assert server.url.startswith("https://")
    assert f"serving on {server.url}" in server.log.read_text()
    assert f"{server.url}/#join=" in server.said.read_text()
    with httpx.Client(base_url=server.url, verify=trust) as http:
        lead = http.post("/api/v1/class/lead", json={"secret": SECRET}).raise_for_status()
        assert "; secure" in lead.headers["set-cookie"].lower()
        page = http.get("/").raise_for_status()
        assert page.headers["cross-origin-opener-policy"] == "same-origin"
        assert http.get("/api/v1/qr", params={"path": "/x"}).text == qr(f"{server.url}/x")
        run = http.post("/api/v1/runs", json={"preset": "two-features", "epochs": 1}).json()["id"]
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        address = f"wss://127.0.0.1:{server.port}/api/v1/ws?run={run}"
        with connect(address, ssl=trust, origin=server.url, additional_headers={"cookie": cookie}) as socket:
            events = (event for text in iter(socket.recv, None) for event in json.loads(text)["events"])
            assert any(event.get("status") == "FINISHED" for event in events)
        assert "secure" in http.delete("/api/v1/class/session").headers["set-cookie"].lower()
    assert server.stop() == 0


@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ({"host": "class.example"}, True),
        ({"host": "127.0.0.1", "origin": "https://class.example"}, True),  # the proxy has changed the Host
        ({"host": "127.0.0.1:8000"}, False),
        ({"host": "lab.example:8080"}, False),
        ({"host": "both.example:99"}, False),
        ({"host": "both.example:99", "origin": "https://both.example:99"}, True),
    ],
)
def test_behind_a_proxy_the_public_address_says_whether_there_is_tls(
    behind: Server, headers: dict[str, str], secure: bool
) -> None:
    answer = httpx.post(f"{behind.url}/api/v1/class/lead", json={"secret": SECRET}, headers=headers)
    assert ("; secure" in answer.raise_for_status().headers["set-cookie"].lower()) is secure
    if "origin" not in headers:
        headers = {**headers, "cookie": answer.headers["set-cookie"].partition(";")[0]}
        code = httpx.get(f"{behind.url}/api/v1/qr", headers=headers)
        assert code.text == qr(f"http{'s' * secure}://{headers['host']}/")


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("behind") / "data"
    folder.mkdir()
    (folder / "datasets").symlink_to(prepared)
    urls = "https://class.example,http://lab.example:8080,https://both.example:99,http://both.example:99"
    server = Server(
        folder, arguments=["--class", "--public-urls", urls], CHALKNET_TEACHER_SECRET=SECRET
    ).start()
    yield server
    assert server.stop() == 0


def test_half_a_handshake_is_cut(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "RECEIVE_SECONDS", 0.2)
    with serving(make_app(), tls_context(*pair)) as served, served.connect() as connection:
        connection.sendall(b"\x16\x03\x01")
        with contextlib.suppress(ConnectionError):
            assert connection.recv(1) == b""


def test_what_keeps_it_from_starting_is_one_line(pair: tuple[Path, Path], tmp_path: Path) -> None:
    cert, key = pair
    other = make_certificate(tmp_path, "other")[1]
    text = tmp_path / "text.pem"
    text.write_text("no certificate")
    for given, told in [
        ((cert, None), "--tls-key: --tls-cert and --tls-key need each other"),
        ((None, key), "--tls-key: --tls-cert and --tls-key need each other"),
        ((tmp_path / "none.pem", key), "--tls-cert: Path does not point to a file"),
        ((cert, other), f"--tls-key: {other} is not the key of {cert}."),
        ((text, key), f"{text} and {key} are not a certificate and its key"),
    ]:
        names = {"CHALKNET_TLS_CERT": given[0], "CHALKNET_TLS_KEY": given[1]}
        environment = {name: str(path) for name, path in names.items() if path is not None}
        command = [sys.executable, "-m", "chalknet", "serve", "--port", "0"]
        command += ["--data-dir", str(tmp_path / "data")]
        ended = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
        )
        assert ended.returncode == 1, ended.stderr
        (line,) = ended.stderr.splitlines()
        assert told in line
    assert not (tmp_path / "data").exists()
