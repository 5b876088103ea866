"""Whether a variable set by hand trains faster than what the product chooses: all of OpenBLAS's core types.

    python benchmarks/bench_cores.py [--rounds 7]

Trains each network for a moment in a process of its own under each core type, turn by turn, and prints the
shortest time of a batch (processor time, one thread) and its ratio to the chosen kernels' (target: no ratio
below 0.97). A core type that this processor cannot run, or for which OpenBLAS takes other kernels, is named.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from chalknet.processor import choose_kernels

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "OPENBLAS_CORETYPE"
CORES = [
    "Prescott",
    "Core2",
    "Nehalem",
    "Barcelona",
    "Bulldozer",
    "Piledriver",
    "Steamroller",
    "Excavator",
    "Sandybridge",
    "Haswell",
    "Zen",
    "SkylakeX",
    "Cooperlake",
    "SapphireRapids",
]
NETWORKS = [((784, 30, 10), 10), ((784, 100, 10), 10), ((784, 300, 100, 10), 10), ((784, 100, 10), 1000)]
CHILD = """
import json, sys, time
from nncore.fast.blas import core_name
from nncore import Recipe, SlicePlan, initial_state, load_digits, train_slice
data, times = load_digits(), []
for shape, batch in json.loads(sys.argv[1]):
    recipe = Recipe(shape=tuple(shape), batch_size=batch)
    weights = sum(a * b for a, b in zip(shape, shape[1:]))
    # About 20 ms, and within an epoch: nothing is evaluated.
    steps = min(max(2, int(1e9 / (6 * weights * batch))), 60_000 // batch - 1)
    state, best = initial_state(recipe), 9e9
    for _ in range(6):
        start = time.process_time()
        train_slice(state, SlicePlan(recipe, 0.5, steps), data)
        best = min(best, (time.process_time() - start) / steps)
    times.append(best * 1e6)
print(json.dumps([core_name(), times]))
"""


def measure(variables: dict[str, str]) -> tuple[str, list[float]] | None:
    """The kernels that are used, and microseconds for a batch of each network; None if it dies."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(NETWORKS)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return None
    name, times = json.loads(done.stdout)
    return str(name), list(map(float, times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    os.environ.pop(VARIABLE, None)
    chosen = choose_kernels(reproducible=False)
    wanted = {"chosen": chosen, **{core: {VARIABLE: core} for core in CORES}}
    best: dict[str, list[float]] = {}
    for _ in range(arguments.rounds):
        for name, variables in list(wanted.items()):
            measured = measure(variables)
            used = measured and measured[0].lower()
            if measured is None or name.lower() not in ("chosen", used):
                print(
                    f"{name}: {'cannot be run here' if measured is None else 'OpenBLAS takes ' + measured[0]}"
                )
                del wanted[name]
                continue
            best[name] = list(map(min, best.get(name, measured[1]), measured[1]))
    titles = ["-".join(map(str, shape)) + f" b{batch}" for shape, batch in NETWORKS]
    print(f"\n{'us, ratio to chosen':20}" + "".join(f"{title:>26}" for title in titles))
    for name, times in best.items():
        cells = (
            f"{time:15.1f} {time / usual:10.2f}" for time, usual in zip(times, best["chosen"], strict=True)
        )
        print(f"{name:20}" + "".join(cells))


if __name__ == "__main__":
    main()
