"""The page's network against nncore: the same outputs, widths and saturation for the same parameters."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from chalknet.lenses import params as params_lens
from chalknet.lenses.lens import AtEpoch, Subject

import nncore
from nncore.network import initial_params
from tests.node import NODE

SCRIPT = Path(__file__).with_name("forward.mjs")
RECIPES = [
    nncore.Recipe(shape=(784, 30, 10), batch_size=10),
    nncore.Recipe(shape=(784, 30, 10), batch_size=10, initialization="scaled"),
    nncore.Recipe(shape=(784, 20, 15, 10), batch_size=10, activation="tanh", initialization="glorot"),
    nncore.Recipe(
        shape=(784, 25, 10), batch_size=10, activation="relu", initialization="he", loss="cross-entropy"
    ),
    nncore.Recipe(shape=(784, 12, 10), batch_size=10, initialization="zeros", loss="sigmoid-cross-entropy"),
]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"{recipe.activation}-{recipe.initialization}")
def test_the_page_computes_what_nncore_does(recipe: nncore.Recipe, tmp_path: Path) -> None:
    params = initial_params(recipe)
    samples = nncore.load_digits().test.first(300)
    x = samples.rows(slice(None), recipe.numpy_dtype)
    subject = Subject(params, recipe, samples, epoch=3, completed=3)
    (tmp_path / "params").write_bytes(params_lens.compute(subject, AtEpoch(epoch=3)))
    (tmp_path / "inputs").write_bytes(x.astype("<f4").tobytes())
    command = [NODE, str(SCRIPT), str(tmp_path / "params"), str(tmp_path / "inputs")]
    shown = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    assert shown["epoch"] == 3
    expected = nncore.outputs(params, recipe, x)
    assert np.abs(np.array(shown["outputs"]).reshape(expected.shape) - expected).max() < 2e-5
    statistics = nncore.layer_statistics(params, recipe, samples)
    for layer, ours, theirs in zip(range(99), shown["layers"], statistics, strict=False):
        assert ours["width"] == pytest.approx(nncore.forward(params, recipe, x).z[layer].std(), rel=1e-4)
        assert ours["unitWidth"] == pytest.approx(theirs.unit_width, rel=1e-4)
        assert ours["dataWidth"] == pytest.approx(theirs.data_width, rel=1e-4)
        if theirs.saturated is None:
            assert ours["saturated"] is ours["meanSlope"] is None
            continue
        assert ours["saturated"] == pytest.approx(theirs.saturated, abs=1e-3)
        assert ours["meanSlope"] == pytest.approx(theirs.mean_slope, rel=1e-3)
