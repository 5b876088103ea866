"""The rules of a task, and the board that follows from the runs."""

from dataclasses import replace
from typing import Any

import pytest
from chalknet.classroom.opening import Opening, OpenSetting
from chalknet.classroom.tasks import Place, TaskSpec, bests, ranked
from chalknet.errors import Forbidden
from chalknet.eventlog.event import Recorded
from chalknet.runs.config import RunConfig
from chalknet.runs.events import Created
from chalknet.runs.metrics import EpochMetrics
from chalknet.runs.run import Run
from pydantic import ValidationError

BASE = RunConfig.model_validate({"preset": "full-digits", "shape": [784, 12, 10], "epochs": 5})
TASK = TaskSpec(
    text="Best test accuracy with 10,000 parameters", base=BASE, max_parameters=10_000, max_epochs=5
)


def config(**changes: Any) -> RunConfig:
    return RunConfig.model_validate({**BASE.model_dump(), **changes})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"shape": [784, 13, 10]}, "shape"),
        ({"epochs": 6}, "epochs"),
        ({"dataset": "two-features", "shape": [2, 5, 2]}, "dataset"),
    ],
)
def test_a_run_against_the_rules_is_refused(changes: dict[str, Any], field: str) -> None:
    broken = config(**changes)
    with pytest.raises(Forbidden) as caught:
        TASK.check(broken, broken.epochs)
    assert (caught.value.code, caught.value.field) == ("against-the-rules", field)


def test_what_is_locked_for_the_task_stays_locked() -> None:
    only_eta = TaskSpec(
        text="eta", base=BASE, opening=Opening(which="some", base=BASE, settings=(OpenSetting(name="eta"),))
    )
    only_eta.check(config(eta=1.0), 5)
    with pytest.raises(Forbidden):
        only_eta.check(config(batch_size=20), 5)


def run(owner: str, accuracy: float | None, name: str = "r", **changes: Any) -> Run:
    settings = config(**changes)
    metrics = None if accuracy is None else EpochMetrics(3, 0.1, 0.9, 1 - accuracy, accuracy)
    created = Created(name, 1, settings, owner, None, None)
    return replace(created.run(Recorded(1, name, "t0", created)), last=metrics, best=metrics)


def test_more_epochs_than_allowed_take_a_run_off_the_board() -> None:
    assert TASK.counts(run("ann", 0.9))
    assert not TASK.counts(run("ann", 0.9, epochs=50))


def test_a_learning_rate_that_was_changed_to_one_that_is_not_open_takes_a_run_off_the_board() -> None:
    opening = Opening(which="some", base=BASE, settings=(OpenSetting(name="batch_size"),))
    only_batches = TASK.model_copy(update={"opening": opening})
    fair = run("ann", 0.9, batch_size=20)
    assert only_batches.counts(fair)
    assert not only_batches.counts(replace(fair, eta=0.5))


def test_a_task_that_cannot_be_done_is_refused() -> None:
    with pytest.raises(ValidationError):
        TaskSpec(text="?", base=BASE, max_parameters=100)
    with pytest.raises(ValidationError):
        TaskSpec(text="?", base=BASE, max_epochs=4)


CLASS = frozenset({"ann", "bob", "eve"})


def board(task: TaskSpec, runs: list[Run], members: frozenset[str]) -> list[Place]:
    return ranked(bests(task, runs), members)


def test_the_board_has_the_best_run_of_each_and_shared_places() -> None:
    runs = [run("ann", 0.8, "1"), run("ann", 0.9, "2"), run("bob", 0.9, "3"), run("eve", 0.7, "4")]
    places = board(TASK, runs, CLASS)
    assert [(one.place, one.best.member, one.best.run_id, one.best.runs) for one in places] == [
        (1, "ann", "2", 2),
        (1, "bob", "3", 1),
        (3, "eve", "4", 1),
    ]


def test_a_loss_is_ranked_from_below() -> None:
    task = TASK.model_copy(update={"measure": "test_loss"})
    assert [place.best.member for place in board(task, [run("ann", 0.8), run("bob", 0.9)], CLASS)] == [
        "bob",
        "ann",
    ]


def test_who_is_not_of_the_class_or_broke_a_rule_or_has_no_epoch_yet_is_not_on_the_board() -> None:
    runs = [run("teacher", 0.99), run("ann", 0.95, epochs=50), run("bob", None)]
    assert board(TASK, runs, CLASS) == []
