"""Looks into a network: one sample on its way, which classes are confused, the plane of two inputs."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.arrays import Array
from nncore.backprop import deltas
from nncore.checks import check_array, check_integer, check_number
from nncore.datasets import one_hot
from nncore.losses import LOSSES
from nncore.network import Params, check_inputs, forward, outputs
from nncore.recipe import Recipe


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

    v: tuple[Array, ...] = field(repr=False)
    z: tuple[Array, ...] = field(repr=False)
    delta: tuple[Array, ...] = field(repr=False)
    gradient: Params
    loss: float
    prediction: int


def inspect_sample(params: Params, recipe: Recipe, x: ArrayLike, label: int) -> SampleView:
    """Return what one sample does in the network.

    Args:
        params, recipe: the network.
        x: inputs (fan_in,), as the network sees them: pixels divided by 255.
        label: the right class, from 0 to classes - 1.

    Raises:
        ValueError: another number of inputs, NaN among them, or a label out of range.
    """
    label = check_integer("label", label, 0, recipe.shape[-1] - 1)
    trace = forward(params, recipe, check_inputs(np.atleast_2d(check_array("x", x)), recipe.shape[0]))
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


def confusion_matrix(predictions: ArrayLike, labels: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Return how often each class (row) was taken for each class (column), shape (classes, classes).

    >>> confusion_matrix([0, 1, 1], [0, 0, 1], 2).tolist()
    [[1, 1], [0, 1]]
    """
    classes = check_integer("classes", classes, 1, 256)
    predictions, labels = check_array("predictions", predictions), check_array("labels", labels)
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
