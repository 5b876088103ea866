"""Everything that can be refused, with its HTTP status and a code that never changes.

AppError
├── BadRequest 400        the request itself cannot be read
├── Forbidden 403         another origin, another host
├── NotFound 404          no such run, dataset, epoch
├── Conflict 409          right request, wrong state
├── TooLarge 413          more bytes than allowed
├── UnsupportedMedia 415  not application/json
├── Invalid 422           a field's value, or a combination of values
├── TooMany 429           a quota; says when to try again
├── Unavailable 503       the store is locked or damaged
└── NoRoom 507            the disk is full

Several share a class and differ by `code`, which callers pass when the default does not say enough. What
pydantic finds wrong with a request becomes one `Invalid` that names every field, code and limit.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

GIVEN_LENGTH = 80  # characters of a wrong value that are sent back
EXACT_INTEGERS = 2**53  # beyond it a browser's number is another number
ERRORS_SHOWN = 20
LIMITS = ("limit", "ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "expected")


class AppError(Exception):
    """An answer other than success; `field` and `limit`, or several `errors`, say what to change."""

    status = 500
    code = "error"
    title = "The server made a mistake"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        field: str | None = None,
        limit: object = None,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.field = field
        self.limit = limit
        self.errors = errors
        self.headers = headers or {}


class BadRequest(AppError):
    status, code, title = 400, "bad-request", "The request cannot be read"


class Forbidden(AppError):
    status, code, title = 403, "forbidden", "Not allowed from there"


class NotFound(AppError):
    status, code, title = 404, "not-found", "There is no such thing"


class Conflict(AppError):
    status, code, title = 409, "conflict", "Not possible in this state"


class TooLarge(AppError):
    status, code, title = 413, "too-large", "The request is too large"


class UnsupportedMedia(AppError):
    status, code, title = 415, "unsupported-media-type", "Send application/json"


class Invalid(AppError):
    status, code, title = 422, "invalid", "A value is not allowed"


class TooMany(AppError):
    status, code, title = 429, "too-many", "Too many at once"


class Unavailable(AppError):
    status, code, title = 503, "store-unavailable", "The store does not answer"


class NoRoom(AppError):
    status, code, title = 507, "disk-full", "There is no room left on the disk"


def invalid_request(found: Sequence[Mapping[str, Any]]) -> Invalid:
    """The refusal of a request; each mistake's place begins with body, query, path or header."""
    errors = [_field_error(item) for item in found[:ERRORS_SHOWN]]
    return Invalid("; ".join(f"{error['field']}: {error['message']}" for error in errors), errors=errors)


def invalid_settings(error: ValidationError) -> Invalid:
    """The refusal of settings that were sent, put together with those a run has already."""
    return invalid_request([{**item, "loc": ("body", *item["loc"])} for item in error.errors()])


def _field_error(item: Mapping[str, Any]) -> dict[str, Any]:
    context = item.get("ctx", {})
    where, *path = item["loc"]
    return {
        "field": context.get("field") or _short(".".join(str(part) for part in path) or str(where)),
        "code": item["type"].replace("_", "-"),
        "message": _short(item["msg"], 300),
        "limit": next((context[key] for key in LIMITS if context.get(key) is not None), None),
        "given": _given(item.get("input")),
    }


def _given(value: Any) -> Any:
    """The wrong value as it can be shown: numbers and short text as they are, anything else cut."""
    if isinstance(value, Mapping):
        return None  # the value around a missing field explains nothing
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) < EXACT_INTEGERS:
        return value
    return _short(value if isinstance(value, str) else json.dumps(value, default=str))


def _short(text: str, length: int = GIVEN_LENGTH) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
