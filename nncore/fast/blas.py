"""Which kernels BLAS computes with, and what they are good at.

BLAS is a family: OpenBLAS alone has code for thirty kinds of processor, and one call costs three times as
much with the wrong one. What matters is what the library *uses*, which need not be what the processor has: it
is asked, not guessed.
"""

import ctypes
from functools import cache

from nncore.fast.fortran import fblas

CORE_NAME = ("scipy_openblas_get_corename", "openblas_get_corename")
"""What the function is called that names the kernels: in the wheels of SciPy, and in OpenBLAS itself."""

WITH_SMALL_PRODUCTS = {"SkylakeX", "Cooperlake", "SapphireRapids"}
"""Kernels with special code for small products, which reads both matrices where they lie."""

MULTIPLICATIONS = 10**6
"""Of a product that still goes to that code (docs/decisions/0014)."""


@cache
def core_name() -> str:
    """Return the kernels' name as OpenBLAS gives it ("Haswell", "SkylakeX", "neoversen1"), or "unknown"."""
    try:
        library = ctypes.CDLL(fblas.__file__)  # a symbol is looked for in what it links, too
    except OSError:
        return "unknown"
    for symbol in CORE_NAME:
        function = getattr(library, symbol, None)
        if function is not None:
            function.restype = ctypes.c_char_p
            return str(function().decode().strip())
    return "unknown"


def small_product() -> int:
    """Return up to how many multiplications a product is small for the kernels in use; 0: none is."""
    return MULTIPLICATIONS if core_name() in WITH_SMALL_PRODUCTS else 0
