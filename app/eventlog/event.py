"""What an event is: one dataclass per type, its JSON in the log, and the number that it gets there.

The log knows no particular type. Whoever has things that events make (runs, for one) declares its types as
subclasses of `Event`, and folds what the log hands out. A type is never renamed and its fields keep their
meaning: what must change gets a higher `version`, and `upgraded` reads the older ones.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import TypeAdapter

log = logging.getLogger("chalknet.events")

VERSION_FIELD = "v"  # in a stored body, from version 2 on


class Absent(Enum):
    """The default of a field where null means something and being left out something else."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all types of events; each is a frozen dataclass whose fields are the body in the log.

    A field that has its default is not written, so a new field with a default needs no new version.
    """

    type: ClassVar[str]
    version: ClassVar[int] = 1
    subject_name: ClassVar[str]  # what viewers call the id of the thing that it happened to
    first: ClassVar[bool] = False  # of its thing, of which nothing can be said without it
    replaces: ClassVar[tuple[str, ...]] = ()  # types of which the log forgets older events of the same thing
    can_wait: ClassVar[bool] = False  # to be told: the next of its type soon says the same better
    secret: ClassVar[bool] = False  # viewers are not even told that it happened

    def as_json(self) -> dict[str, Any]:
        """The body as it is stored."""
        values = ((field, getattr(self, field.name)) for field in fields(self))
        body = {field.name: value for field, value in values if value != field.default}
        return body if self.version == 1 else {VERSION_FIELD: self.version, **body}

    def shown(self, recorded: "Recorded[Any]") -> dict[str, Any]:
        """The fields that viewers are told (docs/events.md); `recorded` is this event with its number."""
        return self.as_json()

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        """The event of a body of this version; ValueError if it does not fit."""
        event: Self = _adapter(cls).validate_python(body)
        return event

    @classmethod
    def upgraded(cls, body: dict[str, Any], version: int) -> dict[str, Any]:
        """A body that was written by an older version, as this version writes it."""
        return body


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a type or version that this program does not know: kept and passed on, never understood."""

    type: str
    body: dict[str, Any]

    subject_name: ClassVar[str] = "run_id"
    replaces: ClassVar[tuple[str, ...]] = ()
    can_wait: ClassVar[bool] = True
    secret: ClassVar[bool] = True  # who does not understand it cannot say who may know it

    def as_json(self) -> dict[str, Any]:
        return self.body

    def shown(self, recorded: "Recorded[Any]") -> dict[str, Any]:
        return self.body


E = TypeVar("E", bound=Event | Unknown)
E_co = TypeVar("E_co", bound=Event | Unknown, covariant=True)


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E_co]):
    """An event that is true: committed, numbered, never changed. `subject`: the id of what it happened to."""

    seq: int
    subject: str
    ts: str
    event: E_co

    def as_json(self) -> dict[str, Any]:
        """What viewers get, unless the event is secret."""
        event = self.event
        head = {"seq": self.seq, event.subject_name: self.subject, "type": event.type, "ts": self.ts}
        return {**head, **event.shown(self)}


class Types:
    """The types that one log is read with."""

    def __init__(self, types: Iterable[type[Event]]) -> None:
        self._by_name: Mapping[str, type[Event]] = {kind.type: kind for kind in types}

    def read(self, name: str, text: str) -> Event | Unknown:
        """The event of a stored type and body. What does not fit its type is as good as unknown."""
        stored = json.loads(text)
        body = dict(stored)
        version = body.pop(VERSION_FIELD, 1)
        kind = self._by_name.get(name)
        if kind is None or version > kind.version:
            return Unknown(name, stored)
        try:
            return kind.from_json(body if version == kind.version else kind.upgraded(body, version))
        except (ValueError, KeyError, TypeError):
            log.exception("an event was left out: it does not fit its type", extra={"type": name})
            return Unknown(name, stored)


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
