"""Looks into a network: one sample on its way, all units of a layer at once, the plane of two inputs."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nncore.activations import ACTIVATIONS
from nncore.arrays import Array, Bytes
from nncore.backprop import deltas
from nncore.checks import check_integer, check_number
from nncore.datasets import Samples, check_fits, one_hot
from nncore.losses import LOSSES
from nncore.network import Params, Trace, check_inputs, forward, outputs
from nncore.recipe import Recipe

# A sigmoid unit counts as saturated outside 0.01 < sigma < 0.99, where sigma' is below 0.0099, which is this
# share of its largest value; the same share serves for the other activations.
SATURATED = 4 * 0.01 * 0.99


@dataclass(frozen=True)
class SampleView:
    """Everything that happens to one sample, forward and back. Arrays per layer, l from 0.

    Attributes:
        v: v[0] the inputs, v[l + 1] the activations of layer l, each (units,).
        z: weighted inputs (units,).
        delta: dL/dz (units,).
        gradient: delw[l] = delta[l] v[l]^T and delb[l] = delta[l], shaped like w[l] and b[l].
        loss: of this sample.
        prediction: the class of the largest output.
    """

    v: tuple[Array, ...]
    z: tuple[Array, ...]
    delta: tuple[Array, ...]
    gradient: Params
    loss: float
    prediction: int


class Histogram(NamedTuple):
    """counts[i] finite values lie from edges[i] to edges[i + 1]; so many values were infinite or NaN."""

    edges: Array
    counts: NDArray[np.int64]
    not_finite: int = 0


@dataclass(frozen=True)
class LayerStatistics:
    """A layer over some samples.

    Attributes:
        z, v, delta: histograms over all units and samples.
        w: histogram of the weights.
        unit_width: the width that z would have if all inputs of the layer were independent unit Gaussians,
            sqrt(fan_in) times the width of w: the lecture's estimate, 28 for 784 inputs.
        data_width: the width for the inputs as they are, sqrt(mean |v|^2 w^2 + b^2) with the mean squares of
            w and b: for MNIST and unit Gaussian weights about 9.4, because most pixels are dark.
        saturated: share of units and samples whose slope is below 4 % of its largest value; for the sigmoid
            that is outside 0.01 < v < 0.99. None for outputs like softmax, which have no slope each.
        mean_slope: mean sigma'(z), None likewise.
        gradient_size: root of the mean square of dL/dw.
    """

    z: Histogram
    v: Histogram
    delta: Histogram
    w: Histogram
    unit_width: float
    data_width: float
    saturated: float | None
    mean_slope: float | None
    gradient_size: float


def inspect_sample(params: Params, recipe: Recipe, x: NDArray[Any], label: int) -> SampleView:
    """Return what one sample does in the network.

    Args:
        params, recipe: the network.
        x: inputs (fan_in,), as the network sees them: pixels divided by 255.
        label: the right class, from 0 to classes - 1.

    Raises:
        ValueError: another number of inputs, NaN among them, or a label out of range.
    """
    check_integer("label", label, 0, recipe.shape[-1] - 1)
    trace = forward(params, recipe, check_inputs(np.atleast_2d(x), recipe.shape[0]))
    t = one_hot(np.array([label], np.uint8), recipe.shape[-1], recipe.numpy_dtype)
    delta = deltas(params, recipe, trace, t)
    delw = tuple(np.outer(d, v) for d, v in zip(delta, trace.v, strict=False))
    return SampleView(
        v=tuple(v[0] for v in trace.v),
        z=tuple(z[0] for z in trace.z),
        delta=tuple(d[0] for d in delta),
        gradient=Params(delw, tuple(d[0] for d in delta)),
        loss=float(LOSSES[recipe.loss].value(trace.z[-1], trace.v[-1], t)[0]),
        prediction=int(trace.v[-1][0].argmax()),
    )


def layer_statistics(
    params: Params, recipe: Recipe, samples: Samples, bins: int = 60
) -> tuple[LayerStatistics, ...]:
    """Return histograms, widths and saturation of every layer over the samples; a thousand are plenty.

    Raises:
        ValueError: bins out of range, or samples with another number of inputs.
    """
    check_integer("bins", bins, 1, 10_000)
    check_fits("samples", samples, recipe.shape[0], recipe.shape[-1])
    x = samples.rows(slice(None), recipe.numpy_dtype)
    t = one_hot(samples.labels, recipe.shape[-1], recipe.numpy_dtype)
    with np.errstate(all="ignore"):  # the network of a run that diverged may leave the range
        trace = forward(params, recipe, x)
        delta = deltas(params, recipe, trace, t)
        return tuple(_layer(params, recipe, trace, d, layer, bins) for layer, d in enumerate(delta))


def _layer(
    params: Params, recipe: Recipe, trace: Trace, delta: Array, layer: int, bins: int
) -> LayerStatistics:
    w, b, z = params.w[layer], params.b[layer], trace.z[layer]
    inputs, v = trace.v[layer], trace.v[layer + 1]
    width_w = float(np.sqrt(np.square(w).mean()))
    length = float(np.square(inputs).sum(axis=1).mean())
    slope = _relative_slope(recipe, layer, z, v)
    return LayerStatistics(
        z=histogram(z, bins),
        v=histogram(v, bins),
        delta=histogram(delta, bins),
        w=histogram(w, bins),
        unit_width=width_w * float(np.sqrt(w.shape[1])),
        data_width=float(np.sqrt(length * width_w**2 + np.square(b).mean())),
        saturated=None if slope is None else float((slope[0] < SATURATED * slope[1]).mean()),
        mean_slope=None if slope is None else float(slope[0].mean()),
        gradient_size=float(np.sqrt(np.square(delta.T @ inputs / len(inputs)).mean())),
    )


def _relative_slope(recipe: Recipe, layer: int, z: Array, v: Array) -> tuple[Array, float] | None:
    """Return the derivative of each unit and the largest value it can have; None for outputs like softmax."""
    function, derivative = ACTIVATIONS[recipe.activation][:2]
    if layer == len(recipe.shape) - 2:
        loss = LOSSES[recipe.loss]
        if loss.slope is None:
            return None
        function, derivative = loss.output, loss.slope
    grid = np.linspace(-10.0, 10.0, 2001)
    return derivative(z, v), float(derivative(grid, function(grid)).max())


def histogram(values: Array, bins: int) -> Histogram:
    """Return a histogram over the range of the finite values, whatever else is among them.

    Equal values, or values too close for so many bins, are given a range that is as wide as it must be.

    >>> histogram(np.array([1.0, 2.0, 4.0, np.inf]), 3)
    Histogram(edges=array([1., 2., 3., 4.]), counts=array([1, 1, 1]), not_finite=1)
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    missing = values.size - finite.size
    if not finite.size:
        return Histogram(np.linspace(0.0, 1.0, bins + 1), np.zeros(bins, np.int64), missing)
    smallest, largest = finite.min(), finite.max()
    # Differences of the largest numbers leave the range; those of their quarters do not.
    scale = 4.0 if np.abs(finite).max() > 1e300 else 1.0
    limit = np.finfo(np.float64).max / scale
    finite /= scale
    low, high = float(finite.min()), float(finite.max())
    # Numbers near the larger end are so far apart: each bin must hold some.
    least = 4.0 * bins * float(np.spacing(max(abs(low), abs(high))))
    if high - low < least or high == low:
        half = max(0.5, least)
        low, high = max(low - half, -limit), min(high + half, limit)
    counts, edges = np.histogram(finite, bins, (low, high))
    edges = edges * scale
    edges[0], edges[-1] = min(edges[0], smallest), max(edges[-1], largest)
    return Histogram(edges, counts.astype(np.int64), missing)


def confusion_matrix(predictions: Bytes, labels: Bytes, classes: int) -> NDArray[np.int64]:
    """Return how often each class (row) was taken for each class (column), shape (classes, classes).

    >>> confusion_matrix(np.array([0, 1, 1], np.uint8), np.array([0, 0, 1], np.uint8), 2).tolist()
    [[1, 1], [0, 1]]
    """
    check_integer("classes", classes, 1, 256)
    if predictions.shape != labels.shape or predictions.ndim != 1:
        raise ValueError(f"predictions has shape {predictions.shape}; allowed: {labels.shape}, as labels")
    for name, values in (("predictions", predictions), ("labels", labels)):
        if values.dtype.kind not in "iu" or (len(values) and not 0 <= values.min() <= values.max() < classes):
            raise ValueError(f"{name} has values outside the classes; allowed: 0 to {classes - 1}")
    pairs = labels.astype(np.int64) * classes + predictions
    return np.bincount(pairs, minlength=classes * classes).astype(np.int64).reshape(classes, classes)


def decision_grid(
    params: Params,
    recipe: Recipe,
    first: tuple[float, float],
    second: tuple[float, float],
    points: int = 100,
) -> Array:
    """Return the outputs over the plane of two inputs, shape (points, points, classes).

    Args:
        params, recipe: a network with two inputs.
        first: range of the first input, along the second axis of the result (left to right).
        second: range of the second input, along the first axis (bottom to top).
        points: per axis, 2 to 1000.

    Raises:
        ValueError: a network with another number of inputs, or a range that is empty or not finite.
    """
    check_integer("points", points, 2, 1000)
    if recipe.shape[0] != 2:
        raise ValueError(f"shape is {recipe.shape}; allowed: 2 inputs")
    for name, (low, high) in (("first", first), ("second", second)):
        check_number(name, low, -1e6, 1e6)
        check_number(name, high, low, 1e6, open_low=True)
    x, y = np.meshgrid(np.linspace(*first, points), np.linspace(*second, points))
    plane = np.stack([x.ravel(), y.ravel()], axis=1)
    return outputs(params, recipe, plane).reshape(points, points, -1)
