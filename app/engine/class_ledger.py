"""The class as its committed events have made it: the one place where it changes.

Changes are made one at a time, on what the committed events say. Each is on disk first, then in memory, then
with the viewers. In a laboratory and in the open mode there is no class, and everything here answers so.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from ..classroom import secrets as codes
from ..classroom.events import (
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
from ..classroom.opening import Opening
from ..classroom.questions import AnswerSpec, QuestionSpec, check_answer
from ..classroom.state import (
    TEACHER,
    Classroom,
    Member,
    Question,
    Task,
    answers_json,
    apply,
    is_of_class,
)
from ..classroom.tasks import TaskSpec
from ..errors import Conflict, Forbidden, NotFound, TooMany
from ..eventlog.event import Event, Recorded, Unknown
from ..eventlog.log import Log
from ..runs.names import key
from ..runs.run import Run
from .pace import Pace
from .presence import Presence

log = logging.getLogger("chalknet.ledger")

Mode = Literal["laboratory", "class", "open"]

MEMBERS = 1000  # students of one class; three times as many with those who were sent out
DEVICES_EACH = 12  # browsers and scripts of one person; the oldest is signed out for a newer one
QUESTIONS = 100  # of one lesson
TASKS = 30
SECRETS_A_MINUTE = 10  # return codes and tokens of one person
ANSWERS_A_MINUTE = 20  # of one person to one question
COUNT_SECONDS = 0.25  # between two tellings of how many have answered
RUN_CHANGES_A_MINUTE = 300  # of one person: everybody is told of each
JOINS_A_MINUTE = 250  # from one address: a whole class may come through one, and nobody fills the room alone
# What the page and people call whoever leads.
_THE_TEACHERS = {key(name) for name in (TEACHER, "the teacher", "老師", "老师")}


class ClassLedger:
    """The class of this server, if it has one."""

    def __init__(self, log: Log, mode: Mode, secret: str | None = None) -> None:
        self._log = log
        self.mode = mode
        self.presence = Presence()
        self._secrets_pace = Pace(SECRETS_A_MINUTE)
        self._joins_pace = Pace(JOINS_A_MINUTE)
        self._answers_pace = Pace(ANSWERS_A_MINUTE)
        self._run_changes_pace = Pace(RUN_CHANGES_A_MINUTE)
        self._secret = secret or codes.new_token()
        self._lock = asyncio.Lock()
        self._room: Classroom | None = None
        self._ended = ""  # the id of the class that was the last to end

    @property
    def secret(self) -> str:
        """What makes a browser the teacher's: in the address that the server prints, and nowhere else."""
        return self._secret

    @property
    def has_class(self) -> bool:
        return self.mode == "class"

    @property
    def room(self) -> Classroom:
        """The class; NotFound where there is none."""
        if self._room is None or not self.has_class:
            raise NotFound("This server has no class.", code="no-class")
        return self._room

    def find_room(self) -> Classroom | None:
        """What may be told of the class: nothing from the moment on at which it is over."""
        return None if self._room is None or self._room.id == self._ended else self._room

    def take(self, recorded: Recorded[Event | Unknown]) -> None:
        """Take in a stored event; one that makes no sense is left out, those of runs are somebody else's."""
        if not is_of_class(recorded):
            return
        try:
            self._room = apply(self._room, recorded)
        except LookupError:  # it happened to a member, a question or a task that there is not
            log.exception("an event was left out", extra={"class": recorded.subject, "seq": recorded.seq})

    async def start(self) -> None:
        """After the log was read: a server that has a class and finds none begins one."""
        if self.has_class and self._room is None:
            async with self._lock:
                await self._begin()

    async def _begin(self, leading: Sequence[SignedIn] = ()) -> None:
        """A class with nobody in it but whoever leads."""
        events: list[ClassEvent] = [ClassStarted(code=codes.new_join_code()), *leading]
        for recorded in await self._log.commit(f"class-{secrets.token_hex(6)}", events, frees=True):
            self.take(recorded)

    async def _commit(self, event: ClassEvent) -> None:
        """Make an event true: on disk first, then here and with the viewers."""
        for recorded in await self._log.commit(self.room.id, [event]):
            self.take(recorded)
        if isinstance(event, SignedOut | MemberRemoved):
            self._review()
        if isinstance(event, Answered):
            self._log.hub.tell("answers", self.room.counts, COUNT_SECONDS)

    def _review(self) -> None:
        """Let go of the viewers who are not in the class any more."""
        self.presence.review(lambda token: self.member_of(token) is not None)

    def member_of(self, token: str) -> str | None:
        """Who shows this session or token: the teacher, a student, or nobody."""
        return self._room.member_of(codes.digest(token)) if self._room else None

    def is_gone(self, owner: str) -> bool:
        """Whether a run's owner is nobody of this class: one of a class before, say."""
        return owner != TEACHER and (self._room is None or owner not in self._room.members)

    def is_sent_out(self, token: str) -> bool:
        """Whether who shows this session was sent out."""
        return self._room is not None and self._room.is_sent_out(codes.digest(token))

    # Who is who

    async def lead(self, secret: str) -> str:
        """The teacher signs in; returns what the browser shows from now on."""
        room = self.room
        if not codes.same(secret, self._secret):
            raise Forbidden("This is not the teacher's secret.", code="wrong-secret")
        async with self._lock:
            return await self._sign_in(room, TEACHER, "browser")

    async def join(self, code: str, name: str, address: str) -> tuple[Member, str, str]:
        """A new student: the member, the personal return code, and what the browser shows from now on."""
        async with self._lock:
            room = self.room
            self._check_code(code)
            if not room.door_open:
                raise Forbidden("The teacher has closed the room.", code="room-closed")
            self._check_name(name)
            if len(room.present) >= MEMBERS or len(room.members) >= 3 * MEMBERS:
                raise TooMany(f"The class is full: {MEMBERS} students.", code="class-full", limit=MEMBERS)
            self._joins_pace.step(address)
            member, return_code = secrets.token_hex(6), codes.new_return_code()
            await self._commit(Joined(member=member, name=name, return_digest=codes.digest(return_code)))
            return self.room.members[member], return_code, await self._sign_in(self.room, member, "browser")

    async def come_back(self, return_code: str) -> tuple[Member, str]:
        """A student on another device, by the personal code."""
        digest = codes.digest(codes.plain_code(return_code))
        async with self._lock:
            room = self.room
            for member in room.members.values():
                if codes.same(member.return_digest, digest):
                    if member.removed:
                        raise Forbidden("The teacher has sent you out.", code="sent-out")
                    self._secrets_pace.step(member.id)
                    return member, await self._sign_in(room, member.id, "browser")
        raise Forbidden("Nobody has this return code.", code="wrong-code")

    def count_run_change(self, member: str) -> None:
        """Somebody makes or changes a run; TooMany beyond what anybody's hand does."""
        self._run_changes_pace.step(member)

    async def new_return_code(self, member: str) -> str:
        """Another return code for somebody; the one before is worth nothing."""
        code = codes.new_return_code()
        async with self._lock:
            self.member(member)
            self._secrets_pace.step(member)
            await self._commit(ReturnCodeChanged(member=member, return_digest=codes.digest(code)))
        return code

    async def new_script_token(self, member: str) -> str:
        """What a script shows to act for somebody."""
        async with self._lock:
            self._secrets_pace.step(member)
            return await self._sign_in(self.room, member, "script")

    async def sign_out(self, token: str) -> None:
        """This browser or script acts for nobody any more."""
        digest = codes.digest(token)
        async with self._lock:
            if digest in self.room.devices:
                await self._commit(SignedOut(digest=digest))

    async def rename(self, member: str, name: str) -> Member:
        async with self._lock:
            if self.member(member).name != name:
                self._check_name(name, but=member)
                await self._commit(MemberRenamed(member=member, name=name))
            return self.member(member)

    async def remove(self, member: str, removed: bool) -> Member:
        """Send a student out, or let the student in again."""
        async with self._lock:
            if self.member(member).removed != removed:
                await self._commit(MemberRemoved(member=member, removed=removed))
            return self.member(member)

    # What is open

    async def change_code(self) -> None:
        """Another code to join with, where the one before has come to others."""
        async with self._lock:
            await self._commit(CodeChanged(code=codes.new_join_code()))

    async def move_door(self, is_open: bool) -> None:
        async with self._lock:
            if self.room.door_open != is_open:
                await self._commit(DoorMoved(open=is_open))

    async def change_opening(self, opening: Opening) -> None:
        async with self._lock:
            if self.room.opening != opening:
                await self._commit(OpeningChanged(opening=opening))

    async def ask_for_attention(self, on: bool) -> None:
        async with self._lock:
            if self.room.attention != on:
                await self._commit(AttentionChanged(on=on))

    # Questions

    async def ask(self, spec: QuestionSpec) -> Question:
        async with self._lock:
            if len(self.room.questions) >= QUESTIONS:
                text = f"A class has at most {QUESTIONS} questions: take one back."
                raise TooMany(text, code="too-many-questions", limit=QUESTIONS)
            question = secrets.token_hex(4)
            await self._commit(Asked(question=question, spec=spec))
            return self.room.questions[question]

    async def answer(self, question_id: str, member: str, answer: AnswerSpec) -> Question:
        """Record a student's answer; until the question is closed it may be changed."""
        async with self._lock:
            question = self.question(question_id)
            if question.status != "open":
                raise Conflict("The question is closed.", code="question-closed")
            check_answer(question.spec, answer)
            if question.answers.get(member) != answer:
                self._answers_pace.step((question_id, member))
                count = len(question.answers.keys() | {member})
                await self._commit(
                    Answered(question=question_id, member=member, answer=answer, answers=count)
                )
            return self.question(question_id)

    async def close(self, question_id: str) -> Question:
        async with self._lock:
            if self.question(question_id).status == "open":
                await self._commit(QuestionClosed(question=question_id))
            return self.question(question_id)

    async def reveal(self, question_id: str, named: bool, run_id: str | None = None) -> Question:
        """Tell everybody all answers, and which run tells the truth.

        What was named once is known, and stays so.
        """
        async with self._lock:
            question = self.question(question_id)
            named = named or question.named
            run_id = run_id or question.spec.run_id
            if (question.status, question.named, question.spec.run_id) != ("revealed", named, run_id):
                answers = answers_json(question, named=named)
                correct = question.spec.correct
                await self._commit(
                    Revealed(
                        question=question_id, correct=correct, named=named, answers=answers, run_id=run_id
                    )
                )
            return self.question(question_id)

    async def take_back(self, question_id: str) -> None:
        async with self._lock:
            self.question(question_id)
            await self._commit(QuestionRemoved(question=question_id))

    # Tasks

    async def set_task(self, spec: TaskSpec, named: bool, runs: Callable[[], Iterable[Run]]) -> Task:
        async with self._lock:
            if len(self.room.tasks) >= TASKS:
                raise TooMany(f"A class has at most {TASKS} tasks.", code="too-many-tasks", limit=TASKS)
            before, task = self.room.task, secrets.token_hex(4)
            if before is not None:
                await self._change(before, before.named, True, runs)
            await self._commit(TaskSet(task=task, spec=spec, named=named))
            return self.room.tasks[task]

    async def change_task(
        self, task_id: str, named: bool | None, ended: bool | None, runs: Callable[[], Iterable[Run]]
    ) -> Task:
        """Of a task that ends, the board is kept as it is now."""
        async with self._lock:
            task = self.task(task_id)
            named = task.named if named is None else named
            ended = task.ended if ended is None else ended
            if (named, ended) != (task.named, task.ended):
                await self._change(task, named, ended, runs)
            return self.task(task_id)

    async def _change(self, task: Task, named: bool, ended: bool, runs: Callable[[], Iterable[Run]]) -> None:
        best = (task.best if task.ended else tuple(task.bests(runs()))) if ended else None
        await self._commit(TaskChanged(task=task.id, named=named, ended=ended, best=best))

    # The end

    async def end(self) -> None:
        """Forget the class with the names of its people, and begin another."""
        async with self._lock:
            old = self.room
            await self._log.delete(old.id, ClassEnded())
            self._ended = old.id
            leading = [
                SignedIn(member=TEACHER, digest=digest, device=device.kind)
                for digest, device in old.devices.items()
                if device.member == TEACHER
            ]
            try:
                await self._begin(leading)  # there is no moment in which nobody leads
            except BaseException:
                self._room = None
                raise
            self._review()
            for name in ("view", "answers"):  # what was told to the old class is nobody's business now
                self._log.hub.forget(name)
            await self._log.wipe()

    # Who is there

    def desk(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """Every student with what the teacher wants to see at a glance."""
        own: dict[str, list[Run]] = {}
        for run in runs:
            own.setdefault(run.owner, []).append(run)
        return [self._line(member, own.get(member.id, [])) for member in self.room.members.values()]

    def _line(self, member: Member, runs: Sequence[Run]) -> dict[str, Any]:
        bests = [run.best.test_accuracy for run in runs if run.best]
        return {
            "id": member.id,
            "name": member.name,
            "removed": member.removed,
            "connected": self.presence.connections(member.id),
            "following": self.presence.follows(member.id),
            "runs": len(runs),
            "unfinished": sum(not run.status.ended for run in runs),
            "best": max((best for best in bests if best is not None), default=None),
            "joined_at": member.joined_at,
        }

    def show(self, view: dict[str, Any]) -> None:
        """Tell those who follow where the teacher looks; the newest view is all that is kept of it."""
        self._log.hub.tell("view", view)

    def question(self, question_id: str) -> Question:
        try:
            return self.room.questions[question_id]
        except KeyError:
            raise NotFound(f"There is no question {question_id[:40]!r}.", code="question-not-found") from None

    def task(self, task_id: str) -> Task:
        try:
            return self.room.tasks[task_id]
        except KeyError:
            raise NotFound(f"There is no task {task_id[:40]!r}.", code="task-not-found") from None

    def member(self, member: str) -> Member:
        try:
            return self.room.members[member]
        except KeyError:
            raise NotFound(f"There is no student {member[:40]!r}.", code="member-not-found") from None

    def _check_code(self, code: str) -> None:
        if not codes.same(codes.plain_code(code), self.room.code):
            raise Forbidden("This is not the code of the class.", code="wrong-code")

    def _check_name(self, name: str, but: str | None = None) -> None:
        """Names are unique, for eyes: no two differ only in case, spaces or the way letters are composed."""
        taken = {key(member.name) for member in self.room.members.values() if member.id != but}
        if key(name) in taken | _THE_TEACHERS:
            raise Conflict("Somebody in the class has this name already.", code="name-taken", field="name")

    async def _sign_in(self, room: Classroom, member: str, device: DeviceKind) -> str:
        mine = [digest for digest, one in room.devices.items() if one.member == member]
        for digest in mine[: max(0, len(mine) - DEVICES_EACH + 1)]:
            await self._commit(SignedOut(digest=digest))
        token = codes.new_token()
        await self._commit(SignedIn(member=member, digest=codes.digest(token), device=device))
        return token
