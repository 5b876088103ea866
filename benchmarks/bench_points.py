"""What the points within the first epochs cost: processor time of a run with them over one without.

Target: at most 1.03 for a lecture's run of five epochs or more. Both train in this process, slice by slice in
turn, so that a slow moment meets both; what is told is the median over the rounds. Nothing is written.

    python -m benchmarks.bench_points [--epochs 5] [--rounds 5]
"""

import argparse
import os
import statistics
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before NumPy is there

import nncore  # noqa: E402
from app.runs.points import measured_steps  # noqa: E402

SLICES_PER_EPOCH = 6
RUNS = {
    "784-30-10, batch 10": nncore.Recipe(shape=(784, 30, 10), batch_size=10),
    "784-100-10, batch 10": nncore.Recipe(shape=(784, 100, 10), batch_size=10),
    "784-30-10, 1,000 digits": nncore.Recipe(shape=(784, 30, 10), batch_size=10, train_size=1000),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    data = nncore.load_digits()
    for title, recipe in RUNS.items():
        ratios = [ratio(recipe, options.epochs, data) for _ in range(options.rounds)]
        print(
            f"{title}, {options.epochs} epochs: {statistics.median(ratios):.3f} "
            f"({min(ratios):.3f} to {max(ratios):.3f})",
            flush=True,
        )


def ratio(recipe: nncore.Recipe, epochs: int, data: nncore.Dataset) -> float:
    """Processor time with points, in that without; both end with the same parameters."""
    per_epoch = nncore.steps_per_epoch(recipe.train_size or len(data.train), recipe.batch_size)
    steps = -(-per_epoch // SLICES_PER_EPOCH)
    states = [nncore.initial_state(recipe)] * 2
    seconds = [0.0, 0.0]
    turn = 0
    while states[0].step < epochs * per_epoch:
        turn += 1
        count = min(steps, epochs * per_epoch - states[0].step)
        points = measured_steps(states[0].step, count, per_epoch, followed=False)
        for which in (0, 1) if turn % 2 else (1, 0):
            plan = nncore.SlicePlan(recipe, 3.0, count, points if which else ())
            started = time.process_time()
            states[which], _ = nncore.train_slice(states[which], plan, data)
            seconds[which] += time.process_time() - started
    prints = {nncore.fingerprint(state.params) for state in states}
    if len(prints) != 1:
        raise SystemExit("the points have changed the training")
    return seconds[1] / seconds[0]


if __name__ == "__main__":
    main()
