import json
from collections.abc import Iterator

import httpx
import pytest
from chalknet.errors import BadRequest
from chalknet.http.body import MAX_BYTES, JsonBody, parse

from tests.app.http.shell import make_app, problem_of
from tests.serving import Served, read_answer, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving(make_app()) as served:
        yield served


def post(server: Served, content: bytes, media_type: str = "application/json") -> httpx.Response:
    return httpx.post(f"{server.url}/raw", content=content, headers={"content-type": media_type})


def test_a_good_body_arrives_byte_for_byte(server: Served) -> None:
    body = '{ "name":"數字",\n "eta": 3.10e0, "shape": [784, 30, 10], "none": null, "🖍": "\\ud83d\\ude00" }'
    answer = post(server, body.encode(), "Application/JSON; charset=utf-8")
    assert answer.json() == {"body": body}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"eta": NaN}', "not-finite"),
        (b'{"eta": Infinity}', "not-finite"),
        (b'{"eta": -Infinity}', "not-finite"),
        (b'{"eta": 1e999}', "not-finite"),
        (b'{"epochs": ' + b"9" * 5000 + b"}", "not-finite"),
        (b'{"eta": 1, "eta": 2}', "duplicate-key"),
        (b'{"a": [{"b": 1, "b": 1}]}', "duplicate-key"),
        (b'{"name": "\\ud800"}', "lone-surrogate"),
        (b'{"a": ["\\udfff"]}', "lone-surrogate"),
        (b'{"\\ud800": 1}', "lone-surrogate"),
        (b'{"name": "\xff"}', "not-utf8"),
        (b'{"name": "\xed\xa0\x80"}', "not-utf8"),
        ('{"name": "a"}'.encode("utf-16"), "not-utf8"),
        (b"[" * 33 + b"]" * 33, "too-deep"),
        (b"[" * 60_000, "too-deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too-deep"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b"{'eta': 1}", "not-json"),
        (b'{"eta": 1,}', "not-json"),
        (b'{"name": "\x00"}', "not-json"),
        (b"{} {}", "not-json"),
        (b" ", "not-json"),
    ],
)
def test_ambiguous_json_is_refused(server: Served, body: bytes, code: str) -> None:
    answer = post(server, body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem_of(answer.json()) == (400, code)


def test_the_deepest_allowed_nesting_is_read() -> None:
    assert parse(b"[" * 32 + b"]" * 32)
    with pytest.raises(BadRequest):
        parse(b"[" * 33 + b"]" * 33)


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json"],
)
def test_only_json_is_a_body(server: Served, media_type: str) -> None:
    assert problem_of(post(server, b"{}", media_type).json()) == (415, "unsupported-media-type")


def test_two_media_types_are_none(server: Served) -> None:
    headers = ["Content-Type: application/json", "Content-Type: text/plain", "Content-Length: 2"]
    assert server.exchange("POST /raw HTTP/1.1", "Host: localhost", *headers, body=b"{}")[0] == 415


def test_a_body_of_just_the_limit_passes(server: Served) -> None:
    assert post(server, b'"' + b"x" * (MAX_BYTES - 2) + b'"').status_code == 200
    answer = post(server, b'"' + b"x" * (MAX_BYTES - 1) + b'"')
    assert problem_of(answer.json()) == (413, "too-large")
    assert answer.json()["limit"] == MAX_BYTES


def test_a_declared_length_is_refused_before_a_byte_arrives(server: Served) -> None:
    lines = [
        "POST /raw HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Content-Length: 200000000",
    ]
    assert server.exchange(*lines)[0] == 413


def test_a_stream_is_cut_while_it_is_read(server: Served) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 100 * MAX_BYTES:
            sent += MAX_BYTES
            yield b"x" * MAX_BYTES

    answer = httpx.post(f"{server.url}/raw", content=endless(), headers={"content-type": "application/json"})
    assert problem_of(answer.json()) == (413, "too-large")


def test_a_get_with_a_body_follows_the_same_rules(server: Served) -> None:
    assert httpx.request("GET", f"{server.url}/hello", content=b"x" * 10).status_code == 415


HALF = (
    b"POST /raw HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n[1,"
)


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    with serving(JsonBody(make_app(), max_seconds=0.1)) as served, served.connect() as connection:
        connection.sendall(HALF.replace(b"Content-Type", b"Connection: close\r\nContent-Type"))
        status, _, body = read_answer(connection)
        assert status == 408
        assert problem_of(json.loads(body)) == (408, "too-slow")


def test_a_client_that_leaves_half_way_disturbs_nobody(
    server: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with server.connect() as connection:
        connection.sendall(HALF)
    assert post(server, b"[]").status_code == 200
    assert not caplog.records
