"""The three matrix products of a layer as calls to BLAS: forward, backward, gradient.

BLAS counts by columns, NumPy by rows, so each matrix is handed over as its transpose: no copy is made as
long as the NumPy array is contiguous. All products write into an array that is there already.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.linalg.blas import dgemm, sgemm

from nncore.arrays import Array
from nncore.forms import Call


def has_small_products() -> bool:
    """Say whether OpenBLAS has code for small products here: it has where NumPy found AVX-512."""
    found = np.lib.introspect.opt_func_info(func_name="^tanh$", signature="float32")
    targets = [signature["current"] for function in found.values() for signature in function.values()]
    return any("AVX512" in target or "V4" in target for target in targets)


# Up to so many multiplications OpenBLAS uses the code for small products; 0 where there is none.
SMALL = 10**6 if has_small_products() else 0
# With the left matrix transposed, the result may have so many elements, and sums must be so long.
SMALL_RESULT, SMALL_SUM = 1200, 32


def forward_product(alpha: float, w: Array, v: Array, u: Array) -> list[Call]:
    """u = alpha v w^T, for w (out, width), v (rows, width), u (rows, out)."""
    out, width = w.shape
    limit = min(SMALL_RESULT // out, SMALL // (out * width)) if width >= SMALL_SUM else 0
    return [
        (_gemm(w), (alpha, w.T, v[part].T, 0.0, u[part].T, 1, 0, 1))
        for part in _parts(len(v), limit, least=4)
    ]


def backward_product(alpha: float, w: Array, d: Array, before: Array) -> list[Call]:
    """before = alpha d w, for w (out, width), d (rows, out), before (rows, width)."""
    limit = SMALL // w.size
    return [
        (_gemm(w), (alpha, w.T, d[part].T, 0.0, before[part].T, 0, 0, 1))
        for part in _parts(len(d), limit, least=4)
    ]


def gradient_product(alpha: float, v: Array, d: Array, beta: float, out: Array) -> list[Call]:
    """out = beta out + alpha d^T v, for v (rows, width), d (rows, out), out (out, width)."""
    # Each part reads and writes all of `out`, which pays only if it sums over many rows.
    parts = _parts(len(v), SMALL // out.size, least=20)
    return [
        (_gemm(out), (alpha, v[part].T, d[part].T, 1.0 if part.start else beta, out.T, 0, 1, 1))
        for part in parts
    ]


def _gemm(a: Array) -> Callable[..., Any]:
    gemm: Callable[..., Any] = sgemm if a.dtype == np.float32 else dgemm
    return gemm


def _parts(rows: int, limit: int, least: int) -> list[slice]:
    """Cut into parts of at most `limit` rows; do not cut if that would be fewer than `least`."""
    width = limit if limit >= least else rows
    return [slice(start, min(start + width, rows)) for start in range(0, rows, width)]
