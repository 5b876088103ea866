"""Who may what: one line for every route. The server enforces it, the API shows it, a test walks it.

A route without a line answers nobody. Whoever is on a server without a class may everything.
"""

from enum import Enum
from typing import Any

from fastapi.requests import HTTPConnection
from fastapi.routing import APIRoute

from ..engine.class_ledger import ClassLedger
from ..engine.experiments import Experiments
from ..engine.ledger import Ledger
from ..errors import Forbidden
from ..experiments.state import Experiment
from ..runs.run import Run
from .actors import ActorDep


class Right(Enum):
    """Who may use a route."""

    ANYBODY = "anybody, joined or not"
    MEMBER = "the teacher and students who have joined"
    STUDENT = "students who have joined"
    OWNER = "the teacher, and the student whose run or experiment it is"
    TEACHER = "the teacher"


# `module.function` of a route in app/api -> who may use it.
RIGHTS: dict[str, Right] = {
    # what there is to see before one has joined
    "pages.lab": Right.ANYBODY,
    "docs.docs": Right.ANYBODY,
    "docs.openapi_document": Right.ANYBODY,
    "system.health": Right.ANYBODY,
    "system.ready": Right.ANYBODY,
    "system.metrics": Right.ANYBODY,
    "system.version": Right.ANYBODY,
    "choices.list_presets": Right.ANYBODY,
    "choices.list_datasets": Right.ANYBODY,
    "choices.read_images": Right.ANYBODY,
    "choices.read_labels": Right.ANYBODY,
    "choices.read_inputs": Right.ANYBODY,
    "choices.read_chosen_images": Right.ANYBODY,
    "membership.read_me": Right.ANYBODY,
    "membership.join_class": Right.ANYBODY,
    "membership.come_back": Right.ANYBODY,
    "membership.lead_class": Right.ANYBODY,
    "membership.sign_out": Right.ANYBODY,
    # data that people bring
    "own_data.report_data": Right.TEACHER,
    "own_data.keep_data": Right.TEACHER,
    "own_data.read_dataset": Right.ANYBODY,
    "own_data.delete_dataset": Right.TEACHER,
    # runs
    "runs.create_run": Right.MEMBER,
    "runs.import_run": Right.MEMBER,
    "runs.list_runs": Right.MEMBER,
    "runs.read_run": Right.MEMBER,
    "runs.change_run": Right.OWNER,
    "runs.delete_run": Right.OWNER,
    "runs.read_metrics": Right.MEMBER,
    "runs.read_grids": Right.MEMBER,
    "runs.read_script": Right.MEMBER,
    # experiments
    "experiments.plan_experiment": Right.MEMBER,
    "experiments.create_experiment": Right.MEMBER,
    "experiments.list_experiments": Right.MEMBER,
    "experiments.read_experiment": Right.MEMBER,
    "experiments.change_experiment": Right.OWNER,
    "experiments.delete_experiment": Right.OWNER,
    "experiments.read_experiment_metrics": Right.MEMBER,
    # what all follow
    "state.read_state": Right.MEMBER,
    "websocket.follow_runs": Right.MEMBER,
    "stream.stream_runs": Right.MEMBER,
    "qr.read_qr_code": Right.MEMBER,
    # looks inside
    "lenses.list_epochs": Right.MEMBER,
    "lenses.read_source_lines": Right.MEMBER,
    "lenses.look": Right.MEMBER,
    # one's own place in the class
    "membership.new_return_code": Right.MEMBER,
    "membership.new_token": Right.MEMBER,
    "classroom.read_class": Right.MEMBER,
    "classroom.answer_question": Right.STUDENT,
    "classroom.read_own_answer": Right.STUDENT,
    "classroom.set_following": Right.STUDENT,
    "classroom.read_board": Right.MEMBER,
    # leading
    "classroom.change_class": Right.TEACHER,
    "classroom.change_code": Right.TEACHER,
    "classroom.end_class": Right.TEACHER,
    "classroom.list_members": Right.TEACHER,
    "classroom.change_member": Right.TEACHER,
    "classroom.show_view": Right.TEACHER,
    "classroom.change_all_runs": Right.TEACHER,
    "classroom.ask_question": Right.TEACHER,
    "classroom.change_question": Right.TEACHER,
    "classroom.take_question_back": Right.TEACHER,
    "classroom.set_task": Right.TEACHER,
    "classroom.change_task": Right.TEACHER,
    "classroom.read_report": Right.TEACHER,
    "archive.read_archive": Right.TEACHER,
}

# What a student may not do while the teacher has asked for everybody's eyes.
WAITS_FOR_ATTENTION = frozenset(
    f"{things}s.{what}_{things}"
    for things in ("run", "experiment")
    for what in ("create", "change", "delete")
) | {"runs.import_run"}


async def authorize(connection: HTTPConnection, actor: ActorDep) -> None:
    """Let the request through, or raise Forbidden: a dependency of every route."""
    name = operation_of(connection.scope["route"].endpoint)
    right = RIGHTS.get(name)
    if right is None:
        raise Forbidden("Nobody may use this route.", code="no-right")
    if actor.role == "everybody" or right is Right.ANYBODY:
        return
    if not actor.is_in:
        raise Forbidden("Join the class first.", code="not-joined")
    if right is Right.TEACHER and not actor.leads:
        raise Forbidden("Only the teacher may do that.", code="teacher-only")
    if right is Right.STUDENT and actor.role != "student":
        raise Forbidden("Only students may do that.", code="students-only")
    if right is Right.OWNER and not actor.owns(_named(connection)):
        raise Forbidden("It belongs to somebody else.", code="not-your-run")
    classes: ClassLedger = connection.app.state.classes
    if actor.role == "student" and name in WAITS_FOR_ATTENTION and classes.room.attention:
        raise Forbidden("All eyes on the teacher for a moment.", code="eyes-on-me")


def _named(connection: HTTPConnection) -> Run | Experiment:
    """The run or the experiment in the path."""
    if "experiment_id" in connection.path_params:
        experiments: Experiments = connection.app.state.experiments
        return experiments.find(connection.path_params["experiment_id"])
    ledger: Ledger = connection.app.state.ledger
    return ledger.run(connection.path_params["run_id"])


def operation_id(route: APIRoute) -> str:
    """What the API's document calls a route; the line of the table goes with it."""
    route.openapi_extra = {**(route.openapi_extra or {}), "x-operation": operation_of(route.endpoint)}
    return f"{route.endpoint.__module__.rpartition('.')[2]}_{route.name}"


def operation_of(endpoint: Any) -> str:
    """The name of a route in the table."""
    return f"{endpoint.__module__.rpartition('.')[2]}.{endpoint.__name__}"
