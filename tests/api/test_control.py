"""Live control through the front door: a wish takes effect at a recorded step and changes no other bit."""

import time
from typing import Any

import httpx
import pytest

from tests.classroom import ENDED, LONG, QUICK, Client, Server

# Long enough to interfere with however fast the machine is, short enough to wait for: 12,665 steps an epoch.
SINGLE = {"preset": "two-features", "batch_size": 1, "epochs": 20}


def of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] == kind]


def patch(client: Client, run_id: str, **update: Any) -> httpx.Response:
    return client.http.patch(f"/runs/{run_id}", json=update)


def paused(client: Client, **settings: Any) -> str:
    """A run that waits with most of its steps still before it."""
    while True:
        run_id = client.create(**settings)["id"]
        client.want(run_id, "paused")
        client.until_status(run_id, "PAUSED", *ENDED)
        run = client.run(run_id)
        if run["step"] < run["steps_per_epoch"] * run["epochs"] / 2:
            return run_id
        patch(client, run_id, wanted="stopped")  # it was faster than the wish to pause it


def test_one_batch_is_one_step(client: Client) -> None:
    run_id = paused(client, **LONG)
    step = client.run(run_id)["step"]
    for expected in (step + 1, step + 2):
        seq = client.run(run_id)["seq"]
        patch(client, run_id, advance="batch").raise_for_status()
        client.until_status(run_id, "PAUSED", after=seq)
        assert client.run(run_id)["step"] == expected
    client.want(run_id, "stopped")


def test_one_epoch_ends_at_its_end(client: Client) -> None:
    run_id = paused(client, **LONG)
    seq = client.run(run_id)["seq"]
    epoch = client.run(run_id)["epoch"]
    patch(client, run_id, advance="epoch").raise_for_status()
    events = client.until_status(run_id, "PAUSED", after=seq)
    run = client.run(run_id)
    assert [event["epoch"] for event in of(events, "epoch")] == [epoch + 1]
    assert run["step"] == run["steps_per_epoch"] * (epoch + 1)
    client.want(run_id, "stopped")


@pytest.mark.long
def test_stepping_through_an_epoch_changes_no_bit(client: Client) -> None:
    whole = client.until_ended(client.create(**SINGLE)["id"])
    run_id = paused(client, **SINGLE)
    for unit in ("batch", "epoch", "batch", "batch"):
        seq = client.run(run_id)["seq"]
        patch(client, run_id, advance=unit).raise_for_status()
        client.until_status(run_id, "PAUSED", after=seq)
    client.want(run_id, "running")
    assert client.until_ended(run_id)["fingerprint"] == whole["fingerprint"]


@pytest.mark.long
def test_another_eta_is_an_event_with_its_step_and_can_be_replayed(client: Client) -> None:
    settings = {**SINGLE, "epochs": 12}

    def change_after_six_epochs() -> tuple[dict[str, Any], dict[str, Any]]:
        run_id = paused(client, **settings)
        while client.run(run_id)["epoch"] < 6:
            seq = client.run(run_id)["seq"]
            patch(client, run_id, advance="epoch").raise_for_status()
            client.until_status(run_id, "PAUSED", after=seq)
        patch(client, run_id, eta=0.25, wanted="running").raise_for_status()
        run = client.until_ended(run_id)
        return run, of(client.until_status(run_id, "FINISHED"), "eta")[0]

    (first, event), (second, _) = change_after_six_epochs(), change_after_six_epochs()
    assert (event["eta"], event["step"]) == (0.25, 6 * 12_665)
    assert (first["eta"], first["config"]["eta"]) == (0.25, 1.0)
    assert first["fingerprint"] == second["fingerprint"]
    unchanged = client.until_ended(client.create(**settings)["id"])
    assert unchanged["fingerprint"] != first["fingerprint"]


def test_eta_changes_while_it_runs(client: Client) -> None:
    run_id = client.create(**LONG)["id"]
    client.until(run_id, lambda event: "step" in event)
    patch(client, run_id, eta=0.5).raise_for_status()
    event = client.until(run_id, lambda event: event["type"] == "eta")[-1]
    assert event["eta"] == 0.5
    assert event["step"] > 0
    client.want(run_id, "stopped")


def test_more_epochs_after_the_end_are_those_of_a_longer_run(client: Client) -> None:
    long = client.until_ended(client.create(**{**QUICK, "epochs": 8})["id"])
    run_id = client.create(**QUICK)["id"]
    client.until_ended(run_id)
    seq = client.run(run_id)["seq"]
    patch(client, run_id, epochs=8).raise_for_status()
    client.until_status(run_id, "FINISHED", after=seq)
    run = client.run(run_id)
    assert (run["epoch"], run["epochs"], run["fingerprint"]) == (8, 8, long["fingerprint"])


@pytest.mark.long
def test_slow_motion_keeps_its_rate_and_changes_no_bit(client: Client) -> None:
    whole = client.until_ended(client.create(**SINGLE)["id"])
    run_id = paused(client, **SINGLE)
    before = client.run(run_id)["step"]
    start = time.monotonic()
    patch(client, run_id, rate=50.0, wanted="running").raise_for_status()
    step = client.until(run_id, lambda event: event.get("step", 0) >= before + 60)[-1]["step"]
    # 60 batches at 50 a second take more than a second, however fast the machine is.
    assert time.monotonic() - start > (step - before - 10) / 50 - 0.4
    patch(client, run_id, rate=None).raise_for_status()
    assert client.until_ended(run_id)["fingerprint"] == whole["fingerprint"]


def test_what_is_wanted_in_slow_motion_is_honoured_at_once(client: Client) -> None:
    run_id = client.create(**LONG)["id"]
    patch(client, run_id, rate=0.1).raise_for_status()
    client.until(run_id, lambda event: "step" in event)
    client.want(run_id, "stopped")
    assert client.until_ended(run_id)["status"] == "STOPPED"


def test_a_twin_starts_from_the_same_draws(client: Client) -> None:
    import io

    import numpy as np

    def first_weights(run_id: str) -> Any:
        blob = client.http.get(f"/runs/{run_id}/weights", params={"epoch": 0}).content
        with np.load(io.BytesIO(blob)) as arrays:
            return arrays["w0"], arrays["b0"]

    run = client.create(**QUICK, seed=3)
    twin = client.create(twin_of=run["id"], initialization="scaled")
    assert twin["twin_of"] == run["id"]
    assert twin["config"] == {**run["config"], "preset": None, "initialization": "scaled"}
    (w, b), (scaled_w, scaled_b) = first_weights(run["id"]), first_weights(twin["id"])
    np.testing.assert_allclose(scaled_w, w / np.sqrt(2), rtol=1e-6)
    np.testing.assert_array_equal(scaled_b, b)


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({}, 422, "twin_of"),
        ({"seed": 99}, 422, "seed"),
        ({"eta": 0}, 422, "eta"),
        ({"shape": [3, 2]}, 422, "shape"),
    ],
)
def test_a_twin_that_is_none_is_refused(client: Client, given: Any, status: int, field: str) -> None:
    run = client.create(**QUICK)
    answer = client.http.post("/runs", json={"twin_of": run["id"], **given})
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_a_twin_keeps_the_shape_that_was_not_sent(client: Client) -> None:
    run = client.create(shape=[784, 100, 10], epochs=1, train_size=100)
    twin = client.create(dataset="digits", initialization="scaled", twin_of=run["id"])
    by_preset = client.create(preset="scaled-initialization", twin_of=run["id"])
    for made in (run, twin, by_preset):
        client.want(made["id"], "stopped")
    assert twin["config"] == {**run["config"], "initialization": "scaled"}
    assert by_preset["config"]["shape"] == [784, 30, 10], "a preset's values were sent"


def test_a_twin_of_nobody_is_a_404(client: Client) -> None:
    assert client.http.post("/runs", json={"twin_of": "nobody", "eta": 1.0}).status_code == 404


def test_pinned_is_remembered(client: Client) -> None:
    run = client.create(**QUICK)
    assert patch(client, run["id"], pinned=True).json()["pinned"] is True


def test_a_browser_and_a_script_are_different_owners(server: Server, client: Client) -> None:
    script = client.http.post("/runs", json=QUICK, headers={"Chalknet-Owner": "mei"}).json()
    assert script["owner"] == "script mei"
    with httpx.Client(base_url=server.url) as browser:
        page = browser.get("/")
        assert "httponly" in page.headers["set-cookie"].lower()
        assert "samesite=strict" in page.headers["set-cookie"].lower()
        first = browser.post("/api/v1/runs", json=QUICK).json()
        second = browser.post("/api/v1/runs", json=QUICK).json()
        assert first["owner"] == second["owner"] != script["owner"]
        assert browser.cookies["chalknet_owner"] not in first["owner"]


def test_a_run_that_waits_says_its_place(client: Client) -> None:
    made = [client.create(**LONG) for _ in range(8)]
    queues = [run["queue"] for run in made if run["queue"]]
    assert queues
    for queue in queues:
        assert queue["place"] >= 1
        assert queue["expected_wait_seconds"] > 0
    for run in made:
        client.http.delete(f"/runs/{run['id']}").raise_for_status()
