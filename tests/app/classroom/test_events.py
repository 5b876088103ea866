"""What a class's events say to viewers, and that docs/events.md says the same."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from chalknet.classroom.events import (
    CLASS_EVENTS,
    Answered,
    Asked,
    AttentionChanged,
    ClassEnded,
    ClassEvent,
    ClassStarted,
    CodeChanged,
    DoorMoved,
    Joined,
    MemberRemoved,
    MemberRenamed,
    OpeningChanged,
    QuestionClosed,
    QuestionRemoved,
    ReturnCodeChanged,
    Revealed,
    SignedIn,
    SignedOut,
    TaskChanged,
    TaskSet,
)
from chalknet.classroom.opening import Opening
from chalknet.classroom.questions import AnswerSpec, QuestionSpec
from chalknet.classroom.state import apply
from chalknet.classroom.tasks import Best, TaskSpec
from chalknet.eventlog.event import Recorded, Types
from chalknet.runs.config import RunConfig

DOCUMENT = Path(__file__).parents[3] / "docs" / "events.md"
CHOICE = QuestionSpec(kind="choice", text="Which?", options=("a", "b"), correct=1)
TASK = TaskSpec(text="Do it", base=RunConfig.model_validate({"preset": "two-features"}))

BEST = Best(member="m1", run_id="run-of-ada", value=0.5, runs=1)

# A lesson with every type in it, in an order that can happen.
LESSON: list[ClassEvent] = [
    ClassStarted(code="ABCDEF"),
    SignedIn(member="teacher", digest="d0", device="browser"),
    Joined(member="m1", name="Ada", return_digest="r1"),
    SignedIn(member="m1", digest="d1", device="browser"),
    CodeChanged(code="GHKMNP"),
    ReturnCodeChanged(member="m1", return_digest="r2"),
    MemberRenamed(member="m1", name="Ada L."),
    DoorMoved(open=False),
    OpeningChanged(opening=Opening(which="none", base=TASK.base)),
    AttentionChanged(on=True),
    Asked(question="q1", spec=CHOICE),
    Answered(question="q1", member="m1", answer=AnswerSpec(option=0), answers=1),
    Answered(question="q1", member="m1", answer=AnswerSpec(option=1), answers=1),
    QuestionClosed(question="q1"),
    Revealed(question="q1", correct=1, named=False, answers=[{"option": 1}]),
    Asked(question="q2", spec=CHOICE),
    QuestionRemoved(question="q2"),
    TaskSet(task="t1", spec=TASK, named=True),
    TaskChanged(task="t1", named=True, ended=True, best=(BEST,)),
    TaskChanged(task="t1", named=False, ended=True, best=(BEST,)),
    MemberRemoved(member="m1", removed=True),
    SignedOut(digest="d1"),
    ClassEnded(),
]


def recorded(events: list[ClassEvent]) -> list[Recorded[Any]]:
    return [Recorded(seq, "class-1", f"t{seq}", event) for seq, event in enumerate(events, 1)]


def test_the_lesson_has_every_type() -> None:
    assert {type(event) for event in LESSON} == set(CLASS_EVENTS)


@pytest.mark.parametrize("event", LESSON, ids=lambda event: event.type)
def test_an_event_survives_the_log(event: ClassEvent) -> None:
    import json

    assert Types(CLASS_EVENTS).read(event.type, json.dumps(event.as_json())) == event


def test_the_document_has_every_type_and_field_that_is_told() -> None:
    told = {
        one.event.type: one.as_json().keys() - {"seq", "class_id", "type", "ts"}
        for one in recorded(LESSON)
        if not one.event.secret
    }
    text = DOCUMENT.read_text().split("## The class")[1].split("## An experiment")[0]
    rows = re.findall(r"^\| `([\w-]+)` \| ([^|]*) \|", text, flags=re.MULTILINE)
    documented = dict(rows)
    assert documented.keys() == told.keys()
    for name, keys in told.items():
        assert keys <= set(re.findall(r"`(\w+)`", documented[name])), name
    assert all(kind.type in text for kind in CLASS_EVENTS)


def test_secrets_and_answers_are_not_told() -> None:
    shown = [one.as_json() for one in recorded(LESSON) if not one.event.secret]
    before = str(shown[: [event["type"] for event in shown].index("revealed")])
    assert BEST.run_id not in str(shown)
    for secret in ("d0", "d1", "r1", "r2", "option", "'correct': 1"):
        assert f"'{secret}'" not in before
        assert secret == "option" or secret not in before


def test_any_part_of_a_lesson_folds() -> None:
    for end in range(len(LESSON) + 1):
        room = None
        for one in recorded(LESSON)[:end]:
            room = apply(room, one)
        assert (room is None) == (end in (0, len(LESSON)))


def test_a_question_says_nothing_too_early() -> None:
    room = None
    for one in recorded(LESSON):
        room = apply(room, one)
        if room is None or "q1" not in room.questions:
            continue
        (question,) = [told for told in room.as_json()["questions"] if told["id"] == "q1"]
        revealed = question["status"] == "revealed"
        assert (question["answers"] is not None) is revealed
        assert (question["spec"]["correct"] is not None) is revealed


def test_fields_of_events_are_all_there_is() -> None:
    """An event's body is its fields: nothing else is stored."""
    for event in LESSON:
        assert event.as_json().keys() <= {field.name for field in fields(event)}
