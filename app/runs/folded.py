"""A run written down as it is, in place of all that made it so. Pure."""

import json
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from .config import RunConfig
from .run import Run

_CONFIG = "config"  # written as events have it: its validators are for what is asked for
_KINDS: dict[str, Any] = {name: (kind, ...) for name, kind in get_type_hints(Run).items() if name != _CONFIG}
_Fields: type[BaseModel] = create_model(
    "_Fields",
    __config__=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", extra="forbid"),
    **_KINDS,
)


def encode(run: Run) -> str:
    """The run as JSON, with all that its fold needs to go on."""
    values = {field.name: getattr(run, field.name) for field in fields(Run) if field.name != _CONFIG}
    told: dict[str, Any] = _Fields.model_construct(**values).model_dump(mode="json")
    return json.dumps({**told, _CONFIG: run.config.as_json()}, separators=(",", ":"))


def decode(text: str) -> Run:
    """The run of `encode`; ValueError if another program wrote it."""
    told = json.loads(text)
    try:
        config = RunConfig.stored(told.pop(_CONFIG))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("no run") from error
    values = _Fields.model_validate_json(json.dumps(told))
    return Run(config=config, **dict(values))
