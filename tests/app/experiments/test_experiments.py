"""What an experiment comes to: its runs, what their ends say together, and its events."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from chalknet.eventlog.event import Recorded, Types
from chalknet.experiments.events import EXPERIMENT_EVENTS, ExperimentDeleted
from chalknet.experiments.spec import MOST_RUNS, ExperimentSpec
from chalknet.experiments.state import apply, best_cell, cells_json, started
from chalknet.runs.events import Created, EpochEnded, StatusChanged
from chalknet.runs.fold import fold
from chalknet.runs.metrics import EpochMetrics
from chalknet.runs.run import Run, Status
from pydantic import ValidationError

DOCUMENT = Path(__file__).parents[3] / "docs" / "events.md"
SPEC: dict[str, Any] = {
    "settings": {"preset": "two-features"},
    "vary": {"eta": [0.5, 3.0], "batch_size": [10, 30]},
    "seeds": [1, 2],
}


def recorded(event: Any) -> Recorded[Any]:
    return Recorded(1, "e", "2026-11-25T10:00:00.000Z", event)


def ended(spec: ExperimentSpec, place: int, accuracy: float, status: Status = Status.FINISHED) -> Run:
    """The experiment's run at a place, after one epoch."""
    metrics = EpochMetrics(1, 0.1, accuracy, 0.1, accuracy)
    events = [
        Created(f"Run {place}", place, spec.configs[place], "o", None, None, "e", place),
        StatusChanged(Status.RUNNING, None),
        EpochEnded(metrics, 423, 0.1, ()),
        StatusChanged(status, None),
    ]
    run = fold(
        None, [Recorded(seq, f"r{place}", "2026-11-25T10:00:00.000Z", e) for seq, e in enumerate(events)]
    )
    assert run is not None
    return run


def test_the_whole_grid_comes_with_the_first_seed_then_with_the_next() -> None:
    spec = ExperimentSpec.model_validate(SPEC)
    assert [(config.eta, config.batch_size, config.seed) for config in spec.configs] == [
        (0.5, 10, 1),
        (0.5, 30, 1),
        (3.0, 10, 1),
        (3.0, 30, 1),
        (0.5, 10, 2),
        (0.5, 30, 2),
        (3.0, 10, 2),
        (3.0, 30, 2),
    ]
    assert spec.work == sum(config.work for config in spec.configs)


def test_only_seeds_is_an_experiment_too() -> None:
    spec = ExperimentSpec.model_validate({"seeds": [3, 4, 5]})
    assert spec.cells == [{}]
    assert [config.seed for config in spec.configs] == [3, 4, 5]


def test_a_grid_that_is_too_large_is_counted_and_not_made() -> None:
    many = list(range(1, 51))
    vary = {"batch_size": many, "epochs": many, "train_size": [k * 100 for k in many]}
    with pytest.raises(ValidationError, match=f"125,000 runs; an experiment has at most {MOST_RUNS}"):
        ExperimentSpec.model_validate({"vary": vary})


def test_a_combination_that_cannot_be_is_named_with_its_values() -> None:
    body = {**SPEC, "vary": {"eta": [0.5], "train_size": [100, 60_000]}}
    with pytest.raises(ValidationError, match="train_size 60000: two-features has") as refused:
        ExperimentSpec.model_validate(body)
    assert refused.value.errors()[0]["ctx"]["field"] == "vary.train_size"


def test_a_cell_has_mean_and_spread_of_those_that_ended_well() -> None:
    spec = ExperimentSpec.model_validate(SPEC)
    experiment = apply(recorded(started(spec, 1, "o", None)))
    assert experiment is not None
    runs = [
        ended(spec, 0, 0.9),
        ended(spec, 4, 0.8),
        ended(spec, 2, 0.86),
        ended(spec, 6, 0.1, Status.FAILED),
    ]
    cells = cells_json(experiment, runs[::-1])
    assert cells[0]["runs"] == ["r0", "r4"]
    assert cells[0]["test_accuracy"] == {
        "mean": pytest.approx(0.85),
        "std": pytest.approx(0.0707107),
        "count": 2,
    }
    assert cells[2]["test_accuracy"] == {"mean": 0.86, "std": None, "count": 1}
    assert (cells[2]["ended"], cells[2]["failed"]) == (2, 1)
    assert cells[1]["test_accuracy"] is None
    assert best_cell(cells) == 2
    assert best_cell(cells[1:2]) is None


def test_its_events_outlive_the_log_and_keep_the_requests_key_to_themselves() -> None:
    spec = ExperimentSpec.model_validate(SPEC)
    event = started(spec, 7, "o", "o\nsecret")
    read = Types(EXPERIMENT_EVENTS).read(event.type, json.dumps(event.as_json()))
    assert read == event
    experiment = apply(recorded(read))
    assert experiment is not None
    assert experiment.spec.configs == spec.configs
    assert (experiment.number, experiment.name) == (7, "Experiment 7")
    assert "secret" not in str(recorded(event).as_json())
    assert apply(recorded(ExperimentDeleted(7))) is None


def test_the_document_has_every_type_and_field_that_is_told() -> None:
    text = DOCUMENT.read_text().split("## An experiment")[1].split("## Adding a type")[0]
    documented = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]*) \|", text, flags=re.MULTILINE))
    events = [started(ExperimentSpec.model_validate(SPEC), 1, "o", "k"), ExperimentDeleted(1)]
    assert documented.keys() == {event.type for event in events}
    for event in events:
        told = recorded(event).as_json().keys() - {"seq", "experiment_id", "type", "ts"}
        assert told == set(re.findall(r"`(\w+)`", documented[event.type]))
