"""The lenses over REST: each number is nncore's own, for the run's own parameters."""

import json
import time
from typing import Any

import numpy as np
import pytest
from chalknet.lenses.lens import affordable
from chalknet.lenses.registry import LENSES

import nncore
from nncore.network import initial_params
from tests.classroom import Client, Server

DIGITS = nncore.Recipe(shape=(784, 30, 10), batch_size=10)


@pytest.fixture(scope="module")
def digits(server: Server) -> dict[str, Any]:
    """The lecture's network after one epoch."""
    with Client(server) as client:
        return client.until_ended(client.create(preset="full-digits", epochs=1)["id"])


@pytest.fixture(scope="module")
def scaled(server: Server) -> dict[str, Any]:
    """The same with scaled weights."""
    with Client(server) as client:
        return client.until_ended(
            client.create(preset="full-digits", epochs=1, initialization="scaled")["id"]
        )


def unpack(body: bytes) -> tuple[dict[str, Any], nncore.Params]:
    """The binary answer as a notebook would read it."""
    size = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + size])
    numbers = np.frombuffer(body[4 + size :], "<f4")
    w, b, at = [], [], 0
    for fan_in, fan_out in zip(header["shape"], header["shape"][1:], strict=False):
        w.append(numbers[at : at + fan_in * fan_out].reshape(fan_out, fan_in))
        at += fan_in * fan_out
        b.append(numbers[at : at + fan_out])
        at += fan_out
    assert at == len(numbers)
    return header, nncore.Params(tuple(w), tuple(b))


def get(client: Client, run: dict[str, Any], what: str, **query: Any) -> dict[str, Any]:
    answer = client.http.get(f"/runs/{run['id']}/{what}", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_parameters_are_those_of_the_epoch_and_may_be_kept(client: Client, digits: dict[str, Any]) -> None:
    before = client.http.get(f"/runs/{digits['id']}/params?epoch=0")
    header, params = unpack(before.content)
    assert header == {"epoch": 0, "shape": [784, 30, 10], "activation": "sigmoid", "loss": "quadratic"}
    assert nncore.fingerprint(params) == nncore.fingerprint(initial_params(DIGITS))
    assert "immutable" in before.headers["cache-control"]
    after = client.http.get(f"/runs/{digits['id']}/params?epoch=1")
    assert nncore.fingerprint(unpack(after.content)[1]) == digits["fingerprint"]
    now = client.http.get(f"/runs/{digits['id']}/params")
    assert now.headers["cache-control"] == "no-store"


def test_parameters_of_a_past_epoch_come_in_time(client: Client, digits: dict[str, Any]) -> None:
    times = []
    for _ in range(10):
        started = time.perf_counter()
        client.http.get(f"/runs/{digits['id']}/params?epoch=1").raise_for_status()
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.2


def test_kept_epochs_can_all_be_looked_at(client: Client) -> None:
    run = client.until_ended(
        client.create(preset="two-features", epochs=401, train_size=30, batch_size=30)["id"]
    )
    kept = get(client, run, "epochs")
    assert kept["newest"] == 401
    assert kept["epochs"] == [0, *range(3, 400, 3), 401]
    for epoch in (0, 3, 399, 401):
        assert client.http.get(f"/runs/{run['id']}/params?epoch={epoch}").status_code == 200
    gone = client.http.get(f"/runs/{run['id']}/params?epoch=4")
    assert (gone.status_code, gone.json()["code"]) == (404, "epoch-not-found")


def test_the_lectures_surprise_about_the_first_layer(
    client: Client, digits: dict[str, Any], scaled: dict[str, Any]
) -> None:
    def width(layer: dict[str, Any]) -> float:
        edges, counts = np.array(layer["z"]["edges"]), np.array(layer["z"]["counts"])
        middles = (edges[1:] + edges[:-1]) / 2
        mean = np.average(middles, weights=counts)
        return float(np.sqrt(np.average((middles - mean) ** 2, weights=counts)))

    standard = get(client, digits, "layers", epoch=0)["layers"][0]
    assert 9 < width(standard) < 10
    assert 27 < standard["unit_width"] < 29
    assert 9 < standard["data_width"] < 10
    assert 0.60 < standard["saturated"] < 0.65
    assert standard["mean_slope"] == pytest.approx(0.04, abs=0.01)
    calm = get(client, scaled, "layers", epoch=0)["layers"][0]
    assert 0.9 < width(calm) < 1.1
    assert calm["saturated"] < 0.005
    assert calm["mean_slope"] == pytest.approx(0.2, abs=0.02)


def test_one_sample_is_nncores_own(client: Client, digits: dict[str, Any]) -> None:
    _, params = unpack(client.http.get(f"/runs/{digits['id']}/params?epoch=1").content)
    test = nncore.load_digits().test
    view = nncore.inspect_sample(
        params, DIGITS, test.rows(slice(7, 8), DIGITS.numpy_dtype)[0], int(test.labels[7])
    )
    shown = get(client, digits, "sample", epoch=1, number=7)
    assert (shown["label"], shown["prediction"], shown["loss"]) == (
        test.labels[7],
        view.prediction,
        view.loss,
    )
    for name in ("v", "z", "delta"):
        for ours, theirs in zip(shown[name], getattr(view, name), strict=True):
            assert np.array_equal(np.array(ours, np.float32), theirs)


def test_the_numerical_gradient_agrees_in_the_valley(client: Client, digits: dict[str, Any]) -> None:
    delta = get(client, digits, "sample", epoch=1)["delta"]
    output, hidden = (int(np.argmax(np.abs(values))) for values in (delta[1], delta[0]))
    for place in ({"layer": 1, "neuron": output, "source": hidden}, {"layer": 0, "neuron": hidden}):
        check = get(client, digits, "gradient-check", epoch=1, **place)
        differences = [row["difference"] for row in check["rows"]]
        best = int(np.argmin(differences))
        assert differences[best] < 1e-6
        assert 0 < best < len(differences) - 1, "a valley has two sides"
        assert differences[0] > 10 * differences[best] < differences[-1]
        for row in check["rows"]:
            assert row["quotient"] == (row["above"] - row["below"]) / (2 * row["epsilon"])


def test_the_price_of_the_numerical_gradient(client: Client, digits: dict[str, Any]) -> None:
    price = get(client, digits, "gradient-price")
    assert (price["parameters"], price["forward_passes"]) == (23_860, 47_720)
    assert price["ratio"] > 1000


def test_confusion_counts_the_whole_test_sample(client: Client, digits: dict[str, Any]) -> None:
    table = get(client, digits, "confusion", epoch=1)
    counts = np.array(table["counts"])
    assert counts.sum() == 10_000
    assert np.trace(counts) / 10_000 == pytest.approx(digits["last"]["test_accuracy"])
    chosen = get(client, digits, "confusion/samples", epoch=1, actual=4, predicted=9, limit=1000)["numbers"]
    assert len(chosen) == counts[4, 9]
    images = client.http.get(f"/datasets/digits/chosen-images?numbers={chosen[0]},0").content
    test = nncore.load_digits().test
    assert images == test.images[[chosen[0], 0]].tobytes()
    assert test.labels[chosen[0]] == 4


def test_the_stubborn_are_wrong_most_often(client: Client) -> None:
    run = client.until_ended(client.create(preset="two-features", epochs=25)["id"])
    found = get(client, run, "stubborn", limit=5)
    assert found["epochs"] == [*range(2, 25, 2), 25]
    often = [sample["wrong"] for sample in found["samples"]]
    assert often == sorted(often, reverse=True)
    assert often[0] == 13


def test_the_plane_is_for_two_inputs(client: Client, digits: dict[str, Any]) -> None:
    run = client.until_ended(client.create(preset="two-features", epochs=1)["id"])
    outputs = np.array(get(client, run, "plane", epoch=1, points=11)["outputs"])
    assert outputs.shape == (11, 11, 2)
    corner = np.frombuffer(client.http.get("/datasets/two-features/inputs?count=3").content, "<f4")
    assert corner.shape == (6,)
    refused = client.http.get(f"/runs/{digits['id']}/plane")
    assert (refused.status_code, refused.json()["code"]) == (422, "no-plane")


def test_source_lines_stand_where_they_say(client: Client) -> None:
    from pathlib import Path

    for activation in nncore.ACTIVATIONS:
        for loss in nncore.LOSSES:
            answer = client.http.get("/source-lines", params={"activation": activation, "loss": loss})
            for line in answer.json()["lines"].values():
                text = (Path(nncore.__file__).parent.parent / line["file"]).read_text().splitlines()
                assert text[line["line"] - 1].strip() == line["code"].splitlines()[0].strip()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("params?epoch=-1", 422),
        ("params?epoch=7", 404),
        ("layers?bins=0", 422),
        ("layers?samples=100000", 422),
        ("sample?number=10000", 422),
        ("gradient-check?layer=2&neuron=0", 422),
        ("gradient-check?layer=0&neuron=30", 422),
        ("gradient-check?layer=1&neuron=0&source=30", 422),
        ("confusion/samples?actual=256&predicted=0", 422),
        ("plane?points=1000", 422),
    ],
)
def test_what_is_out_of_bounds_is_refused(
    client: Client, digits: dict[str, Any], path: str, status: int
) -> None:
    assert client.http.get(f"/runs/{digits['id']}/{path}").status_code == status


NEEDED = {
    "gradient-check": {"layer": 1, "neuron": 0, "source": 1},
    "confusion/samples": {"actual": 0, "predicted": 1},
}
DIVERGES = {
    "weights that shrink and overshoot": {"eta": 3, "batch_size": 10, "l2": 0.9},
    "long steps": {"eta": 1000.0, "epochs": 5, "activation": "relu", "initialization": "he", "l2": 0.5},
    "steps that gather speed": {"eta": 1000.0, "epochs": 5, "optimizer": "momentum", "l2": 1},
}


@pytest.mark.parametrize("settings", DIVERGES.values(), ids=DIVERGES)
def test_every_lens_shows_a_run_that_has_diverged(client: Client, settings: dict[str, Any]) -> None:
    run = client.until_ended(client.create(preset="two-features", **settings)["id"])
    assert run["status_reason"] == "DIVERGED"
    for lens in LENSES:
        for epoch in ({}, {"epoch": 0}):
            if not epoch.keys() <= lens.query.model_fields.keys():
                continue
            query = {**NEEDED.get(lens.path, {}), **epoch}
            answer = client.http.get(f"/runs/{run['id']}/{lens.path}", params=query)
            assert answer.status_code == 200, lens.path
            if lens.answer is not None:
                json.loads(answer.content, parse_constant=pytest.fail)  # no NaN, no Infinity


def test_a_run_that_diverged_can_be_looked_into(client: Client) -> None:
    """Its weights are finite, but what they make of a sample need not be: that is counted by itself."""
    run = client.until_ended(client.create(preset="two-features", eta=3, batch_size=10, l2=0.9)["id"])
    assert run["status_reason"] == "DIVERGED"
    found = get(client, run, "layers")
    for layer, units in zip(found["layers"], (5, 2), strict=True):
        for name in ("z", "v", "delta"):
            histogram = layer[name]
            assert sum(histogram["counts"]) + histogram["not_finite"] == units * found["samples"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("datasets/digits/chosen-images?numbers=10000", 404),
        ("datasets/digits/chosen-images?numbers=1,,2", 422),
        ("datasets/digits/inputs?count=5000", 422),
        ("source-lines?loss=hinge", 422),
        ("runs/none/hints", 404),
    ],
)
def test_what_is_not_there_is_refused(client: Client, path: str, status: int) -> None:
    assert client.http.get(f"/{path}").status_code == status


def test_a_large_network_gets_less_work() -> None:
    small, large = (784, 30, 10), (784, *[1000] * 6, 10)
    assert affordable(small, 1, 1000) == 1000
    assert 10 < affordable(large, 1, 1000) < 1000
    assert affordable(large, 10_000, 20, 10**10) == 1
