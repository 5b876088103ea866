"""Which kernels BLAS computes with, and what they are good at.

BLAS is a family: OpenBLAS alone has code for thirty kinds of processor, and one call costs three times as
much with the wrong one. What matters is what the library *uses*, which need not be what the processor has: it
is asked, not guessed.
"""

import ctypes
from dataclasses import dataclass
from functools import cache

from scipy.linalg import _fblas

CORE_NAME = ("scipy_openblas_get_corename", "openblas_get_corename")
"""What the function is called that names the kernels: in the wheels of SciPy, and in OpenBLAS itself."""


@dataclass(frozen=True)
class Arrangement:
    """How the products of a layer are handed over. Each gives the same sums, up to rounding.

    Attributes:
        small: up to so many multiplications there is special code for small products; larger ones are cut
            into such; 0 where there is none.
        columns: a batch of fewer samples than a layer has units lies with a sample per column, and a single
            sample is a vector.
    """

    small: int
    columns: bool


SMALL_PRODUCTS = Arrangement(small=10**6, columns=False)
"""For kernels with special code for small products, which reads both matrices where they lie."""

GENERAL = Arrangement(small=0, columns=True)
"""For all others. They copy both matrices into panels first, of 8 or 16 rows of the one and 4 columns of the
other: the copying is most of the work where one matrix is small, and costs least if that is the one of the
broad panels (docs/decisions/0047)."""

WITH_SMALL_PRODUCTS = {"SkylakeX", "Cooperlake", "SapphireRapids"}


@cache
def core_name() -> str:
    """Return the kernels' name as OpenBLAS gives it ("Haswell", "SkylakeX", "neoversen1"), or "unknown"."""
    try:
        library = ctypes.CDLL(_fblas.__file__)  # a symbol is looked for in what it links, too
    except OSError:
        return "unknown"
    for symbol in CORE_NAME:
        function = getattr(library, symbol, None)
        if function is not None:
            function.restype = ctypes.c_char_p
            return str(function().decode().strip())
    return "unknown"


def arrangement() -> Arrangement:
    """Return the arrangement for the kernels in use."""
    return SMALL_PRODUCTS if core_name() in WITH_SMALL_PRODUCTS else GENERAL
