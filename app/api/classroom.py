"""The class: what is open, questions, tasks, who is there; and the teacher's view, which others follow."""

import asyncio
from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from ..classroom import report
from ..classroom.opening import Opening
from ..classroom.questions import AnswerSpec, QuestionSpec
from ..classroom.state import question_json, task_json
from ..classroom.tasks import Place, TaskSpec
from ..engine.ledger import Ledger
from ..errors import NotFound
from ..http.downloads import AS_FILE
from ..runs.names import PersonName
from ..runs.run import Run
from .actors import ActorDep
from .class_models import Board, ClassView, MemberList, MemberView, OwnAnswer, QuestionView, TaskView
from .deps import BoardsDep, ClassesDep, ExperimentsDep, InspectionDep, LedgerDep
from .pages import templates

router = APIRouter(prefix="/class", tags=["class"])


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class ClassUpdate(Strict):
    """Only what is sent is changed."""

    door_open: bool | None = Field(None, description="Whether others may join.")
    opening: Opening | None = Field(None, description="What students may set.")
    attention: bool | None = Field(None, description="All eyes on the teacher.")


class MemberUpdate(Strict):
    name: PersonName | None = None
    removed: bool | None = Field(None, description="Send out, or let in again.")


class QuestionUpdate(Strict):
    """How far a question is: it closes, and its answers are revealed."""

    status: Literal["closed", "revealed"]
    named: bool = Field(False, description="Reveal with the names; cannot be taken back.")
    run_id: Annotated[str, Field(max_length=40)] | None = Field(
        None, description="The run that tells the truth; for a question asked before there was one."
    )


class TaskRequest(TaskSpec):
    named: bool = Field(True, description="Whether the board shows names.")

    @property
    def spec(self) -> TaskSpec:
        return TaskSpec.model_validate(self.model_dump(exclude={"named"}))


class TaskUpdate(Strict):
    named: bool | None = None
    ended: bool | None = None


class View(Strict):
    """Where the teacher looks; passed on to those who follow, and not kept."""

    run: Annotated[str, Field(max_length=40)] | None = None
    compared: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)] = []
    epoch: Annotated[int, Field(ge=0, le=10_000)] | None = Field(None, description="Held; null: the newest.")
    lens: Annotated[str, Field(max_length=40)] | None = None
    digit: Annotated[int, Field(ge=0, le=100_000)] | None = None
    options: Annotated[dict[str, JsonValue], Field(max_length=30)] = Field(
        {}, description="Axes, the neuron and the step of a lens, and what else the page has."
    )


class Following(Strict):
    on: bool


class AllRuns(Strict):
    wanted: Literal["running", "paused", "stopped"] = Field(description="Of every unfinished run.")


@router.get("", response_model=ClassView)
async def read_class(classes: ClassesDep) -> dict[str, Any]:
    """The class as everybody in it sees it."""
    return classes.room.as_json()


@router.patch("", response_model=ClassView)
async def change_class(body: ClassUpdate, classes: ClassesDep) -> dict[str, Any]:
    """Open or close the room, open settings, ask for everybody's eyes."""
    if body.door_open is not None:
        await classes.move_door(body.door_open)
    if body.opening is not None:
        await classes.change_opening(body.opening)
    if body.attention is not None:
        await classes.ask_for_attention(body.attention)
    return classes.room.as_json()


@router.post("/code", response_model=ClassView)
async def change_code(classes: ClassesDep) -> dict[str, Any]:
    """Another code to join with; the one before is worth nothing from now on. Whoever has joined stays."""
    await classes.change_code()
    return classes.room.as_json()


@router.delete("", response_model=ClassView)
async def end_class(
    classes: ClassesDep,
    ledger: LedgerDep,
    experiments: ExperimentsDep,
    runs: Literal["keep", "delete"] = "keep",
) -> Any:
    """End the class and begin another: names, answers and sessions are forgotten; runs as asked."""
    if runs == "delete":
        await experiments.delete_all(lambda owner: True)
        await _delete(ledger, ledger.runs())
    await classes.end()
    if runs == "delete":  # and what was made meanwhile
        await experiments.delete_all(classes.is_gone)
        await _delete(ledger, [run for run in ledger.runs() if classes.is_gone(run.owner)])
    return classes.room.as_json()


async def _delete(ledger: Ledger, runs: list[Run]) -> None:
    for run in runs:
        with suppress(NotFound):  # somebody else has done it
            await ledger.delete(run.id)


@router.get("/members", response_model=MemberList)
async def list_members(classes: ClassesDep, ledger: LedgerDep) -> dict[str, Any]:
    """Everybody in the class, whether they are connected and follow, and how far they are."""
    return {"members": classes.desk(ledger.runs())}


@router.patch("/members/{member_id}", response_model=MemberView)
async def change_member(member_id: str, body: MemberUpdate, classes: ClassesDep) -> Any:
    """Give a student another name, send one out, let one in again."""
    if body.name is not None:
        await classes.rename(member_id, body.name)
    if body.removed is not None:
        await classes.remove(member_id, body.removed)
    return classes.member(member_id)


@router.put("/view", status_code=204)
async def show_view(body: View, classes: ClassesDep) -> None:
    """Tell those who follow where the teacher looks."""
    classes.show(body.model_dump())


@router.put("/following", status_code=204)
async def set_following(body: Following, actor: ActorDep, classes: ClassesDep) -> None:
    """Say whether my page follows the teacher's view or looks around; the desk shows it."""
    classes.presence.set_following(actor.owner, body.on)


@router.patch("/runs", status_code=204)
async def change_all_runs(body: AllRuns, ledger: LedgerDep) -> None:
    """Pause, resume or stop every unfinished run."""
    await ledger.update_all(body.wanted)


@router.post("/questions", status_code=201, response_model=QuestionView)
async def ask_question(body: QuestionSpec, classes: ClassesDep, ledger: LedgerDep) -> dict[str, Any]:
    """Ask everybody a number, a choice or a curve."""
    if body.run_id is not None:
        ledger.run(body.run_id)  # 404 when there is none
    return question_json(await classes.ask(body))


@router.patch("/questions/{question_id}", response_model=QuestionView)
async def change_question(
    question_id: str, body: QuestionUpdate, classes: ClassesDep, ledger: LedgerDep
) -> dict[str, Any]:
    """Take no more answers, or reveal all of them to everybody."""
    if body.run_id is not None:
        ledger.run(body.run_id)  # 404 when there is none
    if body.status == "closed":
        return question_json(await classes.close(question_id))
    return question_json(await classes.reveal(question_id, body.named, body.run_id))


@router.delete("/questions/{question_id}", status_code=204)
async def take_question_back(question_id: str, classes: ClassesDep) -> None:
    """Take a question back: no page shows it any more. What was revealed was told, and stays told."""
    await classes.take_back(question_id)


@router.put("/questions/{question_id}/answer", response_model=QuestionView)
async def answer_question(
    question_id: str, body: AnswerSpec, actor: ActorDep, classes: ClassesDep
) -> dict[str, Any]:
    """Answer, or answer otherwise, until the question is closed."""
    return question_json(await classes.answer(question_id, actor.owner, body))


@router.get("/questions/{question_id}/answer", response_model=OwnAnswer)
async def read_own_answer(question_id: str, actor: ActorDep, classes: ClassesDep) -> dict[str, Any]:
    """What I have answered."""
    answer = classes.question(question_id).answers.get(actor.owner)
    return {"answer": answer and answer.model_dump(mode="json", exclude_none=True)}


@router.post("/tasks", status_code=201, response_model=TaskView)
async def set_task(body: TaskRequest, classes: ClassesDep, ledger: LedgerDep) -> dict[str, Any]:
    """Set everybody a task; one that was on is over."""
    return task_json(await classes.set_task(body.spec, body.named, lambda: _oldest_first(ledger)))


@router.patch("/tasks/{task_id}", response_model=TaskView)
async def change_task(
    task_id: str, body: TaskUpdate, classes: ClassesDep, ledger: LedgerDep
) -> dict[str, Any]:
    """Show the names on the board or not; end the task, whose board stands still from then on."""
    changed = await classes.change_task(task_id, body.named, body.ended, lambda: _oldest_first(ledger))
    return task_json(changed)


@router.get(
    "/report",
    response_class=Response,
    responses={200: {"content": {"text/html": {}, "text/csv": {}}, **AS_FILE}},
)
async def read_report(
    classes: ClassesDep,
    ledger: LedgerDep,
    inspection: InspectionDep,
    format: Literal["html", "csv"] = "html",
    table: report.Table = "runs",
) -> Response:
    """The lesson to keep: a page that needs nothing else, or one of its tables."""
    runs = _oldest_first(ledger)
    if format == "csv":
        lesson = report.Lesson(classes.room, runs, {})
        return _kept(report.as_csv(lesson, table), f"chalknet-{table}.csv", "text/csv")
    series = {run.id: await inspection.series(run) for run in runs}
    lesson = report.Lesson(classes.room, runs, series)
    page = templates.get_template("report.html")
    text = await asyncio.to_thread(page.render, report.facts(lesson))
    return _kept(text, "chalknet-lesson.html", "text/html")


def _kept(text: str, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, media_type=media_type, headers=headers)


@router.get("/tasks/{task_id}/board", response_model=Board)
async def read_board(task_id: str, actor: ActorDep, classes: ClassesDep, boards: BoardsDep) -> dict[str, Any]:
    """Who is how good under the rules: the best run of each."""
    named = classes.task(task_id).named or actor.leads
    return {"places": [_place_json(place, named, actor.owner) for place in boards.places(task_id)]}


def _place_json(place: Place, named: bool, viewer: str) -> dict[str, Any]:
    best = place.best
    known = named or best.member == viewer
    return {
        "place": place.place,
        "member": best.member if known else None,
        "mine": best.member == viewer,
        "run_id": best.run_id if known else None,
        "value": best.value,
        "runs": best.runs,
    }


def _oldest_first(ledger: Ledger) -> list[Run]:
    return list(reversed(ledger.runs()))
