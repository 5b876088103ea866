"""What may be wanted of a run, and what is refused: pure."""

from typing import Any

import pytest
from chalknet.errors import AppError, Conflict, Invalid
from chalknet.runs.config import RunConfig
from chalknet.runs.events import Pinned, WantedChanged
from chalknet.runs.run import Run, Status
from chalknet.runs.updates import RunUpdate, events_for, twin
from pydantic import ValidationError

from tests.app.runs.test_run import changes, epoch, run_with

FINISHED = changes(Status.RUNNING, Status.FINISHED)


def asked(run: Run, **update: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(event.type, event.as_json()) for event in events_for(run, RunUpdate.model_validate(update))]


def refusal(run: Run, **update: Any) -> AppError:
    with pytest.raises((Conflict, Invalid)) as caught:
        asked(run, **update)
    return caught.value


def test_nothing_asked_nothing_happens() -> None:
    assert asked(run_with()) == []


def test_what_is_already_so_makes_no_event() -> None:
    run = run_with()
    assert asked(run, wanted="running", eta=1.0, epochs=20, rate=None, name="First", pinned=False) == []


def test_several_wishes_are_one_event() -> None:
    assert asked(run_with(), wanted="paused", eta=0.5, rate=3.0) == [
        ("wanted", {"wanted": "paused", "until": None, "eta": 0.5, "rate": 3.0})
    ]


@pytest.mark.parametrize(("step", "unit", "until"), [(0, "batch", 1), (0, "epoch", 423), (423, "epoch", 846)])
def test_advance_goes_to_the_next_batch_or_epoch_end(step: int, unit: str, until: int) -> None:
    run = run_with(*([epoch(1, 0.5)] if step else []))
    assert asked(run, advance=unit) == [("wanted", {"wanted": "running", "until": until})]


def test_resuming_forgets_where_it_was_to_pause() -> None:
    run = run_with(WantedChanged(wanted="running", until=5))
    assert asked(run, wanted="running") == [("wanted", {"wanted": "running", "until": None})]


def test_full_speed_is_null_and_left_out_is_unchanged() -> None:
    slow = run_with(WantedChanged(rate=2.0))
    assert asked(slow, rate=None) == [("wanted", {"rate": None})]
    assert asked(slow) == []


def test_more_epochs_bring_a_finished_run_back() -> None:
    made = asked(run_with(*FINISHED), epochs=30)
    assert made[0] == ("wanted", {"epochs": 30, "wanted": "running", "until": None})
    assert made[1][1]["status"] == "SCHEDULED"


def test_more_epochs_may_come_with_another_eta() -> None:
    made = asked(run_with(*FINISHED), epochs=30, eta=0.1)
    assert made[0][1] == {"epochs": 30, "wanted": "running", "until": None, "eta": 0.1}


@pytest.mark.parametrize(
    ("update", "field"),
    [
        ({"wanted": "running"}, "wanted"),
        ({"eta": 2.0}, "eta"),
        ({"advance": "batch"}, "advance"),
        ({"rate": 1.0}, "rate"),
    ],
)
def test_nothing_more_happens_in_an_ended_run(update: dict[str, Any], field: str) -> None:
    for end in (FINISHED, changes(Status.STOPPED), changes(Status.FAILED)):
        assert refusal(run_with(*end), **update).field == field


def test_stopping_what_has_ended_is_no_error() -> None:
    assert asked(run_with(*FINISHED), wanted="stopped") == []


def test_an_ended_run_can_still_be_renamed_and_pinned() -> None:
    assert asked(run_with(*FINISHED), name="Best", pinned=True) == [
        ("renamed", {"name": "Best"}),
        ("pinned", {"pinned": True}),
    ]


def test_a_pin_can_be_taken_out_again() -> None:
    assert asked(run_with(Pinned(True)), pinned=False) == [("pinned", {"pinned": False})]
    assert asked(run_with(Pinned(True)), pinned=True) == []


def test_epochs_cannot_be_taken_away() -> None:
    error = refusal(run_with(), epochs=5)
    assert (error.status, error.field, error.limit) == (422, "epochs", 20)


def test_a_stopped_run_gets_no_more_epochs() -> None:
    assert refusal(run_with(*changes(Status.STOPPED)), epochs=30).status == 409


def test_wanted_and_advance_exclude_each_other() -> None:
    assert refusal(run_with(), wanted="paused", advance="batch").field == "advance"


@pytest.mark.parametrize(
    "update",
    [
        {"eta": 0},
        {"eta": "1"},
        {"epochs": 1001},
        {"epochs": 0},
        {"epochs": 2.5},
        {"rate": 0},
        {"rate": 1e9},
        {"pinned": 1},
        {"x": 1},
    ],
)
def test_values_are_bounded(update: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RunUpdate.model_validate(update)


def test_the_bounds_themselves_are_allowed() -> None:
    for eta, epochs, rate in ((1e-4, 1, 0.1), (1000.0, 1000, 10_000.0)):
        update = RunUpdate(eta=eta, epochs=epochs, rate=rate)
        assert (update.eta, update.epochs, update.rate) == (eta, epochs, rate)


def test_who_cannot_go_on_is_told_of_more_epochs_only_where_they_help() -> None:
    assert "more epochs" in refusal(run_with(*FINISHED), eta=2.0).detail
    assert "more epochs" not in refusal(run_with(*changes(Status.STOPPED)), eta=2.0).detail


def test_a_twin_has_all_but_what_is_changed() -> None:
    config = RunConfig.model_validate({"preset": "full-digits", "seed": 4})
    other = twin(config, {"initialization": "scaled"})
    assert other.model_dump() == {**config.model_dump(), "preset": None, "initialization": "scaled"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "twin_of"),
        ({"eta": 3.0}, "twin_of"),
        ({"seed": 9}, "seed"),
        ({"seed": 3}, "seed"),
        ({"dataset": "two-features"}, "dataset"),
    ],
)
def test_a_twin_has_the_same_draws_and_something_different(given: dict[str, Any], field: str) -> None:
    config = RunConfig.model_validate({"preset": "full-digits", "seed": 4})
    with pytest.raises(Invalid) as caught:
        twin(config, given)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"eta": 0.0}, "greater-than-equal", "eta"),
        ({"shape": (3, 2)}, "shape-ends", "shape"),
        ({"epochs": 1000}, "work-budget", "epochs"),  # fine by itself, too much with the shape of the other
    ],
)
def test_a_twin_is_judged_as_a_whole(given: dict[str, Any], code: str, field: str) -> None:
    config = RunConfig.model_validate({"shape": (784, 1000, 1000, 10)})
    with pytest.raises(Invalid) as caught:
        twin(config, given)
    (wrong,) = caught.value.errors
    assert (wrong["code"], wrong["field"]) == (code, field)
    assert wrong["limit"] is not None


@pytest.mark.parametrize(
    "name", ["Run 7", "\u8a13\u7df4", "\U0001f469\u200d\U0001f4bb", "\u0645\u06cc\u200c\u062e\u0648"]
)
def test_a_name_may_be_in_any_script_and_in_pictures(name: str) -> None:
    assert RunUpdate(name=name).name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "\u200d",
        "\u3164",
        "\u2800 \u2800",
        "\u0301",
        "a\u202eb",
        "a\nb",
        "a\u2028b",
        "a\ud800",
        "x" * 81,
    ],
)
def test_a_name_that_cannot_be_seen_or_changes_directions_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        RunUpdate(name=name)
