"""`chalknet runs` and `chalknet export`, against a real server."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import nncore
from tests.classroom import QUICK, Client, Server
from tests.people import Person


def chalknet(folder: Path, *arguments: str, code: int = 0) -> str:
    command = [sys.executable, "-m", "chalknet", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    return done.stderr if code else done.stdout


def test_a_run_is_listed_and_taken_home_in_three_forms(
    tmp_path: Path, server: Server, client: Client
) -> None:
    run = client.until_ended(client.create(**QUICK, name="to take home")["id"])
    at = ["--url", server.url]
    (line,) = [line for line in chalknet(tmp_path, "runs", *at).splitlines() if line.startswith(run["id"])]
    assert "FINISHED" in line
    assert line.endswith("2-5-2           to take home")
    columns = client.http.get(f"/runs/{run['id']}/metrics").json()["columns"]
    rows = list(csv.DictReader(io.StringIO(chalknet(tmp_path, "export", run["id"], *at))))
    assert [float(row["test_loss"]) for row in rows] == columns["test_loss"]
    chalknet(tmp_path, "export", "to take home", "--format", "json", "--out", "run.json", *at)
    told = json.loads((tmp_path / "run.json").read_text())
    assert (told["fingerprint"], told["history"]) == (run["fingerprint"], columns)
    program = chalknet(tmp_path, "export", run["id"], "--format", "python", *at)
    assert program == client.http.get(f"/runs/{run['id']}/script").text
    for extra in ([], ["--epoch", "2"]):
        chalknet(tmp_path, "export", run["id"], "--format", "npz", *extra, *at)
        blob = (tmp_path / f"chalknet-{run['id']}.npz").read_bytes()
        assert nncore.load_about(blob)["epoch"] == (2 if extra else 5)
    assert nncore.load_about(blob)["settings"] == run["config"]
    chalknet(tmp_path, "export", run["id"], "--format", "onnx", *at)
    model = (tmp_path / f"chalknet-{run['id']}.onnx").read_bytes()
    assert model == client.http.get(f"/runs/{run['id']}/onnx").content


def test_what_is_refused_is_one_line(tmp_path: Path, server: Server, lead: Person, school: Server) -> None:
    assert chalknet(tmp_path, "export", "nothing", "--url", server.url, code=1).startswith(
        "chalknet: There is no"
    )
    assert "Join the class" in chalknet(tmp_path, "runs", "--url", school.url, code=1)
    token = lead.http.post("/class/tokens").json()["token"]
    assert chalknet(tmp_path, "runs", "--url", school.url, "--token", token) == ""
