"""A run that ends when it is good enough."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.classroom import Client, Server

TARGET = 0.9
RUN = {"preset": "two-features", "batch_size": 100, "epochs": 60}


def accuracies(client: Client, run_id: str) -> list[float]:
    return list(client.http.get(f"/runs/{run_id}/metrics").json()["columns"]["test_accuracy"])


def test_a_run_ends_after_the_first_epoch_that_is_good_enough(client: Client) -> None:
    run = client.until_ended(client.create(**RUN, target_accuracy=TARGET)["id"])
    assert (run["status"], run["status_reason"]) == ("FINISHED", "TARGET")
    *before, last = accuracies(client, run["id"])[-run["epoch"] :]
    assert last >= TARGET > max(before, default=0.0)
    assert run["step"] == run["epoch"] * run["steps_per_epoch"]
    # It changed no bit, and more epochs are more epochs.
    plain = client.until_ended(client.create(**{**RUN, "epochs": run["epoch"]})["id"])
    assert (plain["status_reason"], plain["fingerprint"]) == (None, run["fingerprint"])
    seq = client.run(run["id"])["seq"]
    more = {"epochs": RUN["epochs"] + 1}
    client.http.patch(f"/runs/{run['id']}", json=more).raise_for_status()
    client.until_status(run["id"], "FINISHED", after=seq)
    assert (client.run(run["id"])["epoch"], client.run(run["id"])["status_reason"]) == (
        RUN["epochs"] + 1,
        None,
    )


def test_a_run_that_is_never_good_enough_goes_to_its_end(client: Client) -> None:
    run = client.until_ended(
        client.create(preset="two-features", epochs=2, eta=1e-4, target_accuracy=1.0)["id"]
    )
    assert (run["status"], run["status_reason"], run["epoch"]) == ("FINISHED", None, 2)


def test_a_killed_server_ends_it_at_the_same_epoch(new_server: Callable[..., Server], client: Client) -> None:
    wanted = {**RUN, "batch_size": 10, "eta": 0.02, "target_accuracy": 0.97, "epochs": 1000}
    calm = client.until_ended(client.create(**wanted)["id"])
    server = new_server().start()
    with Client(server) as there:
        run_id = there.create(**wanted)["id"]
        there.until(run_id, lambda event: event["type"] == "epoch")
        server.kill()
    with Client(new_server().start()) as again:
        run = again.until_ended(run_id)
    names = ("status", "status_reason", "epoch", "fingerprint")
    assert [run[name] for name in names] == [calm[name] for name in names]


def test_the_command_line_ends_at_the_same_epoch(client: Client, tmp_path: Path) -> None:
    run = client.until_ended(client.create(**RUN, target_accuracy=TARGET)["id"])
    flags = [
        f"--{name.replace('_', '-')}={value}" for name, value in {**RUN, "target_accuracy": TARGET}.items()
    ]
    told = subprocess.run(
        [sys.executable, "-m", "chalknet", "train", *flags],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"after epoch {run['epoch']}\n" in told.stdout
    assert re.search("fingerprint (.*)", told.stdout)[1] == run["fingerprint"]  # type: ignore[index]


@pytest.mark.parametrize("target", [0, -0.1, 1.01, "high"])
def test_a_target_that_is_no_accuracy_is_refused(client: Client, target: Any) -> None:
    answer = client.http.post("/runs", json={**RUN, "target_accuracy": target})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "target_accuracy"
