"""The network as an ONNX model, for programs that are not written in Python. Needs the package onnx."""

import json

from ..errors import Conflict
from ..version import VERSION
from .lens import AtEpoch, Lens, Subject

# ONNX's names for what a layer makes of its weighted sums.
ACTIVATIONS = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu"}
OUTPUTS = {"quadratic": "Sigmoid", "cross-entropy": "Softmax", "sigmoid-cross-entropy": "Sigmoid"}
OPSET, IR_VERSION = 13, 8  # of 2021: what is in use reads it


def compute(subject: Subject, question: AtEpoch) -> bytes:
    """The network as an ONNX model: `x` (samples, inputs) float32, pixels divided by 255, gives `outputs`
    (samples, classes). A server without the package onnx answers 409, `onnx-missing`."""
    try:
        from onnx import TensorProto, checker, helper, numpy_helper
    except ImportError:
        text = (
            "This server cannot write ONNX: pip install 'chalknet[onnx]' where it runs, and start it again."
        )
        raise Conflict(text, code="onnx-missing") from None
    params, recipe = subject.params, subject.recipe
    if recipe.activation not in ACTIVATIONS or recipe.loss not in OUTPUTS:
        raise Conflict("ONNX has no words for this activation or loss.", code="not-in-onnx")
    nodes, arrays, v = [], [], "x"
    for layer, (w, b) in enumerate(zip(params.w, params.b, strict=True)):
        is_last = layer == len(params.w) - 1
        arrays += [numpy_helper.from_array(w, f"w{layer}"), numpy_helper.from_array(b, f"b{layer}")]
        nodes.append(helper.make_node("Gemm", [v, f"w{layer}", f"b{layer}"], [f"z{layer}"], transB=1))
        function = OUTPUTS[recipe.loss] if is_last else ACTIVATIONS[recipe.activation]
        v = "outputs" if is_last else f"v{layer + 1}"
        nodes.append(helper.make_node(function, [f"z{layer}"], [v]))
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["samples", size])
        for name, size in (("x", params.shape[0]), ("outputs", params.shape[-1]))
    ]
    graph = helper.make_graph(nodes, "network", ends[:1], ends[1:], arrays)
    model = helper.make_model(
        graph,
        producer_name="chalknet",
        producer_version=VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    about = {
        "epoch": subject.epoch,
        "shape": params.shape,
        "activation": recipe.activation,
        "loss": recipe.loss,
    }
    helper.set_model_props(model, {"about": json.dumps(about)})
    checker.check_model(model)
    return bytes(model.SerializeToString())


LENS = Lens(
    path="onnx",
    query=AtEpoch,
    answer=None,
    compute=compute,
    media_type="application/octet-stream",
    suffix="onnx",
)
