"""The API's document, and what it promises of every route: other people's tools are built from it."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from chalknet.runs.presets import PRESETS
from openapi_spec_validator import validate
from websockets.exceptions import InvalidStatus

from tests.classroom import Client, Server

MOST_BYTES = 160_000


@pytest.fixture(scope="module")
def answer(server: Server) -> httpx.Response:
    return httpx.get(f"{server.url}/openapi.json", timeout=60)


@pytest.fixture(scope="module")
def spec(answer: httpx.Response) -> dict[str, Any]:
    return dict(answer.json())


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_document_is_valid_and_small(answer: httpx.Response) -> None:
    validate(answer.json())
    assert len(answer.content) < MOST_BYTES


def test_every_operation_is_described_and_has_a_name_of_its_own(spec: dict[str, Any]) -> None:
    assert {"/api/v1/runs", "/api/v1/runs/{run_id}", "/api/v1/runs/{run_id}/metrics"} <= set(spec["paths"])
    for name, operation in operations(spec):
        assert operation.get("description"), f"{name} is not described"
    ids = [operation["operationId"] for _, operation in operations(spec)]
    assert len(ids) == len(set(ids))
    for name, field in spec["components"]["schemas"]["RunCreate"]["properties"].items():
        assert field.get("description"), f"{name} is not described"


def test_a_setting_that_a_preset_may_decide_has_no_default(spec: dict[str, Any]) -> None:
    """A generated client sends defaults as if somebody had chosen them."""
    for model in ("RunCreate", "RunConfig"):
        fields = spec["components"]["schemas"][model]["properties"]
        assert {name for preset in PRESETS.values() for name in preset.config} <= fields.keys()
        assert [name for name, field in fields.items() if "default" in field] == []
        assert "required" not in spec["components"]["schemas"][model]
    assert "or 3.0" in spec["components"]["schemas"]["RunCreate"]["properties"]["eta"]["description"]


def test_refusals_are_written_once_and_every_route_has_them(spec: dict[str, Any]) -> None:
    for name, operation in operations(spec):
        refusals = {status: one for status, one in operation["responses"].items() if status >= "400"}
        assert {"400", "403", "421"} <= refusals.keys(), name
        assert all(one.keys() == {"$ref"} for one in refusals.values()), name
        if " /api/" in name:
            assert {"404", "422", "429"} <= refusals.keys(), name
        assert ("requestBody" in operation) == ("415" in refusals), name
    assert "Retry-After" in spec["components"]["responses"]["TooMany"]["headers"]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/runs/{run_id}/metrics", "text/csv"),
        ("/runs/{run_id}/weights", "application/x-npz"),
        ("/class/report", "text/html"),
    ],
)
def test_files_are_declared(spec: dict[str, Any], path: str, media_type: str) -> None:
    answer = spec["paths"]["/api/v1" + path]["get"]["responses"]["200"]
    assert answer["content"][media_type]["schema"]["type"] == "string"
    assert "Content-Disposition" in answer["headers"]


def test_a_parameter_that_no_route_has_is_refused(client: Client) -> None:
    run_id = client.create(preset="two-features", epochs=1)["id"]
    for path, unknown in (
        ("/runs?limits=3", "limits"),
        (f"/runs/{run_id}?epoch=1", "epoch"),
        (f"/runs/{run_id}/layers?samples=10&bin=5", "bin"),
        ("/events?since=3", "since"),
    ):
        refused = client.http.get(path)
        assert refused.status_code == 422, path
        (error,) = refused.json()["errors"]
        assert (error["field"], error["code"]) == (unknown, "unknown-parameter")
    assert client.http.get(f"/runs/{run_id}/layers?samples=10&bins=5").status_code == 200


@pytest.mark.parametrize(("after", "code"), [("-1", "greater-than-equal"), ("x", "int-parsing")])
def test_a_wrong_number_is_named_before_a_socket_opens(client: Client, after: str, code: str) -> None:
    with pytest.raises(InvalidStatus) as refusal, client.socket(after=after):  # type: ignore[arg-type]
        pass
    answer = refusal.value.response
    assert answer.status_code == 422
    told = json.loads(bytes(answer.body))
    assert [(error["field"], error["code"]) for error in told["errors"]] == [("after", code)]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/runs", {"GET", "POST"}),
        ("/runs/x", {"GET", "PATCH", "DELETE"}),
        ("/class", {"GET", "PATCH", "DELETE"}),
        ("/presets", {"GET"}),
    ],
)
def test_a_method_that_is_not_there_is_told_those_that_are(
    client: Client, path: str, methods: set[str]
) -> None:
    refused = client.http.put(path)
    assert refused.status_code == 405
    assert set(refused.headers["allow"].split(", ")) == methods
