"""The kernel's way from samples to outputs, for evaluating tens of thousands of them."""

from collections.abc import Iterator

import numpy as np

from nncore.arrays import Array
from nncore.datasets import Samples
from nncore.fast.choice import execute
from nncore.fast.layout import Layout
from nncore.fast.program import Network
from nncore.network import Params
from nncore.recipe import Recipe

EVALUATED = 500  # samples that are evaluated at a time


def output_z(params: Params, recipe: Recipe, samples: Samples) -> Iterator[tuple[slice, Array]]:
    """Yield the outputs' weighted inputs z (rows, classes) of the samples, part after part.

    Each part is a slice of the samples; the array is used again for the next one.
    """
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
