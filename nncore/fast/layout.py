"""How inputs and parameters lie in memory for the kernel."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.network import Params

CACHE_LINE = 64  # bytes
HELD = 1e30  # the bias that holds a unit at 1: tanh of it is 1 in every precision


def zeros(shape: tuple[int, ...], dtype: str) -> Array:
    """Return zeros that begin at a cache line.

    Where NumPy puts an array is chance; products of arrays that begin elsewhere take up to 1.4 times as long.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(size + CACHE_LINE, np.uint8)
    start = -memory.ctypes.data % CACHE_LINE
    aligned: Array = memory[start : start + size].view(dtype).reshape(shape)
    return aligned


class Layout:
    """Where inputs, weights and biases lie.

    A row of the inputs is followed by a constant, for the biases, and by zeros up to `width`. Parameters lie
    in one flat array: layer l is a matrix [w b], one row per unit; hidden layers have one more row, the unit
    that is always 1.

    Args:
        shape: sizes of the layers.
        inputs: the samples' inputs; of bytes, which are pixels, 255 stands for 1.
    """

    def __init__(self, shape: tuple[int, ...], inputs: NDArray[Any]) -> None:
        self.shape = shape
        self.unit = 255.0 if inputs.dtype == np.uint8 else 1.0
        used = shape[0] + 1
        # Rows of many inputs begin at a cache line each; 16 float32 fill one.
        self.width = -(-used // 16) * 16 if used > 64 else used
        rows = (*(n + 1 for n in shape[1:-1]), shape[-1])
        widths = (self.width, *(n + 1 for n in shape[1:-1]))
        self.matrices_at = list(zip(rows, widths, strict=True))
        self.size = sum(r * c for r, c in self.matrices_at)

    def rows(self, count: int, dtype: str) -> Array:
        """Return rows for so many samples, (count, width), that hold their constant but no inputs yet."""
        x = zeros((count, self.width), dtype)
        x[:, self.shape[0]] = self.unit
        return x

    def matrices(self, flat: Array) -> list[Array]:
        """Return the views [w b], one per layer."""
        views, start = [], 0
        for rows, width in self.matrices_at:
            views.append(flat[start : start + rows * width].reshape(rows, width))
            start += rows * width
        return views

    def weights(self, flat: Array) -> list[Array]:
        """Return views of the weights, one per layer."""
        return [
            matrix[:n, :k]
            for matrix, n, k in zip(self.matrices(flat), self.shape[1:], self.shape, strict=False)
        ]

    def bias_columns(self, flat: Array) -> list[Array]:
        """Return views of all last columns that are used: biases, and what holds the additional unit."""
        return [matrix[:, k] for matrix, k in zip(self.matrices(flat), self.shape, strict=False)]

    def biases(self, flat: Array) -> list[Array]:
        """Return views of the biases, one per layer."""
        return [column[:n] for column, n in zip(self.bias_columns(flat), self.shape[1:], strict=True)]

    def parts(self, flat: Array) -> list[Array]:
        """Return views w[0], b[0], w[1], b[1], ..."""
        pairs = zip(self.weights(flat), self.biases(flat), strict=True)
        return [part for pair in pairs for part in pair]

    def pack(self, params: Params, *, hold: bool) -> Array:
        """Return the parameters as one flat array; with `hold` the additional units get their huge bias."""
        flat = zeros((self.size,), params.w[0].dtype.name)
        for part, source in zip(self.parts(flat), params.arrays(), strict=True):
            part[:] = source
        if hold:
            for column in self.bias_columns(flat)[:-1]:
                column[-1] = HELD
        return flat

    def unpack(self, flat: Array) -> Params:
        """Return a copy of what lies in the flat array."""
        return Params(tuple(w.copy() for w in self.weights(flat)), tuple(b.copy() for b in self.biases(flat)))
