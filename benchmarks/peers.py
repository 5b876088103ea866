"""The same training, written for each library in its own best way; bench_kernel.py times them.

Each peer is a function of a Problem that returns `run` and `weights`: run(order) makes one update per batch
of the samples listed in order; weights() returns w[0], b[0], w[1], ... as NumPy arrays, (fan_out, fan_in) and
(fan_out,), to prove that all do the same sums, or None where there is nothing to compare.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nncore import Dataset, Recipe, initial_state
from nncore.fast.choice import execute
from nncore.fast.kernel import CHUNK, KernelLearner
from nncore.fast.products import dgemm, dgemv, sgemm, sgemv
from nncore.neurons import neurons

Peer = tuple[Callable[[np.ndarray], None], Callable[[], list[np.ndarray] | None]]


@dataclass(frozen=True)
class Problem:
    """A network, its data and how to train it."""

    shape: tuple[int, ...]
    batch_size: int
    eta: float
    data: Dataset

    @property
    def recipe(self) -> Recipe:
        # Scaled weights: with standard ones, wide layers saturate and some peers would gain from it.
        return Recipe(shape=self.shape, batch_size=self.batch_size, initialization="scaled")

    def start(self, dtype: str = "float32") -> list[np.ndarray]:
        """Return w[0], b[0], w[1], ... to begin with."""
        return [a.astype(dtype) for a in initial_state(self.recipe).params.arrays()]

    def inputs(self, dtype: str = "float32") -> np.ndarray:
        return self.data.train.rows(slice(None), np.dtype(dtype))

    def targets(self, dtype: str = "float32") -> np.ndarray:
        return np.eye(self.shape[-1], dtype=dtype)[self.data.train.labels]

    def batches(self, order: np.ndarray) -> list[np.ndarray]:
        return [order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size)]


def nncore_kernel(problem: Problem) -> Peer:
    state = initial_state(problem.recipe)
    learner = KernelLearner(problem.recipe, state.params, state.memory, problem.data.train)
    return lambda order: learner.run(order, problem.eta), lambda: list(learner.params().arrays())


def bare_products(problem: Problem) -> Peer:
    """The kernel's calls to BLAS and nothing else: no gathering, no activation, no delta."""
    state = initial_state(problem.recipe)
    learner = KernelLearner(problem.recipe, state.params, state.memory, problem.data.train)
    m = problem.batch_size
    learner.run(np.arange(m), 1e-9)
    rows = min(m, CHUNK)
    count = CHUNK // rows
    program = learner._program(rows, count, m, begin=True, end=m <= CHUNK)
    products = [call for call in program if call[0] in (sgemm, dgemm, sgemv, dgemv)]

    def run(order: np.ndarray) -> None:
        for _ in range(len(order) // (rows * count)):
            execute(products)

    return run, lambda: None


def numpy_float64(problem: Problem) -> Peer:
    """Vectorised over the batch, as one writes it first: clear, float64, new arrays at each line."""
    x, t, p = problem.inputs("float64"), problem.targets("float64"), problem.start("float64")
    w, b = p[0::2], p[1::2]

    def run(order: np.ndarray) -> None:
        for batch in problem.batches(order):
            v = [x[batch]]
            for wl, bl in zip(w, b, strict=True):
                v.append(0.5 * (np.tanh(0.5 * (v[-1] @ wl.T + bl)) + 1.0))
            delta = (v[-1] - t[batch]) * v[-1] * (1.0 - v[-1])
            scale = problem.eta / len(batch)
            for layer in range(len(w) - 1, -1, -1):
                before = delta @ w[layer] * v[layer] * (1.0 - v[layer]) if layer else None
                w[layer] -= scale * (delta.T @ v[layer])
                b[layer] -= scale * delta.sum(axis=0)
                delta = before

    return run, lambda: p


def per_sample(problem: Problem) -> Peer:
    """The lecture's algorithm: one sample at a time, float64, gradients summed up over the batch."""
    x, t, p = problem.inputs("float64"), problem.targets("float64"), problem.start("float64")
    model = neurons(list(problem.shape))
    model.w, model.b = p[0::2], [b[:, None] for b in p[1::2]]

    def run(order: np.ndarray) -> None:
        for batch in problem.batches(order):
            model.step(x[batch], t[batch], problem.eta)

    return run, lambda: [a for w, b in zip(model.w, model.b, strict=True) for a in (w, b[:, 0])]


def torch_modules(problem: Problem) -> Peer:
    """The textbook: nn.Sequential, a loss function, torch.optim.SGD."""
    import torch

    x, t = torch.from_numpy(problem.inputs()), torch.from_numpy(problem.targets())
    layers: list[Any] = []
    start = problem.start()
    for w, b in zip(start[0::2], start[1::2], strict=True):
        linear = torch.nn.Linear(w.shape[1], w.shape[0])
        linear.weight.data, linear.bias.data = torch.from_numpy(w), torch.from_numpy(b)
        layers += [linear, torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=problem.eta)
    loss_function = torch.nn.MSELoss(reduction="sum")

    def run(order: np.ndarray) -> None:
        for batch in problem.batches(torch.from_numpy(order)):
            optimizer.zero_grad()
            loss = loss_function(model(x[batch]), t[batch]) / (2 * len(batch))
            loss.backward()
            optimizer.step()

    return run, lambda: [p.detach().numpy() for p in model.parameters()]


def torch_autograd(problem: Problem) -> Peer:
    """Eager autograd with as little around it as can be."""
    import torch

    x, t = torch.from_numpy(problem.inputs()), torch.from_numpy(problem.targets())
    p = [torch.from_numpy(a).requires_grad_() for a in problem.start()]

    def run(order: np.ndarray) -> None:
        for batch in problem.batches(torch.from_numpy(order)):
            v = x[batch]
            for w, b in zip(p[0::2], p[1::2], strict=True):
                v = torch.sigmoid(torch.addmm(b, v, w.t()))
            loss = (v - t[batch]).square().sum() * (0.5 / len(batch))
            gradients = torch.autograd.grad(loss, p)
            with torch.no_grad():
                torch._foreach_add_(p, gradients, alpha=-problem.eta)

    return run, lambda: [a.detach().numpy() for a in p]


def torch_by_hand(problem: Problem) -> Peer:
    """Gradients written out, float32, out= and in-place operations wherever there are any."""
    import torch

    x, t = torch.from_numpy(problem.inputs()), torch.from_numpy(problem.targets())
    p = [torch.from_numpy(a) for a in problem.start()]
    w, b = p[0::2], p[1::2]
    m = problem.batch_size
    v = [torch.empty(m, n) for n in problem.shape]
    s = [torch.empty(m, n) for n in problem.shape[1:]]
    d = [torch.empty(m, n) for n in problem.shape[1:]]
    target = torch.empty(m, problem.shape[-1])
    last = len(w) - 1

    def run(order: np.ndarray) -> None:
        scale = -problem.eta / m
        with torch.inference_mode():
            for batch in torch.from_numpy(order).split(m):
                torch.index_select(x, 0, batch, out=v[0])
                torch.index_select(t, 0, batch, out=target)
                for layer in range(last + 1):
                    torch.addmm(b[layer], v[layer], w[layer].t(), out=v[layer + 1])
                    v[layer + 1].sigmoid_()
                torch.sub(v[-1], target, out=d[-1])
                for layer in range(last, -1, -1):
                    torch.addcmul(v[layer + 1], v[layer + 1], v[layer + 1], value=-1.0, out=s[layer])
                    d[layer].mul_(s[layer])
                    if layer:
                        torch.mm(d[layer], w[layer], out=d[layer - 1])
                    w[layer].addmm_(d[layer].t(), v[layer], alpha=scale)
                    b[layer].add_(d[layer].sum(0), alpha=scale)

    return run, lambda: [a.numpy() for a in p]


def jax_scan(problem: Problem) -> Peer:
    """A whole epoch in one jitted scan; the batch is gathered inside the step, w is (fan_out, fan_in)."""
    import jax
    import jax.numpy as jnp

    x, t = jnp.asarray(problem.inputs()), jnp.asarray(problem.targets())
    m = problem.batch_size

    def step(p: Any, batch: Any) -> Any:
        v = [x[batch]]
        for w, b in zip(p[0::2], p[1::2], strict=True):
            v.append(jax.nn.sigmoid(v[-1] @ w.T + b))
        delta = (v[-1] - t[batch]) * v[-1] * (1.0 - v[-1])
        new = list(p)
        for layer in range(len(p) // 2 - 1, -1, -1):
            w, b = p[2 * layer], p[2 * layer + 1]
            new[2 * layer] = w - problem.eta / m * (delta.T @ v[layer])
            new[2 * layer + 1] = b - problem.eta / m * delta.sum(axis=0)
            delta = (delta @ w) * v[layer] * (1.0 - v[layer]) if layer else None
        return new, None

    epoch = jax.jit(lambda p, order: jax.lax.scan(step, p, order)[0], donate_argnums=0)
    state = [[jnp.asarray(a) for a in problem.start()]]

    def run(order: np.ndarray) -> None:
        state[0] = jax.block_until_ready(epoch(state[0], jnp.asarray(order.reshape(-1, m), jnp.int32)))

    return run, lambda: [np.asarray(a) for a in state[0]]


def numba_dot(problem: Problem) -> Peer:
    """The epoch compiled by numba; products by np.dot into arrays made once, loops where NumPy has passes."""
    from numba import njit

    x, t, p = problem.inputs(), problem.targets(), problem.start()
    m = problem.batch_size

    @njit(fastmath=True)
    def sigmoid_of_sum(z, b):  # type: ignore[no-untyped-def]
        half, one = np.float32(0.5), np.float32(1.0)
        for i in range(z.shape[0]):
            for j in range(z.shape[1]):
                z[i, j] = half * (np.tanh(half * (z[i, j] + b[j])) + one)

    @njit(fastmath=True)
    def times_slope(d, v):  # type: ignore[no-untyped-def]
        one = np.float32(1.0)
        for i in range(d.shape[0]):
            for j in range(d.shape[1]):
                d[i, j] *= v[i, j] * (one - v[i, j])

    @njit(fastmath=True)
    def descend(w, b, g, d, scale):  # type: ignore[no-untyped-def]
        for j in range(w.shape[0]):
            for k in range(w.shape[1]):
                w[j, k] -= scale * g[j, k]
            for i in range(d.shape[0]):
                b[j] -= scale * d[i, j]

    @njit
    def epoch(x, t, order, w, b, v, d, g, scale):  # type: ignore[no-untyped-def]
        last, m = len(w) - 1, len(v[0])
        for start in range(0, len(order), m):
            inputs, errors, outputs = v[0], d[last], v[last + 1]
            for i in range(m):
                inputs[i] = x[order[start + i]]
            for layer in range(last + 1):
                np.dot(v[layer], w[layer].T, v[layer + 1])
                sigmoid_of_sum(v[layer + 1], b[layer])
            for i in range(m):
                errors[i] = outputs[i] - t[order[start + i]]
            for layer in range(last, -1, -1):
                times_slope(d[layer], v[layer + 1])
                if layer:
                    np.dot(d[layer], w[layer], d[layer - 1])
                np.dot(d[layer].T, v[layer], g[layer])
                descend(w[layer], b[layer], g[layer], d[layer], scale)

    w, b = tuple(p[0::2]), tuple(p[1::2])
    v = tuple(np.empty((m, n), np.float32) for n in problem.shape)
    d = tuple(np.empty((m, n), np.float32) for n in problem.shape[1:])
    g = tuple(np.empty_like(a) for a in w)
    scale = np.float32(problem.eta / m)
    return lambda order: epoch(x, t, order, w, b, v, d, g, scale), lambda: p


def scikit_learn(problem: Problem) -> Peer:
    """MLPClassifier, plain descent. Its loss is the cross-entropy, its work the same but for one delta."""
    from sklearn.neural_network import MLPClassifier

    x, y = problem.inputs(), problem.data.train.labels
    model = MLPClassifier(
        problem.shape[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        batch_size=problem.batch_size,
        learning_rate_init=0.1,
        momentum=0.0,
        shuffle=False,
    )
    classes = np.arange(problem.shape[-1])

    def run(order: np.ndarray) -> None:
        model.partial_fit(x[order], y[order], classes=classes)

    return run, lambda: None
