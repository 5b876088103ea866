"""A client that openapi-python-client makes from the API's document starts, follows and reads a run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

import nncore
from tests.classroom import QUICK, Client, Server

# The generator knows no npz and no pictures: it is told that they are bytes.
CONFIG = {
    "content_type_overrides": {
        **dict.fromkeys(["application/x-npz", "application/zip"], "application/octet-stream"),
        "image/svg+xml": "text/plain",
    }
}

# What a program with such a client looks like; it prints what the test looks at.
PROGRAM = """
import hashlib, json, sys, time
from chalk_api import Client
from chalk_api.api.lenses import lenses_read_weights
from chalk_api.api.runs import runs_change_run, runs_create_run, runs_read_metrics, runs_read_run
from chalk_api.models import Problem, RunCreate, RunCreatePresetType0, RunUpdate, Status

client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)
preset = RunCreatePresetType0.TWO_FEATURES
run = runs_create_run.sync(client=client, body=RunCreate(preset=preset, epochs=3))
while run.status not in (Status.FINISHED, Status.FAILED, Status.STOPPED):
    time.sleep(0.05)
    run = runs_read_run.sync(run.id, client=client)
refused = runs_create_run.sync(client=client, body=RunCreate(eta=-1.0))
ended = runs_change_run.sync(run.id, client=client, body=RunUpdate(eta=5.0))
missing = runs_read_run.sync("nothing", client=client)
assert all(isinstance(one, Problem) for one in (refused, ended, missing))
weights = lenses_read_weights.sync(run.id, client=client).payload.read()
print(json.dumps({
    "id": run.id,
    "config": run.config.to_dict(),
    "last": run.last.to_dict(),
    "columns": runs_read_metrics.sync(run.id, client=client).columns.to_dict(),
    "weights": weights.hex(),
    "codes": [refused.errors[0].code, ended.code, missing.code],
}))
"""


@pytest.fixture(scope="module")
def generated(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the package chalk_api, made without a warning."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_bytes(httpx.get(f"{server.url}/openapi.json", timeout=60).content)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    command = [str(Path(sys.executable).with_name("openapi-python-client")), "generate"]
    command += ["--path", "openapi.json", "--config", "config.json", "--meta", "none"]
    command += ["--output-path", "chalk_api", "--fail-on-warning"]
    bin_folder = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it tidies up with ruff
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": bin_folder}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def told(generated: Path, server: Server) -> dict[str, Any]:
    """What the program prints."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, server.url],
        cwd=generated,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_it_starts_follows_and_reads_a_run(told: dict[str, Any], client: Client) -> None:
    run = client.run(told["id"])
    assert (run["status"], run["config"], run["last"]) == ("FINISHED", told["config"], told["last"])
    assert told["columns"] == client.http.get(f"/runs/{run['id']}/metrics").json()["columns"]
    assert nncore.fingerprint(nncore.load_params(bytes.fromhex(told["weights"]))) == run["fingerprint"]


def test_a_preset_decides_what_nobody_has_said(told: dict[str, Any], client: Client) -> None:
    by_hand = client.create(**{**QUICK, "epochs": 3})
    assert told["config"] == by_hand["config"]
    assert (told["config"]["dataset"], told["config"]["eta"]) == ("two-features", 1.0)


def test_it_knows_a_refusal_when_it_sees_one(told: dict[str, Any]) -> None:
    assert told["codes"] == ["greater-than-equal", "run-ended", "run-not-found"]
