"""`chalknet train`, as somebody types it in an empty folder."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nncore
from tests.classroom import QUICK, Client

CHALKNET = [sys.executable, "-m", "chalknet"]


def train(folder: Path, *arguments: str, code: int = 0) -> list[str]:
    """What it tells on stdout; the line on stderr when it refuses."""
    done = subprocess.run(
        [*CHALKNET, "train", *arguments], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == code, done.stderr
    return (done.stderr if code == 1 else done.stdout).splitlines()


def test_it_ends_with_the_figures_and_the_fingerprint_of_a_servers_run(
    tmp_path: Path, client: Client
) -> None:
    run = client.until_ended(client.create(**QUICK, eta=2)["id"])
    lines = train(tmp_path, "--preset", "two-features", "--epochs", "5", "--eta", "2", "--out", "run.npz")
    assert lines[0] == "after epoch 5"
    assert f"{100 * run['last']['test_accuracy']:.2f} %" in lines[2]
    assert lines[3:] == [f"fingerprint {run['fingerprint']}", "saved run.npz"]
    blob = (tmp_path / "run.npz").read_bytes()
    about = nncore.load_about(blob)
    assert about["fingerprint"] == run["fingerprint"] == nncore.fingerprint(nncore.load_state(blob).params)
    assert about["settings"] == run["config"]
    assert about["versions"]["numpy"] == np.__version__
    columns = client.http.get(f"/runs/{run['id']}/metrics").json()["columns"]
    assert about["history"] == {name: columns[name] for name in about["history"]}
    with np.load(tmp_path / "run.npz") as arrays:
        assert arrays["w0"].shape == (5, 2)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_what_goes_on_from_a_file_is_the_run_that_was_never_cut(tmp_path: Path, optimizer: str) -> None:
    settings = [
        "--shape",
        "2-7-2",
        "--batch-size",
        "20",
        "--optimizer",
        optimizer,
        "--eta",
        "0.5",
        "--seed",
        "3",
    ]
    whole = train(tmp_path, *settings, "--epochs", "3")
    train(tmp_path, *settings, "--epochs", "1", "--out", "one.npz")
    assert train(tmp_path, "--from", "one.npz", "--epochs", "3", "--out", "three.npz")[:-1] == whole
    about = nncore.load_about((tmp_path / "three.npz").read_bytes())
    assert (about["history"]["epoch"], about["settings"]["shape"]) == ([1, 2, 3], [2, 7, 2])


def test_another_eta_from_here_on_is_written_down(tmp_path: Path) -> None:
    train(tmp_path, "--preset", "two-features", "--epochs", "1", "--out", "run.npz")
    train(tmp_path, "--from", "run.npz", "--epochs", "2", "--eta", "4", "--out", "run.npz")
    about = nncore.load_about((tmp_path / "run.npz").read_bytes())
    assert (about["settings"]["eta"], about["eta_changes"]) == (1.0, [{"eta": 4.0, "step": 423}])


def test_weights_of_a_server_go_on_too(tmp_path: Path, client: Client) -> None:
    run = client.until_ended(client.create(**QUICK)["id"])
    weights = client.http.get(f"/runs/{run['id']}/weights", params={"epoch": 2}).content
    (tmp_path / "two.npz").write_bytes(weights)
    assert f"fingerprint {run['fingerprint']}" in train(tmp_path, "--from", "two.npz", "--epochs", "5")


def test_control_c_keeps_what_is_there(tmp_path: Path) -> None:
    settings = ["--preset", "two-features", "--epochs", "60", "--batch-size", "10"]
    command = [*CHALKNET, "train", *settings, "--out", "run.npz"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if line.startswith("epoch 1/"))
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
        assert process.returncode == 130
    assert told.endswith("saved run.npz\n")
    kept = nncore.load_about((tmp_path / "run.npz").read_bytes())
    assert 1 <= kept["epoch"] < 60
    assert f"fingerprint {kept['fingerprint']}\n" in told
    whole = train(tmp_path, *settings)
    assert train(tmp_path, "--from", "run.npz") == whole


def test_a_run_that_diverges_says_so_and_keeps_the_last_numbers(tmp_path: Path) -> None:
    settings = ["--preset", "two-features", "--eta", "3", "--batch-size", "10", "--l2", "0.9"]
    (line,) = [line for line in train(tmp_path, *settings, "--out", "run.npz", code=1) if "diverged" in line]
    step = int(line.removeprefix("diverged at step ").partition(":")[0])
    assert nncore.load_state((tmp_path / "run.npz").read_bytes()).step == step - 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--eta", "-1"], "eta: Input should be greater"),
        (["--shape", "784-x-10"], "shape.1"),
        (["--preset", "nonsense"], "preset"),
        (["--out", "nowhere/run.npz"], "there is no folder"),
        (["--from", "nothing.npz"], "has no run to go on with"),
        (["--from", "run.npz", "--seed", "2"], "--seed cannot change"),
        (["--from", "run.npz"], "has all its 1 epochs"),
    ],
)
def test_what_cannot_be_done_is_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    if arguments[:2] == ["--from", "run.npz"]:
        train(tmp_path, "--preset", "two-features", "--epochs", "1", "--out", "run.npz")
    (line,) = train(tmp_path, *arguments, code=1)
    assert line.startswith("chalknet: ")
    assert said in line


def test_a_target_that_a_servers_run_has_reached_is_not_reached_again(tmp_path: Path, client: Client) -> None:
    wanted = {"preset": "two-features", "target_accuracy": 0.9, "epochs": 20}
    run = client.until_ended(client.create(**wanted)["id"])
    assert run["status_reason"] == "TARGET"
    weights = client.http.get(f"/runs/{run['id']}/weights").content
    (tmp_path / "run.npz").write_bytes(weights)
    columns = client.http.get(f"/runs/{run['id']}/metrics").json()["columns"]
    told = nncore.load_about(weights)["history"]
    assert told == {name: columns[name] for name in told}
    more = run["epoch"] + 2
    lines = train(tmp_path, "--from", "run.npz", "--epochs", str(more))
    assert lines[0] == f"after epoch {more}"
