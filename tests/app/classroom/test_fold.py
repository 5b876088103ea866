"""The fold of tests/shared/class.json, a lesson, to which tests/static/room.test.mjs holds the page."""

import json
from pathlib import Path
from typing import Any

from chalknet.classroom.events import CLASS_EVENTS, Answered
from chalknet.classroom.state import Classroom, apply
from chalknet.eventlog.event import Recorded

from .test_events import LESSON

FILE = Path(__file__).parents[2] / "shared" / "class.json"


def steps() -> list[dict[str, Any]]:
    """What viewers are told of each event, null if nothing, and the class after it as they may know it.

    `counts` is how many have answered, told beside the events where that has changed.
    """
    room: Classroom | None = None
    found = []
    for number, event in enumerate(LESSON, 1):
        recorded = Recorded(number, "class-1", f"2026-11-25T10:00:{number:02d}.000Z", event)
        room = apply(room, recorded)
        told = None if event.secret else recorded.as_json()
        counts = room.counts if room and isinstance(event, Answered) else None
        found.append({"told": told, "counts": counts, "room": room and room.as_json()})
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def test_the_lesson_has_every_type() -> None:
    assert {type(event) for event in LESSON} == set(CLASS_EVENTS)


def test_events_make_this_class() -> None:
    """After a change of what is told, write the file anew: python -m tests.app.classroom.test_fold."""
    assert json.loads(FILE.read_text()) == steps()


if __name__ == "__main__":
    FILE.write_text("[\n" + ",\n".join(json.dumps(step) for step in steps()) + "\n]\n")
