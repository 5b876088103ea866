"""A run as a program and as a notebook: taken home, it comes to the same weights without a server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nncore.mnist
from tests.classroom import QUICK, Client

# Nothing of the environment but what finds Python: the script itself says how many threads it wants.
AT_HOME = {name: value for name, value in os.environ.items() if "THREADS" not in name}


def program(client: Client, run_id: str, form: str) -> str:
    """What is run: the script, or the cells of the notebook one after the other."""
    answer = client.http.get(f"/runs/{run_id}/script", params={"format": form}).raise_for_status()
    suffix = {"python": ".py", "notebook": ".ipynb", "class": "-neurons.py", "curl": ".sh"}[form]
    assert answer.headers["content-disposition"].endswith(f'{run_id}{suffix}"')
    if form != "notebook":
        return answer.text
    cells = answer.json()["cells"]
    assert cells[0]["cell_type"] == "markdown"
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def at_home(folder: Path, text: str) -> list[str]:
    (folder / "run.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "run.py"], cwd=folder, env=AT_HOME, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


OTHERS: dict[str, dict[str, Any]] = {
    "the lecture's": QUICK,
    "all that can be chosen": {
        "dataset": "two-features",
        "shape": [2, 7, 6, 2],
        "eta": 0.5,
        "batch_size": 11,
        "initialization": "glorot",
        "epochs": 2,
        "seed": 8,
        "activation": "tanh",
        "loss": "cross-entropy",
        "optimizer": "momentum",
        "momentum": 0.5,
        "l2": 0.001,
        "train_size": 1000,
        "name": '""" \'quoted\' \\',
    },
}


@pytest.mark.parametrize("form", ["python", "notebook"])
@pytest.mark.parametrize("settings", OTHERS.values(), ids=OTHERS)
def test_it_gives_the_weights_of_the_run(
    client: Client, tmp_path: Path, settings: dict[str, Any], form: str
) -> None:
    run = client.until_ended(client.create(**settings)["id"])
    lines = at_home(tmp_path, program(client, run["id"], form))
    assert lines[-1 if form == "python" else run["epochs"]] == run["fingerprint"]
    assert lines[run["epochs"] - 1].startswith(f"epoch {run['epochs']}: ")


def test_a_run_that_was_changed_and_stopped_on_its_way(client: Client, tmp_path: Path) -> None:
    run_id = client.create(preset="two-features", epochs=1000, batch_size=3)["id"]
    for eta in (2.0, 0.25):
        told = client.until(run_id, lambda event: event["type"] == "epoch")
        client.http.patch(f"/runs/{run_id}", json={"eta": eta}).raise_for_status()
        client.until(run_id, lambda event, eta=eta: event["type"] == "eta" and event["eta"] == eta)
    client.until(run_id, lambda event: event["type"] == "epoch", after=told[-1]["seq"])
    client.want(run_id, "stopped")
    run = client.until_ended(run_id)
    assert at_home(tmp_path, program(client, run_id, "python"))[-1] == run["fingerprint"]


def test_a_run_that_diverged_ends_with_its_last_finite_weights(client: Client, tmp_path: Path) -> None:
    run = client.until_ended(client.create(preset="two-features", eta=3, batch_size=10, l2=0.9)["id"])
    assert run["status_reason"] == "DIVERGED"
    assert at_home(tmp_path, program(client, run["id"], "python"))[-1] == run["fingerprint"]


def test_a_notebook_is_one_to_other_programs_too(client: Client) -> None:
    run_id = client.create(**QUICK)["id"]
    answer = client.http.get(f"/runs/{run_id}/script", params={"format": "notebook"})
    assert answer.headers["content-type"] == "application/x-ipynb+json"
    told = json.loads(answer.text)
    assert (told["nbformat"], told["metadata"]["kernelspec"]["name"]) == (4, "python3")
    for cell in told["cells"]:
        assert cell.keys() == {"cell_type", "metadata", "source"} | (
            {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        )


def figures(line: str) -> list[float]:
    """What comes after the colon: loss 0.05, accuracy 0.9."""
    return [float(part.split()[-1]) for part in line.partition(":")[2].split(",")]


AS_A_CLASS = {
    **OTHERS,
    "one output after the other": {
        "preset": "two-features",
        "epochs": 3,
        "loss": "sigmoid-cross-entropy",
        "initialization": "scaled",
        "activation": "relu",
        "eta": 0.3,
    },
}


@pytest.mark.parametrize("settings", AS_A_CLASS.values(), ids=AS_A_CLASS)
def test_the_lectures_class_comes_to_the_same_figures_with_numpy_alone(
    client: Client, tmp_path: Path, settings: dict[str, Any]
) -> None:
    run = client.until_ended(client.create(**settings)["id"])
    text = program(client, run["id"], "class")
    assert re.findall(r"^(?:import|from) .+", text, re.MULTILINE) == ["import zlib", "import numpy as np"]
    (tmp_path / "mnist.npz").symlink_to(nncore.mnist.MNIST)
    lines = at_home(tmp_path, text)
    columns = client.http.get(f"/runs/{run['id']}/metrics").json()["columns"]
    assert [line.partition(":")[0] for line in lines] == [f"epoch {one}" for one in columns["epoch"]] + [
        "test"
    ]
    for sample, places in (("train", lines[:-1]), ("test", lines[-1:])):
        told = zip(columns[f"{sample}_loss"], columns[f"{sample}_accuracy"], strict=True)
        for line, (loss, accuracy) in zip(reversed(places), reversed(list(told)), strict=False):
            assert figures(line) == [pytest.approx(loss, rel=1e-3), pytest.approx(accuracy, abs=2e-3)]


def test_the_lectures_class_of_a_run_that_was_changed_and_stopped(client: Client, tmp_path: Path) -> None:
    run_id = client.create(preset="two-features", epochs=1000)["id"]
    client.until(run_id, lambda event: event["type"] == "epoch")
    client.http.patch(f"/runs/{run_id}", json={"eta": 0.25}).raise_for_status()
    client.until(run_id, lambda event: event["type"] == "eta")
    client.want(run_id, "stopped")
    run = client.until_ended(run_id)
    text = program(client, run_id, "class")
    assert f"if self.step == {run['step']}:" in text
    (tmp_path / "mnist.npz").symlink_to(nncore.mnist.MNIST)
    lines = at_home(tmp_path, text)
    assert len(lines) == run["epoch"] + 1
    assert figures(lines[-1])[1] == pytest.approx(run["last"]["test_accuracy"], abs=0.01)


def test_as_curl_it_is_started_once_more(client: Client, tmp_path: Path) -> None:
    run = client.until_ended(client.create(**OTHERS["all that can be chosen"])["id"])
    (tmp_path / "run.sh").write_text(program(client, run["id"], "curl"))
    done = subprocess.run(["sh", "run.sh"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert (again["name"], again["config"]) == (run["name"], run["config"])
    assert client.until_ended(again["id"])["fingerprint"] == run["fingerprint"]
