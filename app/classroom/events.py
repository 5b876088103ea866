"""What can happen to a class: one dataclass for each type of event, and what of it everybody may be told.

`told()` is what the stream and the API say of an event: an answer is a number of answers, and what lets
somebody in is nothing at all (docs/decisions/0040-a-class-is-events-too.md).
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

Told = dict[str, Any] | None
DeviceKind = Literal["browser", "script"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEvent:
    """Something that happened to a class."""

    type: ClassVar[str]

    def told(self) -> Told:
        """What everybody in the class may know of it; None: nothing, not even that it happened."""
        return self.stored()

    def stored(self) -> dict[str, Any]:
        """All of it, as the log keeps it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassStarted(ClassEvent):
    """A class begins: the code is what its students type."""

    type = "class-started"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEnded(ClassEvent):
    """The class is over; the names of its people have left the log with it."""

    type = "class-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(ClassEvent):
    """A student is there for the first time."""

    type = "joined"
    member: str
    name: str
    return_digest: str

    def told(self) -> Told:
        return {"member": self.member, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(ClassEvent):
    """A browser or a script may act for somebody from now on."""

    type = "signed-in"
    member: str
    digest: str
    device: DeviceKind

    def told(self) -> Told:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(ClassEvent):
    """It may not any more."""

    type = "signed-out"
    digest: str

    def told(self) -> Told:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCodeChanged(ClassEvent):
    """A student has another return code; the one before is worth nothing."""

    type = "return-code"
    member: str
    return_digest: str

    def told(self) -> Told:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRenamed(ClassEvent):
    """The teacher has changed a name."""

    type = "member-renamed"
    member: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(ClassEvent):
    """A student was sent out, or let in again."""

    type = "member-removed"
    member: str
    removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorMoved(ClassEvent):
    """Others may join, or nobody any more."""

    type = "door"
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningChanged(ClassEvent):
    """The teacher has opened other settings."""

    type = "opening"
    opening: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionChanged(ClassEvent):
    """Eyes on the teacher, or back to work."""

    type = "attention"
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(ClassEvent):
    """A question. Which option is right is not told before the answers are."""

    type = "asked"
    question: str
    spec: dict[str, Any]

    def told(self) -> Told:
        return {"question": self.question, "spec": {**self.spec, "correct": None}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(ClassEvent):
    """A student has answered, or changed the answer; `answers` counts those who have."""

    type = "answered"
    question: str
    member: str
    answer: dict[str, Any]
    answers: int

    def told(self) -> Told:
        return {"question": self.question, "answers": self.answers}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionClosed(ClassEvent):
    """No more answers."""

    type = "question-closed"
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed(ClassEvent):
    """All answers, for everybody; with the names of those who gave them only if the teacher wants that."""

    type = "revealed"
    question: str
    correct: int | None
    named: bool
    answers: list[dict[str, Any]]  # number, option or curve, and member if named


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRemoved(ClassEvent):
    """A question is taken back, with its answers."""

    type = "question-removed"
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSet(ClassEvent):
    """A task for everybody."""

    type = "task-set"
    task: str
    spec: dict[str, Any]
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanged(ClassEvent):
    """The board shows names or does not; the task is over or goes on."""

    type = "task-changed"
    task: str
    named: bool
    ended: bool


TYPES: dict[str, type[ClassEvent]] = {
    kind.type: kind
    for kind in (
        ClassStarted,
        ClassEnded,
        Joined,
        SignedIn,
        SignedOut,
        ReturnCodeChanged,
        MemberRenamed,
        MemberRemoved,
        DoorMoved,
        OpeningChanged,
        AttentionChanged,
        Asked,
        Answered,
        QuestionClosed,
        Revealed,
        QuestionRemoved,
        TaskSet,
        TaskChanged,
    )
}
