"""A class as its events have made it so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeGuard

from ..eventlog.event import Recorded
from ..runs.config import RunConfig
from ..runs.run import Run
from .events import (
    Answered,
    Asked,
    AttentionChanged,
    ClassEnded,
    ClassEvent,
    ClassStarted,
    CodeChanged,
    DeviceKind,
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
from .opening import Opening
from .questions import AnswerSpec, QuestionSpec
from .tasks import Best, Place, TaskSpec, bests, ranked

TEACHER = "teacher"  # the member id of whoever leads


@dataclass(frozen=True, slots=True)
class Member:
    """A student."""

    id: str
    name: str
    return_digest: str
    joined_at: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A browser or a script that may act for a member."""

    member: str
    kind: DeviceKind


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its answers by member, and how far it is."""

    id: str
    spec: QuestionSpec
    status: Literal["open", "closed", "revealed"] = "open"
    named: bool = False
    answers: Mapping[str, AnswerSpec] = field(default_factory=dict)
    asked_at: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A task, and how its board is shown."""

    id: str
    spec: TaskSpec
    named: bool = True
    ended: bool = False
    set_at: str = ""
    ended_at: str | None = None
    best: tuple[Best, ...] | None = None  # as it was when the task ended

    def bests(self, runs: Iterable[Run]) -> list[Best]:
        """The best run of each owner, of those that began after the task was set."""
        return bests(self.spec, (run for run in runs if run.created_at >= self.set_at))

    def board(self, runs: Iterable[Run], members: frozenset[str]) -> list[Place]:
        """The places of the members; of a task that is over, those that they had at its end."""
        return ranked(self.bests(runs) if self.best is None else self.best, members)


@dataclass(frozen=True, slots=True)
class Classroom:
    """The class: who is in it, what is open, what was asked."""

    id: str
    code: str
    started_at: str
    door_open: bool = True
    opening: Opening = field(default_factory=lambda: Opening(base=None))
    attention: bool = False
    members: Mapping[str, Member] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)  # by the digest of what they show
    questions: Mapping[str, Question] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    seq: int = 0

    @property
    def present(self) -> frozenset[str]:
        """The ids of the students who have not been sent out."""
        return frozenset(member.id for member in self.members.values() if not member.removed)

    @property
    def counts(self) -> dict[str, int]:
        """How many have answered each question whose answers are not revealed."""
        hidden = (question for question in self.questions.values() if question.status != "revealed")
        return {question.id: len(question.answers) for question in hidden}

    @property
    def task(self) -> Task | None:
        """The task that is on."""
        return next((task for task in reversed(list(self.tasks.values())) if not task.ended), None)

    def check(self, config: RunConfig, epochs: int) -> None:
        """Raise Forbidden for a student's run with what is not open, or against the rules of the task."""
        if self.task is not None:
            self.task.spec.check(config, epochs)
        else:
            self.opening.check(config)

    def is_sent_out(self, digest: str) -> bool:
        """Whether this session is that of somebody who was sent out."""
        device = self.devices.get(digest)
        return device is not None and device.member in self.members and device.member not in self.present

    def member_of(self, digest: str) -> str | None:
        """Who acts with this session or token; nobody who was sent out."""
        device = self.devices.get(digest)
        if device is None or not (device.member == TEACHER or device.member in self.present):
            return None
        return device.member

    def as_json(self) -> dict[str, Any]:
        """What everybody in the class may know."""
        return {
            "id": self.id,
            "code": self.code,
            "started_at": self.started_at,
            "door_open": self.door_open,
            "opening": self.opening.model_dump(mode="json"),
            "attention": self.attention,
            "members": [
                {"id": member.id, "name": member.name, "removed": member.removed}
                for member in self.members.values()
            ],
            "questions": [question_json(question) for question in self.questions.values()],
            "tasks": [task_json(task) for task in self.tasks.values()],
            "seq": self.seq,
        }


def task_json(task: Task) -> dict[str, Any]:
    """A task as everybody sees it."""
    spec = task.spec.model_dump(mode="json")
    times = {"set_at": task.set_at, "ended": task.ended, "ended_at": task.ended_at}
    return {"id": task.id, "spec": spec, "named": task.named, **times}


def question_json(question: Question) -> dict[str, Any]:
    """A question as everybody may see it: with its answers, and the right option, once they are revealed."""
    spec = question.spec.model_dump(mode="json")
    told: dict[str, Any] = {
        "id": question.id,
        "spec": spec,
        "status": question.status,
        "count": len(question.answers),
        "asked_at": question.asked_at,
    }
    if question.status == "revealed":
        return {**told, "named": question.named, "answers": answers_json(question, named=question.named)}
    return {**told, "spec": {**spec, "correct": None}, "named": False, "answers": None}


def answers_json(question: Question, *, named: bool) -> list[dict[str, Any]]:
    """All answers; in an order that says nothing about who gave which, unless they are named."""
    plain = [
        (member, {key: value for key, value in answer.model_dump(mode="json").items() if value is not None})
        for member, answer in question.answers.items()
    ]
    if named:
        return [{"member": member, **answer} for member, answer in plain]
    return sorted((answer for _, answer in plain), key=lambda answer: str(sorted(answer.items())))


def is_of_class(recorded: Recorded[Any]) -> TypeGuard[Recorded[ClassEvent]]:
    """Whether an event of the log happened to a class."""
    return isinstance(recorded.event, ClassEvent)


def apply(room: Classroom | None, recorded: Recorded[ClassEvent]) -> Classroom | None:
    """The class after one more event; None when it has ended."""
    event = recorded.event
    if isinstance(event, ClassStarted):
        return Classroom(id=recorded.subject, code=event.code, started_at=recorded.ts, seq=recorded.seq)
    if room is None or isinstance(event, ClassEnded):
        return None
    return replace(_changed(room, event, recorded.ts), seq=recorded.seq)


def _changed(room: Classroom, event: ClassEvent, ts: str) -> Classroom:
    match event:
        case CodeChanged(code=code):
            return replace(room, code=code)
        case Joined(member=member, name=name, return_digest=digest):
            return replace(room, members={**room.members, member: Member(member, name, digest, ts)})
        case MemberRenamed(member=member, name=name):
            return _with_member(room, member, name=name)
        case MemberRemoved(member=member, removed=removed):
            return _with_member(room, member, removed=removed)
        case ReturnCodeChanged(member=member, return_digest=digest):
            return _with_member(room, member, return_digest=digest)
        case SignedIn(member=member, digest=digest, device=kind):
            return replace(room, devices={**room.devices, digest: Device(member, kind)})
        case SignedOut(digest=digest):
            return replace(room, devices={key: one for key, one in room.devices.items() if key != digest})
        case DoorMoved(open=door_open):
            return replace(room, door_open=door_open)
        case OpeningChanged(opening=opening):
            return replace(room, opening=opening)
        case AttentionChanged(on=on):
            return replace(room, attention=on)
        case TaskSet(task=task, spec=spec, named=named):
            new = Task(task, spec, named, set_at=ts)
            return replace(room, tasks={**room.tasks, task: new})
        case TaskChanged(task=task, named=named, ended=ended, best=best):
            ended_at = room.tasks[task].ended_at or ts if ended else None
            changed = replace(room.tasks[task], named=named, ended=ended, ended_at=ended_at, best=best)
            return replace(room, tasks={**room.tasks, task: changed})
        case _:
            return replace(room, questions=_asked(room.questions, event, ts))


def _asked(questions: Mapping[str, Question], event: ClassEvent, ts: str) -> Mapping[str, Question]:
    match event:
        case Asked(question=question, spec=spec):
            return {**questions, question: Question(question, spec, asked_at=ts)}
        case Answered(question=question, member=member, answer=answer):
            before = questions[question]
            answers = {**before.answers, member: answer}
            return {**questions, question: replace(before, answers=answers)}
        case QuestionClosed(question=question):
            return {**questions, question: replace(questions[question], status="closed")}
        case Revealed(question=question, named=named, run_id=run_id):
            before = questions[question]
            spec = before.spec if run_id is None else before.spec.model_copy(update={"run_id": run_id})
            return {**questions, question: replace(before, spec=spec, status="revealed", named=named)}
        case QuestionRemoved(question=question):
            return {key: one for key, one in questions.items() if key != question}
    return questions


def _with_member(room: Classroom, member: str, **changes: Any) -> Classroom:
    return replace(room, members={**room.members, member: replace(room.members[member], **changes)})
