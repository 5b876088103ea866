"""What decides the bits of a slice besides the slice: versions, and the kernels chosen for the processor.

OpenBLAS and NumPy look at the processor when they are loaded: on another one they take other instructions, in
another order. Two machines that agree in all of this give the same bits.
"""

import platform
from collections.abc import Mapping
from functools import cache

from numpy.lib.introspect import opt_func_info
from threadpoolctl import threadpool_info

import nncore  # noqa: F401 - loads the libraries that are looked at

from ..version import versions


@cache
def kernels() -> dict[str, str]:
    """Name and value of each; a server and a worker compare theirs."""
    return {
        **versions(),
        "system": f"{platform.system()} {platform.machine()}",
        "BLAS": _blas(),
        "NumPy's instructions": _instructions(),
    }


def label(kernels: Mapping[str, str]) -> str:
    """What a run was computed with, in a line: the kernels, and the versions beside them."""
    cores = dict.fromkeys(part.rpartition(" ")[2] for part in kernels["BLAS"].split(" and "))
    instructions = kernels["NumPy's instructions"].split()
    # All of them: their names have no order, and machines that differ in one give other bits.
    chosen = " ".join(name for name in instructions if not name.startswith("baseline")) or "baseline"
    return f"{' and '.join(cores)}, NumPy {kernels['numpy']} {chosen}, SciPy {kernels['scipy']}"


def differences(server: Mapping[str, str], worker: Mapping[str, str]) -> str:
    """In words, what the worker has otherwise than the server; empty if nothing."""
    return ", ".join(
        f"{name} {worker.get(name)} where the server has {value}"
        for name, value in server.items()
        if worker.get(name) != value
    )


def _blas() -> str:
    """Library, version and kernels of each that is loaded: SciPy brings one, NumPy another."""
    found = (
        " ".join(str(library.get(key, "")) for key in ("internal_api", "version", "architecture"))
        for library in threadpool_info()
        if library["user_api"] == "blas"
    )
    return " and ".join(sorted(found)) or "unknown"


def _instructions() -> str:
    """The instruction sets that any of NumPy's functions was dispatched to."""
    chosen = {
        kind["current"] for kinds in opt_func_info().values() for kind in kinds.values() if kind["current"]
    }
    return " ".join(sorted(chosen))
