"""What the class's routes answer with."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from ..classroom.opening import Opening
from ..classroom.questions import QuestionSpec
from ..classroom.tasks import TaskSpec

Role = Literal["everybody", "teacher", "student", "visitor"]
Mode = Literal["laboratory", "class", "open"]


class Me(BaseModel):
    """Who is asking."""

    role: Role
    mode: Mode
    member: str | None = Field(description="My id: what my runs have as owner.")
    name: str | None


class Membership(Me):
    return_code: str | None = Field(
        description="Brings me back on another device; told once, when I join, and null afterwards."
    )


class ReturnCode(BaseModel):
    return_code: str


class Token(BaseModel):
    token: str


class MemberView(BaseModel):
    id: str
    name: str
    removed: bool = Field(description="Sent out by the teacher.")


class QuestionView(BaseModel):
    """A question; its answers are null until the teacher reveals them, to everybody at once."""

    id: str
    spec: QuestionSpec
    status: Literal["open", "closed", "revealed"]
    count: int = Field(description="How many have answered.")
    asked_at: str
    named: bool
    answers: list[dict[str, Any]] | None


class TaskView(BaseModel):
    id: str
    spec: TaskSpec
    named: bool = Field(description="Whether the board shows names.")
    ended: bool
    set_at: str
    ended_at: str | None = Field(description="From then on its board stands still.")


class ClassView(BaseModel):
    """The class as everybody in it sees it."""

    id: str
    code: str
    started_at: str
    door_open: bool = Field(description="Whether others may join.")
    opening: Opening
    attention: bool = Field(description="All eyes on the teacher: nobody else changes runs.")
    members: list[MemberView]
    questions: list[QuestionView]
    tasks: list[TaskView]
    seq: int


class PresentMember(MemberView):
    """A student as the teacher's desk sees him."""

    connected: int = Field(description="Pages and scripts that follow the events now.")
    following: bool = Field(description="Follows the teacher's view.")
    runs: int
    unfinished: int
    best: float | None = Field(description="Highest test accuracy of all runs.")
    joined_at: str


class MemberList(BaseModel):
    members: list[PresentMember]


class OwnAnswer(BaseModel):
    answer: dict[str, Any] | None


class PlaceView(BaseModel):
    place: int = Field(description="Equal values share a place.")
    member: str | None = Field(description="Null while the board shows no names, but for oneself.")
    mine: bool
    run_id: str | None
    value: float
    runs: int


class Board(BaseModel):
    places: list[PlaceView]
