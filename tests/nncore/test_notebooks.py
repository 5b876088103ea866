"""The notebooks run from top to bottom, with a training that is cut short."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
SHORT = {"nielsen": ["SEEDS=(1,2)", "MOST_EPOCHS=1", "MOST_IMAGES=20"]}
OF_FEATURES = ["EPOCHS=2"]
OF_DIGITS = ["EPOCHS=1", "IMAGES=200"]
PRINTED = {
    "first-network": "test: ",
    "1-two-features": "test: loss ",
    "2-full-digits": "test: loss ",
    "3-overfitting": "best on the test sample: ",
    "4-structure": "784-30-30-10  24,790 weights",
    "5-initialization": "scaled: z is ",
    "6-learning-rate": "batches of 100, eta 30: ",
    "nielsen": "| 5 | 784-30-30-10, scaled | cross-entropy | 0.1 | 5 |",
}


def test_there_are_the_experiments_of_the_lecture_and_two_more() -> None:
    assert {notebook.stem for notebook in NOTEBOOKS} == PRINTED.keys()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_it_runs(notebook: Path, tmp_path: Path) -> None:
    name = notebook.stem
    short = SHORT.get(name, OF_FEATURES if name in ("first-network", "1-two-features") else OF_DIGITS)
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "run_notebook.py"), str(notebook), *short],
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert PRINTED[name] in done.stdout


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_it_is_kept_without_what_a_run_has_left(notebook: Path) -> None:
    told = json.loads(notebook.read_text())
    assert (told["nbformat"], told["metadata"]["kernelspec"]["name"]) == (4, "python3")
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", ()) for cell in code) == 1
