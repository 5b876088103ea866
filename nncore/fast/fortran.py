"""SciPy's wrappers of BLAS, and nothing else of SciPy.

`scipy.linalg.blas` brings two hundred modules that nobody here calls: 0.1 s and 13 MB in each process. The
wrappers are one compiled file. Where it has another name the whole package is imported.
"""

import importlib
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

import scipy  # it says where it lies, and makes Windows find the library that the wrappers need

WRAPPERS = "scipy.linalg._fblas"


def load_wrappers() -> ModuleType:
    """Return the module with the functions of `scipy.linalg.blas`: sgemm, dgemm and all others."""
    spec = PathFinder.find_spec(WRAPPERS, [str(Path(scipy.__file__).parent / "linalg")])
    if WRAPPERS in sys.modules or spec is None or spec.loader is None:
        return importlib.import_module(WRAPPERS)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fblas = load_wrappers()
