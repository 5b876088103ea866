"""Which of OpenBLAS's kernels this process and its children compute with: chosen before NumPy is loaded.

OpenBLAS knows processors by name, and takes an older kind's kernels for one it has not heard of: a third of
the speed. What a processor can do stands in its flags. Whether the system lets it is tried in a child, which
may die of it.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "OPENBLAS_CORETYPE"  # OpenBLAS reads it when it is loaded
NUMPY_VARIABLE = "NPY_DISABLE_CPU_FEATURES"  # NumPy does
CPUINFO = Path("/proc/cpuinfo")
TRIAL_SECONDS = 30.0
REPRODUCIBLE = "Haswell"


@dataclass(frozen=True, slots=True)
class Kind:
    """Kernels of OpenBLAS, what a processor must have for them, and which others are as good."""

    core_type: str
    flags: frozenset[str]
    as_good: frozenset[str]


_AVX2 = frozenset({"avx2", "fma"})
_AVX512 = _AVX2 | {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}
KINDS = (  # the best first
    Kind("SkylakeX", _AVX512, frozenset({"SkylakeX", "Cooperlake", "SapphireRapids"})),
    Kind("Haswell", _AVX2, frozenset({"SkylakeX", "Cooperlake", "SapphireRapids", "Haswell", "Zen"})),
)

# Loads both libraries, those of NumPy's and SciPy's wheels, and says which kernels they take: a third of the
# time that NumPy and SciPy would need to start. Elsewhere no library is found, and all is left as it is.
_QUESTION = """
import ctypes, json
from importlib.util import find_spec
from pathlib import Path
from threadpoolctl import threadpool_info
for name in ("numpy", "scipy"):
    for path in Path(find_spec(name).origin).parent.parent.glob(name + ".libs/*openblas*"):
        ctypes.CDLL(str(path))
print(json.dumps([[one.get("architecture", "") for one in threadpool_info()], []]))
"""
# Computes with both, and says what they are: kernels, and NumPy's own instructions.
_TRIAL = """
import json, numpy as np
from scipy.linalg.blas import sgemm, dgemm
from threadpoolctl import threadpool_info
for dtype, gemm in ((np.float32, sgemm), (np.float64, dgemm)):
    a = np.linspace(0, 1, 90000, dtype=dtype).reshape(300, 300)
    assert np.allclose(a @ a, gemm(1, a, a)) and np.isfinite(np.tanh(np.exp(a))).all()
cores = [one.get("architecture", "") for one in threadpool_info() if one["user_api"] == "blas"]
print(json.dumps([cores, np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])]))
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a process with some environment found: each library's kernels, and NumPy's instruction sets."""

    cores: tuple[str, ...]
    instructions: tuple[str, ...]


class NotReproducible(Exception):
    """This machine lacks the kernels for which the same bits are promised."""


def choose_kernels(*, reproducible: bool = False) -> dict[str, str]:
    """Set, for this process and its children, what makes OpenBLAS use what the processor has.

    Call it before anything imports NumPy, or nncore. What the user has set in OPENBLAS_CORETYPE stays.
    `reproducible`: kernels that every x86-64 processor of the last ten years has, whatever is set; with the
    same versions, training then ends in the same bits on all of them. NotReproducible where that cannot be.

    Returns:
        The variables that were set; none if all was left as it is.
    """
    if "numpy" in sys.modules:
        raise RuntimeError("NumPy is loaded: its kernels can no longer be chosen")
    if reproducible:
        setting = _reproducible(try_kernels)
    elif os.environ.get(VARIABLE):
        return {}
    else:
        setting = better_kernels(processor_flags(), try_kernels)
    os.environ.update(setting)
    return setting


def processor_flags(cpuinfo: Path = CPUINFO) -> frozenset[str]:
    """What the system says the processor can do; nothing where it is not an x86-64 or does not say."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return frozenset()
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return frozenset()
    line = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(line.partition(":")[2].split())


def better_kernels(
    flags: Collection[str], attempt: Callable[[dict[str, str]], Trial | None]
) -> dict[str, str]:
    """The environment in which OpenBLAS uses what the processor has, if it does not by itself.

    `attempt` runs both libraries in such an environment, and returns None where that is a process's death.
    """
    kind = next((kind for kind in KINDS if kind.flags <= set(flags)), None)
    if kind is None:
        return {}
    found = attempt({})
    if found is None or not found.cores or kind.as_good.issuperset(found.cores):
        return {}
    setting = {VARIABLE: kind.core_type}
    tried = attempt(setting)
    return setting if tried is not None and kind.as_good.issuperset(tried.cores) else {}


def _reproducible(attempt: Callable[[dict[str, str]], Trial | None]) -> dict[str, str]:
    """The environment of kernels that all machines have, and of no newer instructions in NumPy."""
    setting = {VARIABLE: REPRODUCIBLE, NUMPY_VARIABLE: ""}
    tried = attempt(setting)
    if tried is None or set(tried.cores) != {REPRODUCIBLE}:
        raise NotReproducible(
            f"--reproducible takes OpenBLAS's kernels for {REPRODUCIBLE}; here it has "
            f"{' and '.join(tried.cores) or 'no OpenBLAS' if tried else 'a processor without AVX2'}."
        )
    return {**setting, NUMPY_VARIABLE: ",".join(_newer(tried.instructions))}


def _newer(instructions: Sequence[str]) -> list[str]:
    """Those of NumPy's names for instruction sets that not every processor with AVX2 has."""
    return [name for name in instructions if name.startswith("AVX512") or name == "X86_V4"]


def try_kernels(setting: dict[str, str]) -> Trial | None:
    """What both libraries are in a child with this environment; with one that would be set, they compute."""
    environment = {**os.environ, **setting}
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", _TRIAL if setting else _QUESTION],
            env=environment,
            capture_output=True,
            timeout=TRIAL_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode != 0:
        return None
    # The last line: whatever else runs at a Python's start may say something before.
    cores, instructions = json.loads(done.stdout.splitlines()[-1])
    return Trial(tuple(cores), tuple(instructions))
