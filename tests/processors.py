"""Run tests as other processors would: python -m tests.processors [tests and options for pytest]

A sum has another last bit where BLAS or NumPy add in another order, and training carries that on. No test may
depend on it. What this processor cannot run is skipped, and said.
"""

import os
import subprocess
import sys

# OpenBLAS chooses its kernels by the name of a processor; NumPy's own loops leave instructions out.
PROCESSORS = [
    {},
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
# Prints whose kernels OpenBLAS takes, and dies where the processor lacks an instruction.
PROBE = """
import glob, ctypes, numpy as np
a = np.random.default_rng(1).random((300, 300), np.float32)
assert np.isfinite(np.exp(a @ a / 300)).all()
for path in glob.glob(np.__path__[0] + "/../numpy.libs/*openblas*"):
    name = ctypes.CDLL(path).scipy_openblas_get_corename64_
    name.restype = ctypes.c_char_p
    print(name().decode().strip())
"""


def main(arguments: list[str]) -> int:
    """Every processor in turn; the number of those under which a test failed."""
    failed = 0
    seen: set[str] = set()
    for settings in PROCESSORS:
        name = " ".join(f"{key}={value}" for key, value in settings.items()) or "as it is"
        environment = {**os.environ, **settings}
        probe = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROBE], env=environment, capture_output=True, text=True
        )
        # Where OpenBLAS has no kernels of a processor's own, it takes another's.
        kernels = probe.stdout.strip() + settings.get("NPY_DISABLE_CPU_FEATURES", "")
        if probe.returncode != 0:
            print(f"{name}: skipped, cannot be run here ({probe.returncode}): {probe.stderr.strip()[-200:]}")
        elif kernels in seen:
            print(f"{name}: skipped, these are the kernels of {probe.stdout.strip()}, which were tried")
        else:
            seen.add(kernels)
            print(f"{name}: kernels of {probe.stdout.strip()}", flush=True)
            tests = arguments if any(not one.startswith("-") for one in arguments) else TRAINING + arguments
            command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", *tests]
            failed += subprocess.run(command, env=environment).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
