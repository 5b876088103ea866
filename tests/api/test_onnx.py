"""A network as an ONNX model: another program comes to the same outputs."""

import json
from typing import Any

import numpy as np
import onnxruntime
import pytest

import nncore
from tests.classroom import Client

NETWORKS: dict[str, dict[str, Any]] = {
    "the lecture's": {},
    "softmax after relu": {"shape": [2, 7, 6, 2], "loss": "cross-entropy", "activation": "relu", "eta": 0.3},
    "sigmoids after tanh": {"loss": "sigmoid-cross-entropy", "activation": "tanh", "eta": 0.3},
}


@pytest.mark.parametrize("settings", NETWORKS.values(), ids=NETWORKS)
def test_onnxruntime_comes_to_the_same_outputs(client: Client, settings: dict[str, Any]) -> None:
    run = client.until_ended(client.create(preset="two-features", **settings, epochs=2)["id"])
    answer = client.http.get(f"/runs/{run['id']}/onnx").raise_for_status()
    assert answer.headers["content-disposition"].endswith(f'{run["id"]}.onnx"')
    session = onnxruntime.InferenceSession(answer.content, providers=["CPUExecutionProvider"])
    told = json.loads(session.get_modelmeta().custom_metadata_map["about"])
    assert told["shape"] == run["config"]["shape"]
    x = nncore.load_two_features().test.inputs[:50].astype(np.float32)
    params = nncore.load_params(client.http.get(f"/runs/{run['id']}/weights").content)
    recipe = nncore.Recipe(
        **{name: run["config"][name] for name in ("shape", "batch_size", "activation", "loss")}
    )
    (outputs,) = session.run(["outputs"], {"x": x})
    np.testing.assert_allclose(outputs, nncore.outputs(params, recipe, x), atol=1e-6)
