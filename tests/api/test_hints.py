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
