"""The kernel: the fast learner, which runs one program per batch. Why it is fast: nncore.fast."""

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.datasets import Samples
from nncore.fast.choice import execute, fast_optimizer
from nncore.fast.fortran import fblas
from nncore.fast.layout import Layout, zeros
from nncore.fast.program import Buffers, Network
from nncore.forms import Call
from nncore.network import Params
from nncore.optimizers import OPTIMIZERS
from nncore.recipe import Recipe

CHUNK = 200  # samples that are gathered and cast at a time
CHUNKS_TO_FADE = 4  # after so many the memory is looked through


class KernelLearner:
    """Updates a copy of `params` and `memory` with batches of `train`."""

    def __init__(self, recipe: Recipe, params: Params, memory: tuple[Params, ...], train: Samples) -> None:
        self._recipe = recipe
        self._layout = Layout(recipe.shape, train.inputs)
        self._network = Network(recipe, self._layout)
        self._optimizer = OPTIMIZERS[recipe.optimizer]
        self._fast_optimizer = fast_optimizer(self._optimizer)
        self._params = self._layout.pack(params, hold=self._network.hold)
        self._memory = [self._layout.pack(m, hold=False) for m in memory]
        self._gradient = zeros(self._params.shape, recipe.dtype)
        self._feed = Feed(train, self._layout, self._network.targets())
        self._eta = 0.0
        self._programs: dict[tuple[int, int, bool, bool], list[Call]] = {}

    def params(self) -> Params:
        """Return a copy of the parameters."""
        return self._layout.unpack(self._params)

    def memory(self) -> tuple[Params, ...]:
        """Return a copy of the optimizer's memory."""
        return tuple(self._layout.unpack(m) for m in self._memory)

    def run(self, order: NDArray[np.intp], eta: float) -> None:
        """Make one update for each batch of the samples listed in `order`."""
        if eta != self._eta:
            self._programs, self._eta = {}, eta
        m = self._recipe.batch_size
        whole = len(order) - len(order) % m
        self._run_batches(order[:whole], m)
        self._run_batches(order[whole:], len(order) - whole)

    def _run_batches(self, order: NDArray[np.intp], m: int) -> None:
        """Run batches of m samples, as many at a time as fit into a chunk."""
        if m > CHUNK:
            for number, start in enumerate(range(0, len(order), m)):
                self._forget_faded(number)
                self._run_large_batch(order[start : start + m])
        elif m:
            per_chunk = CHUNK // m
            for number, start in enumerate(range(0, len(order), per_chunk * m)):
                self._forget_faded(number)
                index = order[start : start + per_chunk * m]
                self._feed.load(index)
                program = self._program(m, per_chunk, m)
                execute(program[: len(index) // m * (len(program) // per_chunk)])

    def _forget_faded(self, number: int) -> None:
        """Now and then set to 0 what of the memory has faded to subnormal numbers.

        They are below 2e-38 (2e-308 in float64), so that adding them changes no parameter, but each takes a
        processor a hundred times as long. The momentum of a weight whose pixel is seldom lit ends there.
        """
        if number % CHUNKS_TO_FADE == 0:
            for memory in self._memory:
                memory[np.abs(memory) < np.finfo(memory.dtype).tiny] = 0.0

    def _run_large_batch(self, order: NDArray[np.intp]) -> None:
        """Sum up the gradient of one batch chunk by chunk, then update."""
        m = len(order)
        for start in range(0, m, CHUNK):
            index = order[start : start + CHUNK]
            self._feed.load(index)
            execute(self._program(len(index), 1, m, begin=start == 0, end=start + CHUNK >= m))

    def _program(self, rows: int, count: int, m: int, *, begin: bool = True, end: bool = True) -> list[Call]:
        """Return the calls for `count` times `rows` samples of the chunk, the same number of calls for each.

        The rows are a batch of m samples, or that part of one which begins or ends it, or neither.
        """
        key = (rows, m, begin, end)
        if key not in self._programs:
            buffers = self._network.buffers(rows)
            parts = (slice(i * rows, (i + 1) * rows) for i in range(count))
            self._programs[key] = [
                call for part in parts for call in self._part(buffers, part, m, begin=begin, end=end)
            ]
        return self._programs[key]

    def _part(self, buffers: Buffers, part: slice, m: int, *, begin: bool, end: bool) -> list[Call]:
        """Return the calls for one part of the chunk."""
        network, w = self._network, self._layout.matrices(self._params)
        x, t = self._feed.x[part], self._feed.t[part]
        return [
            *network.forward(w, x, buffers, network.z_scale),
            *network.backward(w, t, buffers),
            *self._update(x, buffers, m, begin, end),
        ]

    def _update(self, x: Array, buffers: Buffers, m: int, begin: bool, end: bool) -> list[Call]:
        """Return the calls from deltas to new parameters."""
        p, eta, form = self._params, self._eta, self._fast_optimizer
        gradient = self._network.gradient
        out = form.target(p, self._memory) if form else self._gradient
        keep = form.keep(self._recipe.momentum) if form else 0.0
        if form and out is not p:
            calls = gradient(x, buffers, -eta / m, keep if begin else 1.0, out)
            last = [*self._penalty(out, -eta), *form.finish(p, self._memory)]
            return [*calls, *last] if end else calls
        # The parameters must not change before a batch is over, and the penalty is taken of what they were.
        if form and begin and end and keep == 1.0:
            calls = gradient(x, buffers, -eta / m, keep, p)
            return [*self._penalty(p, -eta), *calls, *form.finish(p, self._memory)]
        g = self._gradient
        calls = gradient(x, buffers, 1.0 / m, 0.0 if begin else 1.0, g)
        return [*calls, *self._penalty(g, 1.0), *self._readable_update(g)] if end else calls

    def _readable_update(self, g: Array) -> list[Call]:
        """Return the calls of the optimizer's readable function, one for each w and b as in the reference."""
        layout, eta, mu = self._layout, self._eta, self._recipe.momentum
        parts = [layout.parts(flat) for flat in (self._params, g, *self._memory)]
        update = self._optimizer.update
        return [(update, (p, gradient, memory, eta, mu)) for p, gradient, *memory in zip(*parts, strict=True)]

    def _penalty(self, out: Array, scale: float) -> list[Call]:
        """Return the calls out += scale l2 w for all weights, but for no bias."""
        if not self._recipe.l2:
            return []
        p, amount = self._params, scale * self._recipe.l2
        if out is p:
            factors = np.ones_like(p)
            for weights in self._layout.weights(factors):
                weights += amount
            return [(np.multiply, (p, factors, p))]
        # One pass over everything, then the biases' places get back what they had.
        biases = self._layout.bias_columns(out)
        kept = [np.empty_like(column) for column in biases]
        axpy = fblas.saxpy if p.dtype == np.float32 else fblas.daxpy
        return [
            *((np.copyto, (keep, column)) for keep, column in zip(kept, biases, strict=True)),
            (axpy, (p, out, p.size, amount)),
            *((np.copyto, (column, keep)) for keep, column in zip(kept, biases, strict=True)),
        ]


class Feed:
    """Gathers samples and their targets into a chunk: x (CHUNK, width), t (CHUNK, classes)."""

    def __init__(self, train: Samples, layout: Layout, targets: Array) -> None:
        # Memory-mapped arrays are taken as plain ones: the subclass makes each slice slower.
        self._inputs = np.asarray(train.inputs)
        self._labels = np.asarray(train.labels)
        self._targets = targets
        self._gathered = zeros((CHUNK, self._inputs.shape[1]), self._inputs.dtype.name)
        self.x = layout.rows(CHUNK, targets.dtype.name)
        self.t = zeros((CHUNK, len(targets)), targets.dtype.name)

    def load(self, index: NDArray[np.intp]) -> None:
        """Fetch the samples of `index`. Mode "clip" writes straight into `out`; the default would buffer."""
        n = len(index)
        gathered = self._gathered[:n]
        self._inputs.take(index, 0, gathered, "clip")
        np.copyto(self.x[:n, : gathered.shape[1]], gathered)
        self._targets.take(self._labels.take(index), 0, self.t[:n], "clip")
