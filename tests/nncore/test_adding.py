"""docs/adding.md, step by step: a copy of nncore with all additions trains, and the settings know them."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r"^## Add an? (.+?)$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^(\d)\. (.+?)^ {3}```python\n(.*?)^ {3}```$", re.MULTILINE | re.DOTALL)

TRIAL = """
import sys
import numpy as np
import nncore
from nncore import *
from nncore.reference import ReferenceLearner
from nncore.rng import generator
from chalknet.lenses import source_lines
from chalknet.runs.config import RunConfig

assert nncore.__file__.startswith(sys.argv[1])
chosen = dict(activation="softplus", loss="smoothed", initialization="lecun", optimizer="nesterov")
chosen["dataset"] = "quarters"
properties = RunConfig.model_json_schema()["properties"]
assert all(name in properties[field]["enum"] for field, name in chosen.items() if field != "dataset")
config = RunConfig.model_validate(chosen)
assert config.shape == (4, 5, 2)
assert source_lines.lines("softplus", "smoothed")["slope"]["file"] == "nncore/activations.py"

data = DATASETS["quarters"].load()
names = {field: name for field, name in chosen.items() if field != "dataset"}
recipe = Recipe(shape=config.shape, batch_size=30, l2=0.01, dtype="float64", **names)
start, plan = initial_state(recipe), SlicePlan(recipe, 0.1, 500)
fast, report = train_slice(start, plan, data)
readable, _ = train_slice(start, plan, data, learner=ReferenceLearner)
for left, right in zip((fast.params, *fast.memory), (readable.params, *readable.memory), strict=True):
    for a, b in zip(left.arrays(), right.arrays(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)
assert report.epochs[0].test_accuracy > 0.9
single = Recipe(shape=config.shape, batch_size=30, **names)
assert [epoch.test_accuracy > 0.9 for epoch in fit(single, 0.1, 1, data)] == [True]

x, t = data.train.inputs[:20], np.eye(2)[data.train.labels[:20]]
places = [Place("w", 0, (j, k)) for j in range(5) for k in range(4)] + [Place("b", 1, (0,))]
slopes = numerical_gradient(fast.params, recipe, x, t, places)
gradient = gradients(fast.params, recipe, x, t)
expected = [*gradient.w[0].ravel(), gradient.b[1][0]]
np.testing.assert_allclose(slopes, expected, rtol=1e-5, atol=1e-9)
"""


def sections() -> dict[str, list[tuple[str, str]]]:
    """What is added, with the words and the code of each step."""
    text = (ROOT / "docs/adding.md").read_text()
    return {
        title: [(words, textwrap.dedent(code)) for _, words, code in STEP.findall(body)]
        for title, body in SECTION.findall(text)
    }


def take(steps: list[tuple[str, str]], copy: Path) -> None:
    """Do what the two steps say to the copy: write functions above a registry, and add an entry to it."""
    (where, functions), (_, entry) = steps
    file, registry = re.findall(r"`(nncore/\w+\.py)`, above `([A-Z]+)`", where)[0]
    path = copy / file
    text = path.read_text()
    head, tail = text.split(f"\n{registry}: ", 1)
    opening, rest = tail.split("{\n", 1)
    path.write_text(f"{head}\n{functions}\n\n{registry}: {opening}{{\n    {entry}{rest}")


def test_each_addition_takes_two_steps() -> None:
    assert {title: len(steps) for title, steps in sections().items()} == dict.fromkeys(
        ["activation", "loss", "initialization", "optimizer", "data set"], 2
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """nncore where it can be changed; the server's code is that of the checkout."""
    shutil.copytree(ROOT / "nncore", tmp_path / "nncore", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(code: str, copy: Path) -> str:
    """What the code prints, with the changed nncore in front of the installed one."""
    command = [sys.executable, "-c", code, str(copy)]
    # Without compiled files, which Python takes for current when a source is changed within a second.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=copy, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def test_all_additions_train_after_exactly_these_steps(copy: Path) -> None:
    for steps in sections().values():
        take(steps, copy)
    run(TRIAL, copy)


CHANGED = """
import sys
import numpy as np
import nncore
from nncore import *
from nncore.reference import ReferenceLearner

assert nncore.__file__.startswith(sys.argv[1])
data = load_two_features()
recipe = Recipe(shape=(2, 5, 2), batch_size=30, dtype="float64")
start, plan = initial_state(recipe), SlicePlan(recipe, 1.0, 100)
fast, readable = (train_slice(start, plan, data, *learner)[0].params for learner in ([], [ReferenceLearner]))
for a, b in zip(fast.arrays(), readable.arrays(), strict=True):
    np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)
print(fingerprint(fast))
"""


def test_changing_the_sigmoid_in_its_file_changes_the_training(copy: Path) -> None:
    """The first thing a student tries: another steepness, in both functions, and nothing else."""
    path = copy / "nncore/activations.py"
    text = path.read_text()
    changed = text.replace("0.5 * (np.tanh(0.5 * z) + 1.0)", "0.5 * (np.tanh(z) + 1.0)")
    changed = changed.replace("return v * (1.0 - v)", "return 2.0 * v * (1.0 - v)")
    assert changed != text
    fingerprints = []
    for source in (text, changed):
        path.write_text(source)
        fingerprints.append(run(CHANGED, copy))
    assert fingerprints[0] != fingerprints[1]
