"""The kernel's way from samples to outputs, for evaluating tens of thousands of them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from nncore.arrays import Array
from nncore.datasets import Samples
from nncore.fast.choice import execute
from nncore.fast.layout import Layout
from nncore.fast.program import Network
from nncore.network import Params
from nncore.recipe import Recipe

EVALUATED = 1000  # samples that are evaluated at a time
LANES = 16  # BLAS computes so many columns at a time; the rest of a matrix costs it almost as much
MOST_WIDER = 10  # a layer grows by at most one neuron in so many


def output_z(params: Params, recipe: Recipe, samples: Samples) -> Iterator[tuple[slice, Array]]:
    """Yield the outputs' weighted inputs z (rows, classes) of the samples, part after part.

    Each part is a slice of the samples; the array is used again for the next one.
    """
    params, recipe = _rounded(params, recipe)
    inputs = np.asarray(samples.inputs)
    layout = Layout(recipe.shape, inputs)
    network = Network(recipe, layout)
    x = layout.rows(min(EVALUATED, len(samples)), recipe.dtype)
    buffers = network.buffers(len(x))
    w = layout.matrices(layout.pack(params, hold=network.hold))
    program = network.forward(w, x, buffers)
    for start in range(0, len(inputs), len(x)):
        part = slice(start, min(start + len(x), len(inputs)))
        np.copyto(x[: part.stop - start, : recipe.shape[0]], inputs[part])
        execute(program)
        yield part, buffers.u[-1][: part.stop - start]


def _rounded(params: Params, recipe: Recipe) -> tuple[Params, Recipe]:
    """Add hidden neurons of which nobody takes notice, so that a layer with its 1 fills the lanes.

    All their weights are 0, those that lead on too: no sum changes.
    """
    more = [-(size + 1) % LANES for size in recipe.shape[1:-1]]
    more = [
        extra if extra * MOST_WIDER <= size else 0
        for extra, size in zip(more, recipe.shape[1:-1], strict=True)
    ]
    if not any(more):
        return params, recipe
    hidden = [size + extra for size, extra in zip(recipe.shape[1:-1], more, strict=True)]
    try:
        rounded = replace(recipe, shape=(recipe.shape[0], *hidden, recipe.shape[-1]))
    except ValueError:  # a recipe has bounds, and this one is near them
        return params, recipe
    added = list(zip([*more, 0], [0, *more], strict=True))  # neurons of the layer, and of the one before
    w = tuple(
        np.pad(one, ((0, rows), (0, columns))) for one, (rows, columns) in zip(params.w, added, strict=True)
    )
    b = tuple(np.pad(one, (0, rows)) for one, (rows, _) in zip(params.b, added, strict=True))
    return Params(w, b), rounded
