"""The tables of bench_kernel.py: what is compared with what, and how it is printed."""

import datetime
from collections.abc import Callable
from itertools import pairwise
from statistics import median

import numpy as np
import peers
from peers import Peer, Problem

from nncore import Recipe, evaluate, initial_state, load_digits, load_two_features
from nncore.fast.blas import core_name
from nncore.fast.kernel import KernelLearner

# name in the table, peer, share of an epoch that is timed
LECTURE = [
    ("nncore", peers.nncore_kernel, 1.0),
    ("the same BLAS products and nothing else", peers.bare_products, 1.0),
    ("numba, np.dot", peers.numba_dot, 1.0),
    ("JAX, one jitted scan", peers.jax_scan, 1.0),
    ("PyTorch, by hand, out=", peers.torch_by_hand, 0.5),
    ("NumPy, vectorised, float64", peers.numpy_float64, 0.5),
    ("scikit-learn, another loss", peers.scikit_learn, 0.2),
    ("PyTorch, lean autograd", peers.torch_autograd, 0.2),
    ("PyTorch, modules and optim", peers.torch_modules, 0.2),
    ("the lecture's loop, per sample, float64", peers.per_sample, 0.05),
]
SHORT = [
    ("nncore", peers.nncore_kernel),
    ("BLAS", peers.bare_products),
    ("torch autograd", peers.torch_autograd),
    ("torch by hand", peers.torch_by_hand),
    ("JAX", peers.jax_scan),
    ("numba", peers.numba_dot),
]
SHAPES = [
    *(((784, 30, 10), m) for m in (1, 10, 100, 1000)),
    *(((784, 100, 10), m) for m in (1, 10, 30, 100, 1000)),
    *(((784, 300, 100, 10), m) for m in (1, 10, 30, 100, 1000)),
]
# What makes a peer faster, where it is.
WHY = {
    "torch by hand": "whose kernels beat OpenBLAS there",
    "JAX": "whose products beat OpenBLAS's on wide layers, of which nncore's time consists (see BLAS)",
    "numba": "whose compiled loop calls nothing from Python; nncore's 13 calls are most of a tiny batch",
}
# A choice of the recipe, against the lecture's.
CHOICES = [
    {},
    {"activation": "tanh"},
    {"activation": "relu"},
    {"loss": "cross-entropy"},
    {"optimizer": "momentum"},
    {"l2": 1e-5},
    {"initialization": "he"},
    {"activation": "relu", "loss": "cross-entropy"},
    {"optimizer": "momentum", "l2": 1e-5},
]

Interleave = Callable[..., dict[str, list[float]]]


def head(versions: str) -> str:
    today = datetime.date.today().isoformat()
    return f"# OpenBLAS's kernels for {core_name()}\n\n{today}; {versions}."


def lecture(interleave: Interleave, rounds: int) -> str:
    """784-30-10, batch 10: every peer, and the evaluation of all samples."""
    problem = Problem((784, 30, 10), 10, 3.0, load_digits())
    built = {name: peer(problem) for name, peer, _ in LECTURE}
    differences = verify(problem, built)
    order = np.random.default_rng(1).permutation(60_000)
    jobs = []
    for name, _, share in LECTURE:
        run, _ = built[name]
        part = order[: int(60_000 * share)]
        jobs.append((name, lambda run=run, part=part: run(part), 1.0 / share))
    recipe = problem.recipe
    params = initial_state(recipe).params

    def evaluate_all() -> None:
        evaluate(params, recipe, problem.data.train)
        evaluate(params, recipe, problem.data.test)

    evaluation = "evaluating 70,000 samples (not an epoch)"
    times = interleave([*jobs, (evaluation, evaluate_all, 1.0)], rounds)
    base = times["nncore"]
    lines = [
        "## 784-30-10, batch 10, float32",
        f"{rounds} turns each.",
        "",
        "| | median | min | max | ratio of medians | ratio of minima | difference |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, values in times.items():
        numbers = [1e3 * f(values) for f in (median, min, max)]
        lines.append(
            f"| {name} | {numbers[0]:.0f} | {numbers[1]:.0f} | {numbers[2]:.0f} "
            f"| {median(values) / median(base):.2f} | {min(values) / min(base):.2f} "
            f"| {differences.get(name, '')} |"
        )
    bare = times[LECTURE[1][0]]
    lines += ["", f"nncore over the bare products: {median(base) / median(bare):.2f} (median), "]
    lines[-1] += f"{min(base) / min(bare):.2f} (minimum)."
    return "\n".join(lines)


def verify(problem: Problem, built: dict[str, Peer]) -> dict[str, str]:
    """Train all on the same 10 batches; return how far the weights are from the float64 ones."""
    order = np.random.default_rng(2).permutation(len(problem.data.train))[: 10 * problem.batch_size]
    run, weights = peers.numpy_float64(problem)
    run(order)
    expected = weights()
    differences = {}
    for name, (run, weights) in built.items():
        if weights() is None:
            continue
        run(order)
        largest = max(abs(a - b).max() for a, b in zip(expected, weights(), strict=True))
        if largest > 1e-3:
            raise SystemExit(f"{name} does not make the same updates: weights differ by {largest:.1e}")
        differences[name] = f"{largest:.0e}"
    return differences


def choices(interleave: Interleave, rounds: int) -> str:
    """The other choices of a recipe, by the kernel."""
    data = load_digits()
    order = np.random.default_rng(1).permutation(60_000)
    jobs = []
    for choice in CHOICES:
        recipe = Recipe(**{"shape": (784, 30, 10), "batch_size": 10, **choice})
        state = initial_state(recipe)
        learner = KernelLearner(recipe, state.params, state.memory, data.train)
        eta = 3.0 if not choice else 0.1
        name = ", ".join(f"{key} {value}" for key, value in choice.items()) or "the lecture's"
        jobs.append((name, lambda learner=learner, eta=eta: learner.run(order[:30_000], eta), 2.0))
    times = interleave(jobs, rounds)
    base = median(times["the lecture's"])
    lines = ["## Other choices, 784-30-10, batch 10", "| | median | min | ratio |", "|---|---|---|---|"]
    for name, values in times.items():
        numbers = f"{1e3 * median(values):.0f} | {1e3 * min(values):.0f}"
        lines.append(f"| {name} | {numbers} | {median(values) / base:.2f} |")
    return "\n".join(lines)


def other_shapes(interleave: Interleave) -> str:
    """Other networks: milliseconds of nncore, then ratios, then where a peer is faster."""
    lines = [
        "## Other networks: nncore's time, and ratios of medians to it",
        "| network, batch | nncore, ms | " + " | ".join(name for name, _ in SHORT[1:]) + " |",
        "|---" * (len(SHORT) + 1) + "|",
    ]
    wins: dict[str, list[str]] = {}
    digits = load_digits()
    problems = [Problem((2, 5, 2), 30, 1.0, load_two_features())]
    problems += [Problem(shape, m, 0.5, digits) for shape, m in SHAPES]
    for problem in problems:
        times = interleave(short_jobs(problem), 5)
        base = median(times["nncore"])
        ratios = {name: median(times[name]) / base for name, _ in SHORT[1:]}
        name = f"{'-'.join(map(str, problem.shape))}, {problem.batch_size}"
        lines.append(f"| {name} | {1e3 * base:.1f} | {' | '.join(f'{r:.2f}' for r in ratios.values())} |")
        print(lines[-1], flush=True)
        for peer, reason in WHY.items():
            if ratios[peer] < 0.995:
                wins.setdefault(f"{peer}, {reason}", []).append(f"{name} ({ratios[peer]:.2f})")
    lines += ["", "Where a peer is faster, and why:", ""]
    lines += [f"- {peer}: {'; '.join(places)}" for peer, places in wins.items()] or ["- nowhere"]
    return "\n".join(lines)


def short_jobs(problem: Problem) -> list[tuple[str, Callable[[], None], float]]:
    """Return one job per peer, each of about a tenth of a second for the fastest, whole batches only."""
    built = {name: peer(problem) for name, peer in SHORT}
    verify(problem, built)
    size = len(problem.data.train)
    weights = sum(a * b for a, b in pairwise(problem.shape))
    fitting = int(1e9 / (weights + 60_000 / problem.batch_size))
    samples = min(size, max(2000, problem.batch_size, fitting)) // problem.batch_size * problem.batch_size
    order = np.random.default_rng(1).permutation(size)[:samples]
    return [(name, lambda run=run: run(order), size / samples) for name, (run, _) in built.items()]
