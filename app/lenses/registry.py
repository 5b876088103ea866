"""All lenses. To add one: a file in this folder, and a line here (docs/lenses.md)."""

from . import (
    confusion,
    confusion_samples,
    gradient_check,
    gradient_price,
    hints,
    layers,
    onnx_model,
    params,
    plane,
    predictions,
    sample,
    stubborn,
    weights,
)
from .lens import Lens

LENSES: tuple[Lens, ...] = (
    params.LENS,
    weights.LENS,
    onnx_model.LENS,
    predictions.LENS,
    layers.LENS,
    sample.LENS,
    gradient_check.LENS,
    gradient_price.LENS,
    confusion.LENS,
    confusion_samples.LENS,
    stubborn.LENS,
    plane.LENS,
    hints.LENS,
)
