"""The API's document, completed: what FastAPI cannot know, and what it would write sixty times."""

import json
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from ..http.problems import MEDIA_TYPE, Problem
from .models import SETTINGS_SCHEMA
from .rights import RIGHTS

SCHEMAS = "#/components/schemas/"
ANSWERS = "#/components/responses/"

# What can be refused, by status: the name in the document.
REFUSALS = {
    400: "CannotBeRead",
    403: "Forbidden",
    404: "NotFound",
    408: "TooSlow",
    409: "WrongState",
    413: "TooLarge",
    415: "NotJson",
    421: "UnknownHost",
    422: "Invalid",
    429: "TooMany",
    503: "StoreUnavailable",
    507: "NoRoom",
}
OF_A_BODY = {408, 413, 415}
OF_A_CHANGE = {409, 507}
OF_EVERYTHING = {400, 403, 421}

RETRY_AFTER = {"description": "Seconds until it is worth another try.", "schema": {"type": "string"}}


def complete(app: FastAPI) -> None:
    """Let the application describe itself with everything below; it is done once, when somebody asks."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(describe())
        return describe()

    app.openapi = described  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["x-who-may"] = RIGHTS[operation.pop("x-operation")].value
            _tell_refusals(operation, method, in_api=path.startswith("/api/"))
            _tell_downloads(operation)
    components = document["components"]
    schemas = components["schemas"]
    for not_sent in ("HTTPValidationError", "ValidationError"):
        schemas.pop(not_sent, None)
    for name in ("RunCreate", "RunConfig"):
        _leave_out_defaults(schemas[name])
    _share_settings(document)
    problem = Problem.model_json_schema(ref_template=SCHEMAS + "{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem, "Settings": SETTINGS_SCHEMA}
    components["responses"] = {name: _refusal(status) for status, name in REFUSALS.items()}


def _tell_refusals(operation: dict[str, Any], method: str, in_api: bool) -> None:
    """Refer to every refusal that can come; what FastAPI says of 422 is not what this server answers with."""
    operation["responses"].pop("422", None)
    statuses = set(REFUSALS) if in_api else OF_EVERYTHING | {503}
    if "requestBody" not in operation:
        statuses -= OF_A_BODY
    if method == "get":
        statuses -= {507}
    for status in sorted(statuses):
        operation["responses"][str(status)] = {"$ref": ANSWERS + REFUSALS[status]}


def _tell_downloads(operation: dict[str, Any]) -> None:
    """A body that is none of ours is bytes, text or an object of somebody else's making."""
    for answer in operation["responses"].values():
        for media_type, content in answer.get("content", {}).items():
            if media_type.startswith("text/"):
                content.setdefault("schema", {"type": "string"})
            elif media_type.endswith("+json"):
                content.setdefault("schema", {"type": "object"})
            elif media_type != "application/json":
                content.setdefault("schema", {"type": "string", "format": "binary"})


def _refusal(status: int) -> dict[str, Any]:
    headers = {"headers": {"Retry-After": RETRY_AFTER}} if status in (429, 503) else {}
    content = {MEDIA_TYPE: {"schema": {"$ref": SCHEMAS + "Problem"}}}
    return {"description": HTTPStatus(status).phrase, "content": content, **headers}


def _leave_out_defaults(schema: dict[str, Any]) -> None:
    """Say in words what is filled in: generated clients send defaults, and a preset gives way to them."""
    for field in schema["properties"].values():
        default = field.pop("default", None)
        if default is not None:
            field["description"] += f" Left out: the preset's, or {json.dumps(default)}."


def _share_settings(part: Any) -> None:
    """Refer to the settings of a run wherever they are written out."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, dict | list):
            if value == SETTINGS_SCHEMA:
                part[key] = {"$ref": SCHEMAS + "Settings"}
            else:
                _share_settings(value)
