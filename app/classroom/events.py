"""What can happen to a class: one dataclass for each type of event, and what of it viewers are told.

An answer is told only as how many have answered, beside the events, and what lets somebody in is not told at
all (docs/decisions/0040-a-class-is-events-too.md).
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel

from ..eventlog.event import Event, Recorded
from .opening import Opening
from .questions import AnswerSpec, QuestionSpec
from .tasks import Best, TaskSpec

DeviceKind = Literal["browser", "script"]


# Of a dataclass with slots, `super` must be told the class: Python makes it anew.
class _OfClass(Event):
    __slots__ = ()
    subject_name = "class_id"

    def as_json(self) -> dict[str, Any]:
        body = super().as_json()
        return {name: _plain(value) for name, value in body.items()}


class _Secret(_OfClass):
    """What nobody is told, not even that it happened."""

    __slots__ = ()
    secret = True


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassStarted(_OfClass):
    """A class begins: the code is what its students type."""

    type = "class-started"
    first = True
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeChanged(_OfClass):
    """Students type another code from now on; the one before is worth nothing."""

    type = "join-code"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEnded(_OfClass):
    """The class is over; the names of its people have left the log with it."""

    type = "class-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(_OfClass):
    """A student is there for the first time."""

    type = "joined"
    member: str
    name: str
    return_digest: str

    def shown(self, recorded: Recorded[Any]) -> dict[str, Any]:
        return {"member": self.member, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(_Secret):
    """A browser or a script may act for somebody from now on."""

    type = "signed-in"
    member: str
    digest: str
    device: DeviceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(_Secret):
    """It may not any more."""

    type = "signed-out"
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCodeChanged(_Secret):
    """A student has another return code; the one before is worth nothing."""

    type = "return-code"
    member: str
    return_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRenamed(_OfClass):
    """The teacher has changed a name."""

    type = "member-renamed"
    member: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(_OfClass):
    """A student was sent out, or let in again."""

    type = "member-removed"
    member: str
    removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorMoved(_OfClass):
    """Others may join, or nobody any more."""

    type = "door"
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningChanged(_OfClass):
    """The teacher has opened other settings."""

    type = "opening"
    opening: Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionChanged(_OfClass):
    """Eyes on the teacher, or back to work."""

    type = "attention"
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(_OfClass):
    """A question. Which option is right is not told before the answers are."""

    type = "asked"
    question: str
    spec: QuestionSpec

    def shown(self, recorded: Recorded[Any]) -> dict[str, Any]:
        return {"question": self.question, "spec": {**self.spec.model_dump(mode="json"), "correct": None}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(_Secret):
    """A student has answered, or changed the answer; `answers` counts those who have.

    Viewers are told how many have, as what passes: two hundred answers would be two hundred messages to all.
    """

    type = "answered"
    question: str
    member: str
    answer: AnswerSpec
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionClosed(_OfClass):
    """No more answers."""

    type = "question-closed"
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed(_OfClass):
    """All answers, for everybody; with the names of those who gave them only if the teacher wants that."""

    type = "revealed"
    question: str
    correct: int | None
    named: bool
    answers: list[dict[str, Any]]  # number, option or curve, and member if named
    run_id: str | None = None  # the run that tells, if the question did not name it


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRemoved(_OfClass):
    """A question is taken back, with its answers."""

    type = "question-removed"
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSet(_OfClass):
    """A task for everybody."""

    type = "task-set"
    task: str
    spec: TaskSpec
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanged(_OfClass):
    """The board shows names or does not; the task is over or goes on. What stands on the board of a task that
    is over is kept here: runs go on."""

    type = "task-changed"
    task: str
    named: bool
    ended: bool
    best: tuple[Best, ...] | None = None

    def shown(self, recorded: Recorded[Any]) -> dict[str, Any]:
        return {"task": self.task, "named": self.named, "ended": self.ended}


ClassEvent = (
    ClassStarted
    | CodeChanged
    | ClassEnded
    | Joined
    | SignedIn
    | SignedOut
    | ReturnCodeChanged
    | MemberRenamed
    | MemberRemoved
    | DoorMoved
    | OpeningChanged
    | AttentionChanged
    | Asked
    | Answered
    | QuestionClosed
    | Revealed
    | QuestionRemoved
    | TaskSet
    | TaskChanged
)
CLASS_EVENTS: tuple[type[Event], ...] = get_args(ClassEvent)
