"""The websocket: one path for first load, reload and reconnect, with every event once and in order."""

import json
import random
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.classroom import LONG, QUICK, Client, Server


def epochs(events: list[dict[str, Any]]) -> list[int]:
    return [event["epoch"] for event in events if event["type"] == "epoch"]


def test_every_event_has_its_number_run_type_and_time(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    events = client.until_status(run_id, "FINISHED")
    numbers = [event["seq"] for event in events]
    assert numbers == sorted(set(numbers))
    for event in events:
        assert event["run_id"] == run_id
        assert event["ts"].endswith("Z")
    assert events[0]["type"] == "created"
    assert events[0]["run"]["id"] == run_id


def test_an_epoch_event_carries_the_curves_and_the_grid(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    events = client.until_status(run_id, "FINISHED")
    assert epochs(events) == [1, 2, 3, 4, 5]
    for event in [event for event in events if event["type"] == "epoch"]:
        assert 0 <= event["test_accuracy"] <= 1
        assert event["train_loss"] > 0
        assert event["seconds"] > 0
        assert len(event["predictions"]) == 100
        assert set(event["predictions"]) <= {0, 1}


def test_a_late_viewer_sees_what_an_early_one_saw(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    early = client.until_status(run_id, "FINISHED")
    late = client.until_status(run_id, "FINISHED")
    without_progress = [event for event in early if event["type"] != "progress"]
    assert [event for event in late if event["type"] != "progress"] == without_progress


def test_cut_off_ten_times_at_random_every_epoch_comes_once_and_in_order(client: Client) -> None:
    run_id = client.create(preset="two-features", epochs=300)["id"]
    cuts = random.Random(7)
    seen: list[dict[str, Any]] = []
    for _ in range(10):
        patience = cuts.randint(1, 6)
        with client.socket(run_id, after=seen[-1]["seq"] if seen else 0) as socket:
            for _ in range(patience):
                seen += json.loads(socket.recv(timeout=30))["events"]
                if seen[-1].get("status") == "FINISHED":
                    break
        if seen[-1].get("status") == "FINISHED":
            break
    if seen[-1].get("status") != "FINISHED":
        seen += client.until_status(run_id, "FINISHED", after=seen[-1]["seq"])
    assert epochs(seen) == list(range(1, 301))


def test_after_the_last_number_there_is_silence(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    last = client.until_status(run_id, "FINISHED")[-1]["seq"]
    other = client.create(**QUICK)["id"]
    with client.socket(run_id, other, after=last) as socket:
        assert {event["run_id"] for event in json.loads(socket.recv(timeout=30))["events"]} == {other}


def test_without_a_run_all_runs_are_told_with_one_number(client: Client) -> None:
    made = [client.create(**QUICK)["id"] for _ in range(3)]
    finished: list[str] = []
    numbers: list[int] = []
    for event in client.events():
        numbers.append(event["seq"])
        if event.get("status") == "FINISHED" and event["run_id"] in made:
            finished.append(event["run_id"])
        if len(finished) == 3:
            break
    assert sorted(finished) == sorted(made)
    assert numbers == sorted(set(numbers))


def test_several_runs_can_be_followed_together(client: Client) -> None:
    made = [client.create(**QUICK)["id"] for _ in range(3)]
    finished: set[str] = set()
    for event in client.events(*made[:2]):
        assert event["run_id"] in made[:2]
        if event.get("status") == "FINISHED":
            finished.add(event["run_id"])
        if len(finished) == 2:
            return


def test_hello_says_whose_numbers_these_are(server: Server) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/api/v1/ws?hello=true&after={2**50}") as socket:
        hello = json.loads(socket.recv(timeout=10))
    assert hello["events"] == []
    assert hello["log"]
    assert hello["version"]


def test_hello_says_how_far_the_old_news_reach(client: Client) -> None:
    run = client.until_ended(client.create(**QUICK)["id"])
    port = client.http.base_url.port
    with connect(f"ws://127.0.0.1:{port}/api/v1/ws?hello=true") as socket:
        hello = json.loads(socket.recv(timeout=10))
        assert hello["newest"] >= run["seq"]
        seen = 0
        while seen < hello["newest"]:
            seen = json.loads(socket.recv(timeout=10))["events"][-1]["seq"]


def test_what_a_viewer_says_is_ignored(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    with client.socket(run_id) as socket:
        socket.send("stop everything")
        socket.send(b"\x00\x01")
        seen: list[dict[str, Any]] = []
        while not (seen and seen[-1].get("status") == "FINISHED"):
            seen += json.loads(socket.recv(timeout=30))["events"]
    assert epochs(seen) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={10**30}"])
def test_a_number_that_cannot_be_one_is_refused(server: Server, query: str) -> None:
    with pytest.raises(InvalidStatus) as caught, connect(f"ws://127.0.0.1:{server.port}/api/v1/ws?{query}"):
        pass
    assert 400 <= caught.value.response.status_code < 500
    assert caught.value.response.headers["content-type"] == "application/problem+json"
    assert "content-security-policy" in caught.value.response.headers


def test_a_run_that_does_not_exist_is_refused_before_the_socket_opens(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    with pytest.raises(InvalidStatus) as caught, client.socket(run_id, "no-such-run"):
        pass
    assert caught.value.response.status_code == 404
    assert json.loads(caught.value.response.body or b"")["code"] == "run-not-found"


def test_a_viewer_that_never_reads_does_not_hold_up_the_others(client: Client) -> None:
    run_id = client.create(**LONG)["id"]
    with client.socket(run_id):  # reads nothing
        seen = client.until(run_id, lambda event: event["type"] == "epoch")
    assert epochs(seen)[0] == 1
    client.http.delete(f"/runs/{run_id}").raise_for_status()
