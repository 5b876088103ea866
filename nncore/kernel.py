"""The fast voice: the arithmetic of nncore.reference as a fixed list of calls on fixed arrays.

Why it is fast. A batch of 10 through 784-30-10 needs 10 microseconds of sums; plain NumPy takes four times
as long, because each call costs a third of a microsecond, and each new array more. So:

1.  A batch is a *program*, a list of (function, arguments): 13 of them for one hidden layer. All arrays
    and all views are made once; running a batch makes no array and takes no decision.
2.  Products go to BLAS directly. `gemm(alpha, a, b, beta, c)` computes alpha a b + beta c into c, so that
    w <- w - eta/m delta^T v is one call, and constant factors ride in alpha for nothing. BLAS counts by
    columns: every matrix is handed over transposed, which costs nothing either.
3.  Biases are weights. The data have a constant column; a hidden layer has one more unit that is always 1.
    A sigmoid or tanh unit is held there by a huge bias: it is saturated, so its derivative is exactly 0
    and it never learns. For other activations the 1, and the 0 of its delta, are written, one call each.
4.  The sigmoid is computed as u = tanh(z/2), which cannot overflow: sigma = (u+1)/2, sigma' = (1-u^2)/4.
    The layers keep u+1 = 2 sigma and 1-u^2 = 4 sigma'; the 2 and the 4 ride in alpha, and targets are -1
    and 1. The u of all layers lie side by side, so that 1-u^2 takes two calls for the whole network.
5.  Pixels stay bytes: a chunk of 200 samples is gathered, then cast once. Bytes are a quarter of the memory
    to fetch, the chunk stays in the processor's second-level cache, and the 1/255 rides in alpha.
6.  Pixels that are never lit are left out (nncore.packing). Their weights lie idle, only l2 shrinks them.
7.  Where the processor has AVX-512, OpenBLAS has special code for small products, up to three times as fast
    as its general code; a larger product is cut by rows into such small ones.

A batch larger than a chunk is summed up in pieces; the update follows the last one.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import daxpy, saxpy

from nncore.arrays import Array
from nncore.datasets import Samples
from nncore.network import Params
from nncore.optimizers import OPTIMIZERS
from nncore.packing import Layout
from nncore.products import Call
from nncore.program import SATURATING, Buffers, Network
from nncore.recipe import Recipe

CHUNK = 200  # samples that are gathered and cast at a time
EVALUATED = 500  # samples that are evaluated at a time


class KernelLearner:
    """Updates a copy of `params` and `memory` with batches of `train`."""

    def __init__(self, recipe: Recipe, params: Params, memory: tuple[Params, ...], train: Samples) -> None:
        self._recipe = recipe
        self._layout = Layout(recipe.shape, train.packed)
        self._params = self._layout.pack(params, hold=recipe.activation in SATURATING)
        self._memory = [self._layout.pack(m, hold=False) for m in memory]
        self._gradient = np.zeros_like(self._params)
        self._network = Network(recipe, self._layout, self._params)
        self._feed = Feed(train, self._network.targets())
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
            for start in range(0, len(order), m):
                self._run_large_batch(order[start : start + m])
        elif m:
            per_chunk = CHUNK // m
            for start in range(0, len(order), per_chunk * m):
                index = order[start : start + per_chunk * m]
                self._feed.load(index)
                program = self._program(m, per_chunk, m)
                execute(program[: len(index) // m * (len(program) // per_chunk)])

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
            buffers = Buffers(self._recipe, rows)
            parts = (slice(i * rows, (i + 1) * rows) for i in range(count))
            self._programs[key] = [
                call for part in parts for call in self._part(buffers, part, m, begin=begin, end=end)
            ]
        return self._programs[key]

    def _part(self, buffers: Buffers, part: slice, m: int, *, begin: bool, end: bool) -> list[Call]:
        """Return the calls for one part of the chunk."""
        x, t = self._feed.x[part], self._feed.t[part]
        return [
            *self._network.forward(x, buffers, self._network.z_scale),
            *self._network.backward(t, buffers),
            *self._update(x, buffers, m, begin, end),
        ]

    def _update(self, x: Array, buffers: Buffers, m: int, begin: bool, end: bool) -> list[Call]:
        """Return the calls from deltas to new parameters.

        Plain descent adds the gradient to the parameters directly, momentum adds it to its memory first. Any
        other optimizer gets the gradient as it is.
        """
        recipe, p, eta = self._recipe, self._params, self._eta
        gradient = self._network.gradient
        last: list[Call]
        if recipe.optimizer == "sgd" and begin and end:
            return [*self._penalty(p, -eta), *gradient(x, buffers, -eta / m, 1.0, p)]
        if recipe.optimizer == "momentum":
            (u,) = self._memory
            mu = recipe.momentum
            idle = self._layout.idle_weights(u)
            calls = gradient(x, buffers, -eta / m, mu if begin else 1.0, u)
            last = [(np.multiply, (idle, mu, idle)), *self._penalty(u, -eta), (np.add, (p, u, p))]
        else:
            g = self._gradient
            idle = self._layout.idle_weights(g)
            calls = gradient(x, buffers, 1.0 / m, 0.0 if begin else 1.0, g)
            update = OPTIMIZERS[recipe.optimizer].update
            last = [
                (idle.fill, (0.0,)),
                *self._penalty(g, 1.0),
                (update, (p, g, self._memory, eta, recipe.momentum)),
            ]
        return calls + last if end else calls

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
        axpy = saxpy if p.dtype == np.float32 else daxpy
        return [
            *((np.copyto, (keep, column)) for keep, column in zip(kept, biases, strict=True)),
            (axpy, (p, out, p.size, amount)),
            *((np.copyto, (column, keep)) for keep, column in zip(kept, biases, strict=True)),
        ]


def output_z(params: Params, recipe: Recipe, samples: Samples) -> Iterator[tuple[slice, Array]]:
    """Yield the outputs' weighted inputs z (rows, classes) of the samples, part after part.

    Each part is a slice of the samples; the array is used again for the next one.
    """
    layout = Layout(recipe.shape, samples.packed)
    network = Network(recipe, layout, layout.pack(params, hold=recipe.activation in SATURATING))
    inputs = np.asarray(samples.packed.rows)
    x = np.zeros((min(EVALUATED, len(samples)), inputs.shape[1]), recipe.dtype)
    buffers = Buffers(recipe, len(x))
    program = network.forward(x, buffers)
    for start in range(0, len(inputs), len(x)):
        part = slice(start, min(start + len(x), len(inputs)))
        np.copyto(x[: part.stop - start], inputs[part])
        execute(program)
        yield part, buffers.u[-1][: part.stop - start]


class Feed:
    """Gathers samples and their targets into a chunk: x (CHUNK, width), t (CHUNK, classes)."""

    def __init__(self, train: Samples, targets: Array) -> None:
        # Memory-mapped arrays are taken as plain ones: the subclass makes each slice slower.
        self._rows = np.asarray(train.packed.rows)
        self._labels = np.asarray(train.labels)
        self._targets = targets
        self._bytes = np.empty((CHUNK, self._rows.shape[1]), self._rows.dtype)
        self.x: Array = np.zeros(self._bytes.shape, targets.dtype)
        self.t: Array = np.zeros((CHUNK, len(targets)), targets.dtype)

    def load(self, index: NDArray[np.intp]) -> None:
        """Fetch the samples of `index`. Mode "clip" writes straight into `out`; the default would buffer."""
        n = len(index)
        self._rows.take(index, 0, self._bytes[:n], "clip")
        np.copyto(self.x[:n], self._bytes[:n])
        self._targets.take(self._labels.take(index), 0, self.t[:n], "clip")


def execute(program: list[Call]) -> None:
    """Do what the program says."""
    for function, arguments in program:
        function(*arguments)
