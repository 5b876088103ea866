"""The examples run as they stand, on a small training sample."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
EXAMPLES = ["two_features", "full_digits", "overfitting", "initialization"]


def run(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "examples" / f"{name}.py"), "--train-size", "500", *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_prints_the_lines_of_the_lecture(name):
    done = run(name, "--epochs", "2")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("Initialization", "Best"))]
    assert [line for line in lines if line.startswith("Epoch")][:2] == ["Epoch: 1/2", "Epoch: 2/2"]
    assert lines[-4] == "Performance (training)"
    assert lines[-2] == "Performance (testing)"
    assert lines[-1].startswith("Loss: 0.")


def test_a_training_that_diverges_is_told_in_a_sentence(tmp_path):
    script = tmp_path / "wild.py"
    script.write_text(
        "from lines import told\n"
        "from nncore import Recipe, load_two_features\n"
        "recipe = Recipe(shape=(2, 5, 2), batch_size=30, l2=1.0)\n"
        "*_, last = told(recipe, 1000.0, 2, load_two_features())\n"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "examples")])
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("training diverged in epoch 1, step ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_saves_its_picture_or_says_what_is_missing(name, tmp_path):
    picture = tmp_path / "picture.png"
    done = run(name, "--epochs", "1", "--picture", str(picture))
    if find_spec("matplotlib"):
        assert done.returncode == 0, done.stderr
        assert picture.stat().st_size > 5000
    else:
        assert done.returncode == 1
        assert "pip install matplotlib" in done.stderr


def test_the_experiment_of_two_features_reproduces():
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "two_features.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout.rsplit("Acc: ", 1)[1]) >= 0.992
