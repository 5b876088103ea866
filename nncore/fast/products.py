"""The three matrix products of a layer as calls to BLAS: forward, backward, gradient.

All products write into an array that is there already. BLAS counts by columns, so a matrix whose rows lie one
after the other is handed over as its transpose: no copy is made as long as an array is contiguous either way.
How a product is cut, and which way a layer's arrays lie, depends on the kernels in use: nncore.fast.blas.
"""

import numpy as np
from scipy.linalg.blas import dgemm, dgemv, sgemm, sgemv

from nncore.arrays import Array
from nncore.fast.blas import arrangement
from nncore.forms import Call

ARRANGEMENT = arrangement()
# With the left matrix transposed, a small product has at most so many results, each a sum at least so long.
SMALL_RESULT, SMALL_SUM = 1200, 32


def lies_in_columns(rows: int, units: int) -> bool:
    """Say whether a batch of so many rows is best kept with a sample per column in a hidden layer."""
    return ARRANGEMENT.columns and rows < units


def forward_product(alpha: float, w: Array, v: Array, u: Array) -> list[Call]:
    """u = alpha v w^T, for w (out, width), v (rows, width), u (rows, out)."""
    out, width = w.shape
    limit = min(SMALL_RESULT // out, ARRANGEMENT.small // (out * width)) if width >= SMALL_SUM else 0
    return [_product(alpha, v[part], w.T, 0.0, u[part]) for part in _parts(len(v), limit, least=4)]


def backward_product(alpha: float, w: Array, d: Array, before: Array) -> list[Call]:
    """before = alpha d w, for w (out, width), d (rows, out), before (rows, width)."""
    limit = ARRANGEMENT.small // w.size
    return [_product(alpha, d[part], w, 0.0, before[part]) for part in _parts(len(d), limit, least=4)]


def gradient_product(alpha: float, v: Array, d: Array, beta: float, out: Array) -> list[Call]:
    """out = beta out + alpha d^T v, for v (rows, width), d (rows, out), out (out, width)."""
    # Each part reads and writes all of `out`, which pays only if it sums over many rows.
    parts = _parts(len(v), ARRANGEMENT.small // out.size, least=20)
    return [_product(alpha, d[part].T, v[part], 1.0 if part.start else beta, out) for part in parts]


def _product(alpha: float, a: Array, b: Array, beta: float, c: Array) -> Call:
    """c = beta c + alpha a b, for matrices that are contiguous by rows or by columns."""
    single = c.dtype == np.float32
    if len(c) == 1 and ARRANGEMENT.columns:
        matrix, transposed = _by_columns(b.T)
        return (sgemv if single else dgemv, (alpha, matrix, a[0], beta, c[0], 0, 1, 0, 1, transposed, 1))
    if not c.flags.f_contiguous:
        a, b, c = b.T, a.T, c.T
    (left, left_transposed), (right, right_transposed) = _by_columns(a), _by_columns(b)
    return (
        sgemm if single else dgemm,
        (alpha, left, right, beta, c, left_transposed, right_transposed, 1),
    )


def _by_columns(a: Array) -> tuple[Array, int]:
    """Return a matrix that lies by columns, and whether it is the transpose of what is meant."""
    return (a, 0) if a.flags.f_contiguous else (a.T, 1)


def _parts(rows: int, limit: int, least: int) -> list[slice]:
    """Cut into parts of at most `limit` rows; do not cut if that would be fewer than `least`."""
    width = limit if limit >= least else rows
    return [slice(start, min(start + width, rows)) for start in range(0, rows, width)]
