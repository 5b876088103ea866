"""The three matrix products of a layer as calls to BLAS: forward, backward, gradient.

All products write into an array that is there already. BLAS counts by columns, so a matrix whose rows lie one
after the other is handed over as its transpose: no copy is made as long as an array is contiguous either way.
"""

import numpy as np

from nncore.arrays import Array
from nncore.fast.blas import small_product
from nncore.fast.fortran import fblas
from nncore.forms import Call

SMALL_PRODUCT = small_product()
# With the left matrix transposed, a small product has at most so many results, each a sum at least so long.
SMALL_RESULT, SMALL_SUM = 1200, 32
LEAST_WIDTH, MOST_PARTS = 32, 8  # of a product that is cut: general code is faster than many narrow ones


def lies_in_columns(rows: int, units: int) -> bool:
    """Say whether a batch of so many rows is best kept with a sample per column in a hidden layer.

    BLAS copies both matrices into panels, broad ones of the left and narrow ones of the right: the small
    matrix, of the batch, belongs to the left.
    """
    return rows < units


def forward_product(alpha: float, w: Array, v: Array, u: Array) -> list[Call]:
    """u = alpha v w^T, for w (out, width), v (rows, width), u (rows, out)."""
    return _product(alpha, v, w.T, 0.0, u)


def backward_product(alpha: float, w: Array, d: Array, before: Array) -> list[Call]:
    """before = alpha d w, for w (out, width), d (rows, out), before (rows, width)."""
    return _product(alpha, d, w, 0.0, before)


def gradient_product(alpha: float, v: Array, d: Array, beta: float, out: Array) -> list[Call]:
    """out = beta out + alpha d^T v, for v (rows, width), d (rows, out), out (out, width)."""
    if d.flags.f_contiguous:
        return _product(alpha, d.T, v, beta, out)
    calls = []
    # By samples: each part reads and writes all of `out`.
    for part in _parts(len(v), SMALL_PRODUCT // out.size):
        calls += _product(alpha, d[part].T, v[part], 1.0 if part.start else beta, out)
    return calls


def _product(alpha: float, a: Array, b: Array, beta: float, c: Array) -> list[Call]:
    """c = beta c + alpha a b, for matrices that are contiguous by rows or by columns."""
    single = c.dtype == np.float32
    if len(c) == 1:
        matrix, transposed = _by_columns(b.T)
        gemv = fblas.sgemv if single else fblas.dgemv
        return [(gemv, (alpha, matrix, a[0], beta, c[0], 0, 1, 0, 1, transposed, 1))]
    if not c.flags.f_contiguous:
        a, b, c = b.T, a.T, c.T
    (left, left_transposed), (right, right_transposed) = _by_columns(a), _by_columns(b)
    gemm = fblas.sgemm if single else fblas.dgemm
    if right_transposed:  # a part of it would not be contiguous
        return [(gemm, (alpha, left, right, beta, c, left_transposed, 1, 1))]
    rows, terms = left.shape[::-1] if left_transposed else left.shape
    width = SMALL_PRODUCT // (rows * terms)
    if left_transposed:
        width = min(width, SMALL_RESULT // rows) if terms >= SMALL_SUM else 0
    return [
        (gemm, (alpha, left, right[:, part], beta, c[:, part], left_transposed, 0, 1))
        for part in _parts(c.shape[1], width)
    ]


def _by_columns(a: Array) -> tuple[Array, int]:
    """Return a matrix that lies by columns, and whether it is the transpose of what is meant."""
    return (a, 0) if a.flags.f_contiguous else (a.T, 1)


def _parts(length: int, width: int) -> list[slice]:
    """Cut into parts of at most this width, where BLAS has special code for the product that each makes."""
    if not LEAST_WIDTH <= width <= length <= MOST_PARTS * width:
        width = length
    return [slice(start, min(start + width, length)) for start in range(0, length, width)]
