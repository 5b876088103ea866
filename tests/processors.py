"""Run tests as other processors would: python -m tests.processors [tests and options for pytest]

A sum has another last bit where BLAS or NumPy add in another order, and training carries that on. No test may
depend on it. What this processor cannot run is skipped, and said.
"""

import os
import subprocess
import sys

from chalknet.processor import NUMPY_VARIABLE, Trial, try_kernels

# OpenBLAS chooses its kernels by the name of a processor; NumPy's own loops leave instructions out.
PROCESSORS = [
    {},
    {"OPENBLAS_CORETYPE": "Nehalem"},
    {"OPENBLAS_CORETYPE": "Sandybridge"},
    {"OPENBLAS_CORETYPE": "Haswell"},
    {"OPENBLAS_CORETYPE": "SkylakeX"},
    {"OPENBLAS_CORETYPE": "Zen"},
    {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL"},
]
# What trains, or asserts something about trained numbers.
TRAINING = [
    "nncore",
    "tests/nncore",
    "tests/app/engine",
    "tests/api/test_faults.py::test_divergence_is_named_and_the_last_finite_weights_are_kept",
    "tests/api/test_hints.py",
    "tests/api/test_lenses.py",
    "tests/static/test_network.py",
    "tests/test_learning.py",
]


def main(arguments: list[str]) -> int:
    """Every processor in turn; the number of those under which a test failed."""
    failed = 0
    seen: set[Trial] = set()
    for settings in PROCESSORS:
        name = " ".join(f"{key}={value}" for key, value in settings.items()) or "as it is"
        # With a variable more than none, both libraries compute, and so die here of what is lacking.
        trial = try_kernels({NUMPY_VARIABLE: "", **settings})
        if trial is None:
            print(f"{name}: skipped, cannot be run here")
        elif trial in seen:
            print(f"{name}: skipped, these are the kernels of {trial.cores[0]}, which were tried")
        else:
            seen.add(trial)
            print(f"{name}: kernels of {trial.cores[0]}", flush=True)
            tests = arguments if any(not one.startswith("-") for one in arguments) else TRAINING + arguments
            command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", *tests]
            failed += subprocess.run(command, env={**os.environ, **settings}).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
