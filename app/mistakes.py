"""What pydantic finds wrong with what was sent, as one refusal: each mistake with field, code and limit."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.errors import Invalid

GIVEN_LENGTH = 80  # characters of a wrong value that are sent back
EXACT_INTEGERS = 2**53  # beyond it a browser's number is another number
ERRORS_SHOWN = 20
LIMITS = ("limit", "ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "expected")


def in_request(found: Sequence[Mapping[str, Any]]) -> Invalid:
    """The refusal of a request; each mistake's place begins with body, query, path or header."""
    errors = [_field_error(item) for item in found[:ERRORS_SHOWN]]
    return Invalid("; ".join(f"{error['field']}: {error['message']}" for error in errors), errors=errors)


def in_settings(error: ValidationError) -> Invalid:
    """The refusal of settings that were sent, put together with those a run has already."""
    return in_request([{**item, "loc": ("body", *item["loc"])} for item in error.errors()])


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
