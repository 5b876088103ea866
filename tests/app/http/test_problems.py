from collections.abc import Iterator

import httpx
import pytest
from chalknet.errors import GIVEN_LENGTH

from tests.app.http.shell import make_app, problem_of
from tests.serving import Served, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving(make_app()) as served:
        yield served


def refusal(server: Served, settings: object) -> dict[str, object]:
    """The one field error of a refused body."""
    answer = httpx.post(f"{server.url}/settings", json=settings)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem_of(answer.json()) == (422, "invalid")
    (error,) = answer.json()["errors"]
    return error  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("settings", "field", "limit", "given"),
    [
        ({"eta": 1000}, "eta", 100, 1000),
        ({"eta": 0}, "eta", 0.001, 0),
        ({"initialization": "best"}, "initialization", "'standard' or 'scaled'", "best"),
        ({"shape": [1] * 6}, "shape", 5, "[1, 1, 1, 1, 1, 1]"),
        ({"shape": [784]}, "shape", 2, "[784]"),
        ({"shape": [784, "30", 10]}, "shape.1", None, "30"),
        ({"shape": [784, True, 10]}, "shape.1", None, True),
        ({"eta": 10**300}, "eta", 100, "1" + "0" * (GIVEN_LENGTH - 2) + "…"),
        ({"momentum": 0.9}, "momentum", None, 0.9),
    ],
)
def test_a_wrong_value_is_named_with_its_limit(
    server: Served, settings: object, field: str, limit: object, given: object
) -> None:
    error = refusal(server, settings)
    assert error["field"] == field
    assert error.get("limit") == limit
    assert error.get("given") == given
    assert error["message"]


def test_what_was_sent_is_never_sent_back_in_full(server: Served) -> None:
    error = refusal(server, {"k" * 30_000: "v" * 30_000})
    assert len(str(error)) < 500


def test_a_query_is_checked_like_a_body(server: Served) -> None:
    answer = httpx.get(f"{server.url}/hello?limit=1000")
    assert answer.json()["errors"][0] == {
        "field": "limit",
        "code": "less-than-equal",
        "message": "Input should be less than or equal to 100",
        "limit": 100,
        "given": "1000",
    }


def test_a_missing_body_is_named(server: Served) -> None:
    assert httpx.post(f"{server.url}/settings").json()["errors"][0]["field"] == "body"


def test_many_mistakes_are_listed_but_not_all(server: Served) -> None:
    answer = httpx.post(f"{server.url}/settings", json={f"key{i}": i for i in range(1000)})
    assert 1 < len(answer.json()["errors"]) <= 20


def test_an_application_error_brings_its_code_field_limit_and_headers(server: Served) -> None:
    answer = httpx.get(f"{server.url}/conflict")
    assert problem_of(answer.json()) == (409, "run-finished")
    message = "This run has finished."
    assert answer.json()["errors"] == [
        {"field": "wanted", "code": "run-finished", "message": message, "limit": ["stopped"]}
    ]

    answer = httpx.get(f"{server.url}/busy")
    assert problem_of(answer.json()) == (429, "too-many")
    assert answer.headers["retry-after"] == "7"


def test_the_framework_answers_with_problems_too(server: Served) -> None:
    assert problem_of(httpx.get(f"{server.url}/nowhere").json()) == (404, "not-found")
    answer = httpx.put(f"{server.url}/hello")
    assert problem_of(answer.json()) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


def test_the_unexpected_is_logged_and_not_told(server: Served, caplog: pytest.LogCaptureFixture) -> None:
    answer = httpx.get(f"{server.url}/broken")
    assert problem_of(answer.json()) == (500, "error")
    assert "secret" not in answer.text
    assert "the secret path" in caplog.text
