"""Requests that the API's document allows, and others, by the thousand: each answer is one it declares."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.classroom import Server
from tests.people import Person

ROOT = Path(__file__).parents[2]
# One never ends; the others would end the class, or the session, under the feet of the rest.
LEFT_OUT = ("stream_stream_runs", "classroom_end_class", "membership_sign_out")


def test_every_answer_is_one_that_is_declared(school: Server, lead: Person, tmp_path: Path) -> None:
    token = lead.http.post("/class/tokens").json()["token"]
    command = [str(Path(sys.executable).with_name("schemathesis"))]
    command += ["--config-file", str(ROOT / "tests/api/schemathesis.toml")]
    command += ["run", f"{school.url}/openapi.json", "-H", f"Authorization: Bearer {token}"]
    command += [f"--exclude-operation-id={name}" for name in LEFT_OUT]
    # The same requests each time: a test that is red today and green tomorrow tells nobody anything.
    command += ["--generation-deterministic", "--max-examples=10", "--warnings=off"]
    done = subprocess.run(
        [*command, "--no-color"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    paths = httpx.get(f"{school.url}/openapi.json", timeout=60).json()["paths"]
    assert f"Tested: {sum(map(len, paths.values())) - len(LEFT_OUT)}\n" in done.stdout, done.stdout[-2000:]
