"""All units of a layer at once, over many samples: histograms, widths and saturation."""

from dataclasses import fields
from typing import Any

import numpy as np
from pydantic import BaseModel, Field

import nncore

from ..runs.config import RunConfig
from .lens import MAX_WORK, AtEpoch, Lens, Real, Subject, affordable, weights


class Query(AtEpoch):
    samples: int = Field(1000, ge=1, le=10_000)
    bins: int = Field(60, ge=1, le=500)


class HistogramView(BaseModel):
    """counts[i] finite values lie from edges[i] to edges[i + 1]."""

    edges: list[float]
    counts: list[int]
    not_finite: int = Field(description="How many values were infinite or not a number.")


class LayerView(BaseModel):
    """A layer over some test samples."""

    z: HistogramView
    v: HistogramView
    delta: HistogramView
    w: HistogramView
    unit_width: Real = Field(description="Of z, if all inputs were independent unit Gaussians.")
    data_width: Real = Field(description="Of z, for inputs as they are: sqrt(mean |v|^2 w^2 + b^2).")
    saturated: Real = Field(description="Share of neurons and samples outside 0.01 < sigma < 0.99.")
    mean_slope: Real = Field(description="Mean sigma'(z).")
    gradient_size: Real = Field(description="Root of the mean square of dL/dw.")


class Layers(BaseModel):
    samples: int = Field(description="How many were looked at: fewer than asked for, for a large network.")
    layers: list[LayerView]


def compute(subject: Subject, question: Query) -> dict[str, Any]:
    """Histograms of w, z, v and delta, widths, saturation and gradient of each layer over test samples."""
    count = min(len(subject.test), affordable(subject.params.shape, 1, question.samples))
    found = nncore.layer_statistics(subject.params, subject.recipe, subject.test.first(count), question.bins)
    return {"samples": count, "layers": [_plain(layer) for layer in found]}


def work(config: RunConfig, question: Query) -> int:
    return min(MAX_WORK, weights(config.shape) * question.samples)


def _plain(layer: nncore.LayerStatistics) -> dict[str, Any]:
    """The same with lists in the place of arrays."""
    plain: dict[str, Any] = {}
    for field in fields(layer):
        value = getattr(layer, field.name)
        is_number = value is None or isinstance(value, float)
        plain[field.name] = value if is_number else {n: _list(v) for n, v in value._asdict().items()}
    return plain


def _list(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


LENS = Lens(path="layers", query=Query, answer=Layers, compute=compute, work=work)
