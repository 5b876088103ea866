"""Hints on real runs: each rule with a run that triggers it and one that does not."""

from typing import Any

import pytest

from tests.classroom import Client

DIGITS = {"dataset": "digits", "shape": [784, 30, 10], "train_size": 1000}
STEADY = {"preset": "two-features", "epochs": 12}


def hints(client: Client, **settings: Any) -> dict[str, dict[str, Any]]:
    run = client.until_ended(client.create(**settings)["id"])
    answer = client.http.get(f"/runs/{run['id']}/hints").raise_for_status().json()
    return {hint["code"]: hint for hint in answer["hints"]}


def test_a_steady_run_has_no_hints(client: Client) -> None:
    assert hints(client, **STEADY) == {}


def test_saturated_neurons(client: Client) -> None:
    found = hints(client, **DIGITS, epochs=1)["saturated"]
    assert found["values"]["layer"] == 1
    assert 0.60 < found["values"]["share"] < 0.65
    assert found["apply"] == {"initialization": "scaled"}
    assert "saturated" not in hints(client, **DIGITS, epochs=1, initialization="scaled")


def test_equal_neurons(client: Client) -> None:
    found = hints(client, **STEADY | {"epochs": 1, "initialization": "zeros"})["equal-neurons"]
    assert found["values"] == {"layer": 1, "neurons": 5}


def test_equal_neurons_of_two_hidden_layers_whatever_the_roundings(client: Client) -> None:
    settings = DIGITS | {"shape": [784, 30, 30, 10], "epochs": 2, "initialization": "zeros"}
    assert hints(client, **settings)["equal-neurons"]["values"]["neurons"] == 30


def test_dead_neurons_are_not_called_saturated(client: Client) -> None:
    relu = DIGITS | {"activation": "relu", "epochs": 1, "initialization": "he", "loss": "cross-entropy"}
    found = hints(client, **relu, eta=10.0)
    assert found["dead"]["values"]["layer"] == 1
    assert found["dead"]["values"]["dead"] >= 0.3 * found["dead"]["values"]["neurons"]
    assert found["dead"]["apply"] == {"eta": 1}
    assert "saturated" not in found
    assert not {"dead", "saturated", "stuck-outputs"} & hints(client, **relu, eta=0.1).keys()


def test_outputs_behind_relu_that_began_flat(client: Client) -> None:
    """Half of a ReLU is flat by design: the outputs are what is stuck."""
    found = hints(client, **DIGITS, epochs=1, activation="relu", eta=10.0)
    assert "saturated" not in found
    assert found["stuck-outputs"]["values"]["share"] > 0.6
    assert found["stuck-outputs"]["apply"] == {"initialization": "he"}


def test_learning_as_a_lottery_of_the_seed(client: Client) -> None:
    wide = DIGITS | {"shape": [784, 100, 10], "epochs": 1}
    found = hints(client, **wide)["lottery"]
    assert found["values"]["neurons"] == 100
    assert found["seeds"] == 5
    for other in ({"initialization": "scaled"}, {"loss": "cross-entropy"}, {"shape": [784, 30, 10]}):
        assert "lottery" not in hints(client, **wide | other)


def test_jumping_loss(client: Client) -> None:
    """All samples in one batch: the steps are too long for the valley, and swing, whatever the last bits are.

    With few samples in a batch it is chance where such a run goes: tests/app/lenses/test_hints.py has two.
    """
    found = hints(client, **STEADY | {"loss": "cross-entropy", "eta": 100.0, "batch_size": 12_665})
    assert found["jumping"]["values"]["eta"] == 100
    assert found["jumping"]["apply"] == {"eta": 30}
    assert "overfitting" not in found, "where the loss jumps, its best epoch means nothing"


def test_overfitting(client: Client) -> None:
    learns_by_heart = {**DIGITS, "initialization": "scaled", "loss": "cross-entropy", "eta": 0.5}
    found = hints(client, **learns_by_heart, epochs=30)["overfitting"]
    assert 5 <= found["values"]["epoch"] < 25
    assert found["apply"] == {"epochs": found["values"]["epoch"]}
    assert "overfitting" not in hints(client, **learns_by_heart, epochs=5)


def test_crawling(client: Client) -> None:
    found = hints(client, **STEADY | {"eta": 0.001, "epochs": 4})["crawling"]
    assert found["apply"] == {"eta": pytest.approx(0.01)}


def test_diverged(client: Client) -> None:
    wild = {
        "preset": "two-features",
        "epochs": 5,
        "eta": 1000.0,
        "activation": "relu",
        "initialization": "he",
        "loss": "cross-entropy",
        "l2": 0.5,
    }
    found = hints(client, **wild)["diverged"]
    assert found["apply"] == {"eta": 100}
    values = found["values"]
    run = next(run for run in client.http.get("/runs").json()["runs"] if run["status_reason"] == "DIVERGED")
    assert f"step {values['step']:.0f}." in run["status_detail"]
    assert values["layer"] in (1, 2)
    assert values["weight"] > 1e10
