"""Speed of training beside other libraries: `make bench`.

Targets for 784-30-10, batch 10, float32, one thread, medians: PyTorch eager autograd takes at least 9 times
nncore's time, PyTorch by hand 3.2, JAX 1.5 (0.8 without AVX-512 kernels), the lecture's loop per sample 25;
nncore takes at most 1.4 times the bare BLAS products; evaluating 70,000 samples at most 0.6 epochs; each
other choice of a recipe at most 1.5 times the lecture's.

The peers are installed into .venv-bench. Everything runs in one process on one core, turn by turn, so that
a slow moment of the machine meets all alike; times are processor time, so that other programs count less.
OpenBLAS's kernels are those that the product chooses, which the table names; --every adds the others that
this processor can run. The only file written is benchmarks/kernels/<processor>.md.
"""

import argparse
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
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
    parser.add_argument("--inside", type=Path, metavar="REPORT", help=argparse.SUPPRESS)
    parser.add_argument(
        "--every", action="store_true", help="under every kernels that this processor can run"
    )
    parser.add_argument("--rounds", type=int, default=7, help="turns of each peer on the lecture's network")
    parser.add_argument("--quick", action="store_true", help="the lecture's network alone, nothing written")
    arguments = parser.parse_args()
    if arguments.inside:
        arguments.inside.write_text(measure(arguments.rounds, arguments.quick))
        return
    python, choices = install(), kernels(every=arguments.every)
    parts = [measured(python, choice, sys.argv[1:]) for choice in choices]
    if not arguments.quick:
        path = ROOT / "benchmarks" / "kernels" / f"{slug(machine())}.md"
        path.write_text("\n".join([head(), *parts]))
        print(f"written to {path.relative_to(ROOT)}")


def kernels(*, every: bool) -> list[dict[str, str]]:
    """The variables of each measurement: what the product chooses, and the others."""
    from chalknet.processor import KINDS, VARIABLE, choose_kernels, try_kernels

    chosen = choose_kernels()
    choices = [chosen]
    seen = {trial.cores for trial in [try_kernels(chosen)] if trial}
    for kind in KINDS if every else ():
        setting = {VARIABLE: kind.core_type}
        trial = try_kernels(setting)
        if trial and trial.cores not in seen:
            seen.add(trial.cores)
            choices.append(setting)
    return choices


def measured(python: Path, setting: dict[str, str], arguments: list[str]) -> str:
    """The tables under these kernels, from a process of their own."""
    with tempfile.NamedTemporaryFile() as file:
        command = [str(python), __file__, "--inside", file.name, *arguments]
        environment = {**os.environ, **ONE_THREAD, **setting}
        if subprocess.run(command, env=environment, check=False).returncode:
            sys.exit(1)
        report = Path(file.name).read_text()
    print(report)
    return report


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def head() -> str:
    return f"""# Speed of training on {machine()}

By `make bench`, on one core. Milliseconds of processor time per epoch of 60,000 samples, without evaluation;
all peers in one process with one thread, turn by turn. Ratios are medians over nncore's median: above 1
nncore is faster. All peers but scikit-learn were checked to make the same updates: "difference" is the
largest of any weight from float64 after 10 batches.
"""


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

    parts = [tables.head(versions()), tables.lecture(interleave, rounds)]
    if not quick:
        parts += [tables.choices(interleave, rounds), tables.other_shapes(interleave)]
    return "\n\n".join(parts) + "\n"


def versions() -> str:
    names = ["numpy", "scipy", "torch", "jax", "scikit-learn", "numba"]
    python = f"Python {sys.version.split()[0]}, "
    return python + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    avx = "with" if any("avx512f" in line for line in lines) else "without"
    return f"{model}, {avx} AVX-512"


if __name__ == "__main__":
    main()
