"""Speed of training beside other libraries: `make bench`.

Targets for 784-30-10, batch 10, float32, one thread, medians: PyTorch eager autograd takes at least 9 times
nncore's time, PyTorch by hand 3.2, JAX 1.3, the lecture's loop per sample 25; nncore takes at most 1.6 times
the bare BLAS products; evaluating 70,000 samples at most 0.6 epochs; each other choice of a recipe at most
1.5 times the lecture's.

The peers are installed into .venv-bench. Everything runs in one process on one core, turn by turn, so that
a slow moment of the machine meets all alike; times are processor time, so that other programs count less. The
only file written is benchmarks/<date>-kernel.md.
"""

import argparse
import datetime
import importlib.metadata
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-bench"
PEERS = ["torch==2.13.0", "jax", "scikit-learn", "numba"]
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "JAX_PLATFORMS": "cpu",
    "PYTHONPATH": str(ROOT),
}


def install() -> Path:
    """Make .venv-bench unless it is there; return its Python."""
    python = VENV / "bin" / "python"
    done = VENV / "installed"
    wanted = "\n".join(PEERS)
    if not done.exists() or done.read_text() != wanted:
        host = getattr(sys, "_base_executable", sys.executable)  # Debian's own Python has the pip
        subprocess.run([host, "-m", "venv", "--without-pip", str(VENV)], check=True)
        pip = [
            host,
            "-m",
            "pip",
            "--python",
            str(python),
            "--disable-pip-version-check",
            "install",
            "--quiet",
        ]
        constraints = ["--constraint", str(ROOT / "constraints.txt")]
        subprocess.run([*pip, *constraints, "numpy", "scipy", *PEERS], check=True)
        done.write_text(wanted)
    return python


def main() -> None:
    parser = argparse.ArgumentParser(description="Time nncore and its peers.")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=7, help="turns of each peer on the lecture's network")
    parser.add_argument("--quick", action="store_true", help="the lecture's network alone, nothing written")
    arguments = parser.parse_args()
    if not arguments.inside:
        command = [str(install()), __file__, "--inside", *sys.argv[1:]]
        sys.exit(subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=False).returncode)
    report = measure(arguments.rounds, arguments.quick)
    print(report)
    if not arguments.quick:
        path = ROOT / "benchmarks" / f"{datetime.date.today().isoformat()}-kernel.md"
        path.write_text(report)
        print(f"written to {path.relative_to(ROOT)}")


Job = tuple[str, Callable[[], None], float]  # name, what to run, how many of it make one epoch


def interleave(jobs: list[Job], rounds: int) -> dict[str, list[float]]:
    """Run all jobs once per round, after a first round that is not counted; return seconds per epoch."""
    times: dict[str, list[float]] = {name: [] for name, _, _ in jobs}
    for turn in range(rounds + 1):
        for name, run, factor in jobs:
            start = time.process_time()
            run()
            if turn:
                times[name].append((time.process_time() - start) * factor)
    return times


def measure(rounds: int, quick: bool) -> str:
    """Return the results page."""
    import torch

    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    torch.set_num_threads(1)
    import tables

    parts = [tables.head(machine(), versions()), tables.lecture(interleave, rounds)]
    if not quick:
        parts += [tables.choices(interleave, rounds), tables.other_shapes(interleave)]
    return "\n\n".join(parts) + "\n"


def versions() -> str:
    names = ["numpy", "scipy", "torch", "jax", "scikit-learn", "numba"]
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    avx = "with" if any("avx512f" in line for line in lines) else "without"
    return f"one core of {model}, {avx} AVX-512, Python {sys.version.split()[0]}"


if __name__ == "__main__":
    main()
