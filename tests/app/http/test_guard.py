import json
from collections.abc import Iterator

import httpx
import pytest
from chalknet.http.guard import Guard, own_origin
from chalknet.origins import Origin, parse_origin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.app.http.shell import make_app, problem_of
from tests.serving import Served, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving(make_app("https://class.example", "http://lab.example:8080")) as served:
        yield served


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:9", "127.0.0.1:8000", "192.168.1.5", "[::1]", "[fe80::1]:8000", "class.example"],
)
def test_own_names_and_addresses_are_hosts(server: Served, host: str) -> None:
    assert server.exchange("GET /hello HTTP/1.1", f"Host: {host}")[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.1"]
)
def test_other_names_are_misdirected(server: Served, host: str) -> None:
    status, _, body = server.exchange("GET /hello HTTP/1.1", f"Host: {host}")
    assert status == 421
    assert problem_of(json.loads(body)) == (421, "unknown-host")


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["localhost", "localhost"],
        ["localhost", "evil.example"],
        ["evil.example@localhost"],
        ["localhost/evil.example"],
        ["localhost:port"],
        ["localhost:99999"],
        ["[::1"],
    ],
)
def test_a_request_has_exactly_one_host(server: Served, hosts: list[str]) -> None:
    lines = [f"Host: {host}" for host in hosts]
    status, head, _ = server.exchange("GET /hello HTTP/1.1", *lines)
    assert status == 400
    assert "application/problem+json" in head
    assert server.exchange("GET /hello HTTP/1.0", *lines)[0] == 400


def test_two_hosts_are_refused_whatever_the_server_in_front() -> None:
    hosts = [(b"host", b"localhost"), (b"host", b"localhost")]
    assert own_origin({"type": "http", "scheme": "http", "headers": hosts[:1]}) == Origin(
        "http", "localhost", 80
    )
    assert own_origin({"type": "http", "scheme": "http", "headers": hosts}) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.parametrize(
    "origins",
    [
        ["http://evil.example"],
        ["null"],
        ["http://localhost:1"],
        ["https://localhost:8000"],
        ["http://127.0.0.1:8000"],
        ["http://localhost:8000", "http://localhost:8000"],
        ["http://class.example"],
        ["http://localhost:8000.evil.example"],
        [""],
    ],
)
def test_another_origin_changes_nothing(server: Served, method: str, origins: list[str]) -> None:
    lines = [f"Origin: {origin}" for origin in origins]
    status, _, body = server.exchange(f"{method} /settings HTTP/1.1", "Host: localhost:8000", *lines)
    assert status == 403
    assert problem_of(json.loads(body)) == (403, "foreign-origin")


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8000", "http://localhost:8000"),
        ("localhost", "http://localhost"),
        ("localhost:80", "http://localhost"),
        ("LocalHost:8000", "HTTP://localhost:8000"),
        ("[0:0::1]:8000", "http://[::1]:8000"),
        ("127.0.0.1:8000", "https://class.example"),
        ("lab.example:8080", "http://lab.example:8080"),
    ],
)
def test_own_and_public_origins_may_write(server: Served, host: str, origin: str) -> None:
    lines = ["POST /raw HTTP/1.1", f"Host: {host}", f"Origin: {origin}", "Content-Length: 0"]
    assert server.exchange(*lines)[0] == 200


def test_scripts_without_an_origin_may_write_and_foreign_pages_may_read(server: Served) -> None:
    assert httpx.post(f"{server.url}/settings", json={}).status_code == 200
    answer = httpx.get(f"{server.url}/hello", headers={"origin": "http://evil.example"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_websocket_is_refused_before_it_opens(server: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://127.0.0.1:{server.port}/ws", origin=origin):
        pass
    response = refused.value.response
    assert response.status_code == 403
    assert "content-security-policy" in response.headers
    assert problem_of(json.loads(response.body)) == (403, "foreign-origin")


def test_own_pages_and_scripts_open_websockets(server: Served) -> None:
    for origin in (server.url, None):
        with connect(f"ws://127.0.0.1:{server.port}/ws", origin=origin) as socket:
            assert socket.recv() == "hello"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/hello", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/hello?limit=0", 422),
        ("GET", "/nowhere", 404),
        ("PUT", "/hello", 405),
        ("GET", "/conflict", 409),
        ("GET", "/broken", 500),
        ("POST", "/settings", 415),
    ],
)
def test_every_answer_carries_the_security_headers(
    server: Served, method: str, path: str, status: int
) -> None:
    answer = httpx.request(method, server.url + path, content=b"x" if method == "POST" else None)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "permissions-policy" in answer.headers


def test_refusals_and_garbage_carry_them_too(server: Served) -> None:
    for lines in (
        ["GET / HTTP/1.1", "Host: evil.example"],
        ["POST / HTTP/1.1", "Host: localhost", "Origin: null"],
    ):
        assert "content-security-policy: default-src 'none'" in server.exchange(*lines)[1]
    status, head, body = server.exchange("this is not HTTP")
    assert status == 400
    assert "content-security-policy: default-src 'none'" in head
    assert problem_of(json.loads(body)) == (400, "not-http")


def test_the_opener_policy_is_left_out_where_browsers_call_it_an_error(server: Served) -> None:
    for host, present in (("192.168.1.5:8000", False), ("lab.example:8080", False), ("class.example", True)):
        head = server.exchange("GET /hello HTTP/1.1", f"Host: {host}")[1]
        assert ("cross-origin-opener-policy" in head) is present


def test_origins_have_one_spelling() -> None:
    assert parse_origin("HTTPS://Class.Example") == Origin("https", "class.example", 443)
    assert parse_origin("http://[2001:DB8:0::1]") == Origin("http", "2001:db8::1", 80)
    for text in ("ftp://a", "http://", "a", "http://user@a", "http://a:x", "null", ""):
        assert parse_origin(text) is None


def test_a_wrong_public_url_is_found_at_start() -> None:
    with pytest.raises(ValueError, match="not a public URL"):
        Guard(make_app(), ["class.example"])
