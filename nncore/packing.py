"""Inputs and parameters laid out for the kernel: inputs once per data set, parameters once per slice."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.network import Params

ALIGNMENT = 16  # 16 float32 are 64 bytes, a cache line: rows of pixels begin at one
HELD = 1e30  # the bias that holds a unit at 1: tanh of it is 1 in every precision


@dataclass(frozen=True)
class Packed:
    """Inputs with a constant column for the first layer's biases, and without pixels that are never lit.

    Attributes:
        rows: (n, width); a row holds the inputs named in `columns`, then the constant, then zeros.
        columns: the inputs that are kept, in order.
        unit: what stands for 1: 255 for pixels, 1 for other inputs. The constant column holds it.
    """

    rows: NDArray[Any]
    columns: NDArray[np.int64]
    unit: float

    def first(self, count: int) -> "Packed":
        """Return the first `count` rows, sharing memory."""
        return Packed(self.rows[:count], self.columns, self.unit)


def pack(inputs: NDArray[Any]) -> Packed:
    """Return inputs (n, features) laid out for the kernel.

    A pixel that is 0 in all samples adds nothing to any z, and the gradient of its weights is 0: leaving it
    out changes nothing. MNIST has 67 of them among the training samples.

    >>> packed = pack(np.array([[0, 7, 0], [0, 9, 3]], np.uint8))
    >>> packed.columns.tolist(), packed.rows[:, :4].tolist()
    ([1, 2], [[7, 0, 255, 0], [9, 3, 255, 0]])
    """
    pixels = inputs.dtype == np.uint8
    unit = unit_of(inputs)
    columns = np.flatnonzero(inputs.any(axis=0)) if pixels else np.arange(inputs.shape[1])
    used = len(columns) + 1
    rows = np.zeros((len(inputs), -(-used // ALIGNMENT) * ALIGNMENT if pixels else used), inputs.dtype)
    rows[:, : used - 1] = inputs[:, columns]
    rows[:, used - 1] = unit
    return Packed(rows, columns.astype(np.int64), unit)


def unit_of(inputs: NDArray[Any]) -> float:
    """Return what stands for 1 among such inputs: bytes are pixels."""
    return 255.0 if inputs.dtype == np.uint8 else 1.0


class Layout:
    """Where weights and biases lie in one flat array.

    Layer l is a matrix [w b], one row per unit; hidden layers have one more row, the unit that is always 1.
    At the end lie the idle weights, those of the inputs that were left out.
    """

    def __init__(self, shape: tuple[int, ...], packed: Packed) -> None:
        self.shape = shape
        self.columns = packed.columns
        self.unit = packed.unit
        self.idle = np.setdiff1d(np.arange(shape[0]), packed.columns)
        self.inputs = (len(packed.columns), *shape[1:-1])  # number of inputs of each layer that are used
        rows = (*(n + 1 for n in shape[1:-1]), shape[-1])
        widths = (packed.rows.shape[1], *(n + 1 for n in shape[1:-1]))
        self.matrices_at = list(zip(rows, widths, strict=True))
        self.size = sum(r * c for r, c in self.matrices_at) + shape[1] * len(self.idle)

    def matrices(self, flat: Array) -> list[Array]:
        """Return the views [w b], one per layer."""
        views, start = [], 0
        for rows, width in self.matrices_at:
            views.append(flat[start : start + rows * width].reshape(rows, width))
            start += rows * width
        return views

    def weights(self, flat: Array) -> list[Array]:
        """Return views of all weights that l2 shrinks: of each layer, then the idle ones."""
        used = [
            matrix[:n, :k]
            for matrix, n, k in zip(self.matrices(flat), self.shape[1:], self.inputs, strict=True)
        ]
        return [*used, self.idle_weights(flat)]

    def idle_weights(self, flat: Array) -> Array:
        """Return the view of the weights of inputs that were left out."""
        return flat[self.size - self.shape[1] * len(self.idle) :].reshape(self.shape[1], len(self.idle))

    def bias_columns(self, flat: Array) -> list[Array]:
        """Return views of all last columns that are used: biases, and what holds the additional unit."""
        return [matrix[:, k] for matrix, k in zip(self.matrices(flat), self.inputs, strict=True)]

    def biases(self, flat: Array) -> list[Array]:
        """Return views of the biases, one per layer."""
        return [column[:n] for column, n in zip(self.bias_columns(flat), self.shape[1:], strict=True)]

    def pack(self, params: Params, *, hold: bool) -> Array:
        """Return the parameters as one flat array; with `hold` the additional units get their huge bias."""
        flat: Array = np.zeros(self.size, params.w[0].dtype)
        sources = (params.w[0][:, self.columns], *params.w[1:], params.w[0][:, self.idle])
        for view, source in zip(self.weights(flat), sources, strict=True):
            view[:] = source
        for view, source in zip(self.biases(flat), params.b, strict=True):
            view[:] = source
        if hold:
            for matrix, k in zip(self.matrices(flat)[:-1], self.inputs, strict=False):
                matrix[-1, k] = HELD
        return flat

    def unpack(self, flat: Array) -> Params:
        """Return a copy of what lies in the flat array."""
        first, *others, idle = self.weights(flat)
        w = np.empty((self.shape[1], self.shape[0]), flat.dtype)
        w[:, self.columns], w[:, self.idle] = first, idle
        return Params((w, *(v.copy() for v in others)), tuple(b.copy() for b in self.biases(flat)))
