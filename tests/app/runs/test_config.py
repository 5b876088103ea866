"""RunConfig: the presets, what is filled in, and every bound."""

import math
from typing import Any

import pytest
from chalknet.runs.config import MAX_LAYERS, MAX_NEURONS, MAX_WORK, RunConfig
from chalknet.runs.presets import PRESETS
from pydantic import ValidationError

from nncore import DATASETS


def make(**settings: Any) -> RunConfig:
    return RunConfig.model_validate(settings)


def refused(field: str, **settings: Any) -> str:
    """The message of the one error, which must name this field."""
    with pytest.raises(ValidationError) as caught:
        make(**settings)
    (error,) = caught.value.errors()
    named = error.get("ctx", {}).get("field") or error["loc"][0]
    assert named == field
    return str(error["msg"])


def test_nothing_given_is_the_lectures_experiment() -> None:
    config = make()
    assert (config.shape, config.eta, config.batch_size, config.epochs) == ((784, 30, 10), 3.0, 10, 20)
    assert config.initialization == "standard"
    assert config.parameters == 23_860
    assert config.steps_per_epoch == 6000


@pytest.mark.parametrize(
    ("preset", "shape", "epochs", "batch_size", "eta", "initialization"),
    [
        ("two-features", (2, 5, 2), 20, 30, 1.0, "standard"),
        ("full-digits", (784, 30, 10), 20, 10, 3.0, "standard"),
        ("overfitting", (784, 30, 10), 100, 10, 3.0, "standard"),
        ("scaled-initialization", (784, 30, 10), 50, 10, 3.0, "scaled"),
    ],
)
def test_presets_are_the_lectures(
    preset: str, shape: tuple[int, ...], epochs: int, batch_size: int, eta: float, initialization: str
) -> None:
    config = make(preset=preset)
    assert (config.shape, config.epochs, config.batch_size) == (shape, epochs, batch_size)
    assert (config.eta, config.initialization) == (eta, initialization)


def test_a_preset_gives_way_to_what_is_given() -> None:
    config = make(preset="full-digits", eta=0.5, shape=[784, 100, 10])
    assert (config.eta, config.shape, config.batch_size) == (0.5, (784, 100, 10), 10)


def test_a_dataset_alone_brings_its_usual_shape() -> None:
    assert make(dataset="two-features").shape == (2, 5, 2)
    assert make(preset="full-digits", dataset="two-features").shape == (2, 5, 2)


def test_a_run_that_sees_other_data_does_not_go_by_the_presets_name() -> None:
    assert make(preset="full-digits", eta=0.5).preset == "full-digits"
    for settings in (
        {"preset": "full-digits", "dataset": "two-features"},
        {"preset": "two-features", "dataset": "digits"},
    ):
        assert make(**settings).preset is None
        assert make(**settings).dataset == settings["dataset"]


def test_what_was_stored_comes_back_the_same() -> None:
    for preset in PRESETS:
        config = make(preset=preset)
        assert RunConfig.model_validate_json(config.model_dump_json()) == config
        assert make(**config.model_dump(mode="json")) == config


def test_a_configuration_stored_by_the_first_version_is_still_read() -> None:
    stored = (
        '{"preset":"full-digits","dataset":"digits","shape":[784,30,10],"eta":3.0,"batch_size":10,'
        '"initialization":"standard","epochs":20,"seed":1}'
    )
    assert RunConfig.model_validate_json(stored) == make(preset="full-digits")


@pytest.mark.parametrize("value", [0, -1, 1001, math.nan, math.inf, "3", True, None, [3]])
def test_eta_is_a_number_within_its_bounds(value: object) -> None:
    refused("eta", eta=value)


@pytest.mark.parametrize("field", ["batch_size", "epochs", "seed"])
@pytest.mark.parametrize("value", [-1, 10**9 * 10**9, 1.5, "7", True, None])
def test_whole_numbers_are_whole_and_bounded(field: str, value: object) -> None:
    refused(field, **{field: value})


@pytest.mark.parametrize(
    "shape",
    [
        [784],
        [784, 0, 10],
        [784, -5, 10],
        [784, 10**9, 10],
        [784, MAX_NEURONS + 1, 10],
        [784, *[10] * (MAX_LAYERS - 1), 10],
        [783, 30, 10],
        [784, 30, 9],
        [784, True, 10],
        [784, "30", 10],
        [784, 30.0, 10],
        "784-30-10",
        {"a": 1},
        None,
        [],
    ],
)
def test_shape_is_checked_before_anything_is_allocated(shape: object) -> None:
    with pytest.raises(ValidationError) as caught:
        make(shape=shape)
    assert {error["loc"][0] for error in caught.value.errors()} == {"shape"}


def test_too_much_work_is_refused_at_the_epochs_with_the_number_that_would_do() -> None:
    settings = {"shape": [784, 1000, 1000, 10], "batch_size": 10}
    message = refused("epochs", **settings, epochs=1000)
    (allowed,) = [int(word) for word in message.split() if word.isdigit()]
    assert make(**settings, epochs=allowed).work <= MAX_WORK
    refused("epochs", **settings, epochs=allowed + 1)


@pytest.mark.parametrize("field", ["dataset", "preset", "initialization"])
@pytest.mark.parametrize("value", ["", "nonsense", 1, ["digits"]])
def test_choices_are_of_the_list(field: str, value: object) -> None:
    refused(field, **{field: value})


def test_unknown_fields_are_refused() -> None:
    refused("learning_rate", learning_rate=3.0)


def test_facts_about_datasets_are_true(prepared: Any) -> None:
    from chalknet.engine.datasets import open_dataset

    for name, facts in DATASETS.items():
        data = open_dataset(prepared, name)
        assert (facts.features, facts.classes) == (data.features, data.classes)
        assert (facts.train, facts.test) == (len(data.train), len(data.test))


def test_what_was_stored_is_read_without_todays_bounds_and_choices() -> None:
    config = RunConfig.stored({"shape": [784, 9999, 10], "epochs": 9999, "loss": "absolute", "colour": "red"})
    assert (config.shape, config.epochs, config.loss, config.eta) == ((784, 9999, 10), 9999, "absolute", 3.0)
    assert "colour" not in config.as_json()
    assert RunConfig.stored(config.as_json()) == config


def test_whether_stored_settings_are_accepted_today_is_said_with_the_fields() -> None:
    assert RunConfig.stored(make(preset="two-features").as_json()).refusal() is None
    assert RunConfig.stored({"preset": "forgotten"}).refusal() is None  # all that it decided is there
    refusal = RunConfig.stored({"epochs": 9999, "loss": "absolute"}).refusal()
    assert refusal is not None
    assert "epochs" in refusal
    assert "loss" in refusal


def test_a_layer_may_have_one_neuron_and_as_many_as_allowed() -> None:
    assert make(shape=[784, 1, MAX_NEURONS, 10]).shape == (784, 1, MAX_NEURONS, 10)


def test_a_dataset_that_is_no_more_has_no_steps() -> None:
    assert RunConfig.stored({"dataset": "letters"}).steps_per_epoch == 0
    assert RunConfig.stored({"dataset": "letters", "train_size": 100}).steps_per_epoch == 10
