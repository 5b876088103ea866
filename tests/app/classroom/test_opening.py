"""What the teacher has opened decides what a student's run may be."""

import pytest
from chalknet.classroom.opening import Opening, OpenSetting
from chalknet.errors import Forbidden
from chalknet.runs.config import RunConfig
from pydantic import ValidationError

BASE = RunConfig.model_validate({"preset": "full-digits"})


def config(**changes: object) -> RunConfig:
    return RunConfig.model_validate({**BASE.model_dump(), **changes})


def refused(opening: Opening, **changes: object) -> Forbidden:
    with pytest.raises(Forbidden) as caught:
        opening.check(config(**changes))
    return caught.value


def test_all_is_open_at_first() -> None:
    Opening().check(config(eta=0.5, shape=[784, 100, 10], seed=7))


def test_none_leaves_the_class_its_settings() -> None:
    opening = Opening(which="none", base=BASE)
    opening.check(BASE)
    error = refused(opening, eta=1.0)
    assert (error.code, error.field, error.limit) == ("setting-locked", "eta", 3.0)


def test_some_are_open_within_bounds() -> None:
    opening = Opening(which="some", base=BASE, settings=(OpenSetting(name="eta", least=0.1, most=10.0),))
    for eta in (0.1, 1.0, 10.0):
        opening.check(config(eta=eta))
    low, high, other = (
        refused(opening, eta=0.05),
        refused(opening, eta=11.0),
        refused(opening, batch_size=100),
    )
    assert (low.code, low.limit, high.code, high.limit) == ("setting-at-least", 0.1, "setting-at-most", 10.0)
    assert (other.code, other.field) == ("setting-locked", "batch_size")


@pytest.mark.parametrize("name", [name for name in RunConfig.model_fields if name != "preset"])
def test_no_setting_is_forgotten(name: str) -> None:
    """Whatever decides the numbers of a run is locked when nothing is open."""
    other = {
        "dataset": "two-features",
        "shape": (784, 31, 10),
        "eta": 2.5,
        "batch_size": 11,
        "initialization": "scaled",
        "epochs": 21,
        "seed": 99,
        "activation": "tanh",
        "loss": "cross-entropy",
        "optimizer": "momentum",
        "momentum": 0.5,
        "l2": 0.1,
        "train_size": 1000,
        "target_accuracy": 0.95,
    }
    changed = BASE.model_copy(update={name: other[name]})
    with pytest.raises(Forbidden) as caught:
        Opening(which="none", base=BASE).check(changed)
    assert caught.value.field == name


def test_the_whole_sample_counts_as_large_as_it_is() -> None:
    opening = Opening(which="some", base=BASE, settings=(OpenSetting(name="train_size", most=1000),))
    opening.check(config(train_size=1000))
    assert refused(opening, train_size=None).code == "setting-at-most"


@pytest.mark.parametrize(
    "given",
    [
        {"which": "none"},
        {"which": "some", "base": BASE.model_dump()},
        {"which": "some", "base": BASE.model_dump(), "settings": [{"name": "colour"}]},
        {
            "which": "some",
            "base": BASE.model_dump(),
            "settings": [{"name": "eta", "least": 2.0, "most": 1.0}],
        },
        {"which": "some", "base": BASE.model_dump(), "settings": [{"name": "eta", "least": float("nan")}]},
        {"which": "some", "base": BASE.model_dump(), "settings": [{"name": "shape", "most": 5}]},
        {"which": "everything"},
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Opening.model_validate(given)


def test_it_survives_the_log() -> None:
    opening = Opening(which="some", base=BASE, settings=(OpenSetting(name="eta", least=0.1),))
    assert Opening.model_validate(opening.model_dump(mode="json")) == opening
