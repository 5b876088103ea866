"""Statistics of a network's layers over some samples: histograms, widths, saturation."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nncore.activations import ACTIVATIONS
from nncore.arrays import Array
from nncore.backprop import deltas
from nncore.checks import check_integer
from nncore.datasets import Samples, check_fits, one_hot
from nncore.losses import LOSSES
from nncore.network import Params, Trace, forward
from nncore.recipe import Recipe

# A sigmoid unit counts as saturated outside 0.01 < sigma < 0.99, where sigma' is below 0.0099, which is this
# share of its largest value; the same share serves for the other activations.
SATURATED = 4 * 0.01 * 0.99


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

    z: Histogram = field(repr=False)
    v: Histogram = field(repr=False)
    delta: Histogram = field(repr=False)
    w: Histogram = field(repr=False)
    unit_width: float
    data_width: float
    saturated: float | None
    mean_slope: float | None
    gradient_size: float


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
