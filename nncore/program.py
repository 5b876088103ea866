"""Programs for the kernel: each equation of the network as calls on arrays that are there already.

A program is a list of (function, arguments). Where the readable voice computes one new array after the
other, here the same buffers are filled again and again. Why, and what tricks the scale factors stand for:
nncore.kernel.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.arrays import Array
from nncore.losses import LOSSES
from nncore.packing import Layout
from nncore.products import Call, backward_product, forward_product, gradient_product
from nncore.recipe import Recipe


class Scales(NamedTuple):
    """The constant factors between what a layer stores and what it means.

    z: stored is z times the weighted input. v: the activation is v times stored. slope: so is the derivative.
    """

    z: float = 1.0
    v: float = 1.0
    slope: float = 1.0


SATURATING = {"sigmoid": Scales(0.5, 0.5, 0.25), "tanh": Scales()}
"""Activations made of tanh: the bias unit can be held at 1, and 1-u^2 is their derivative."""


class Buffers:
    """What a batch of `rows` samples leaves in each layer; layers lie side by side in one array of each kind.

    u: z, or the tanh of it; v: activations, in the same memory where u is not needed any more;
    s: derivatives; d: deltas; row: one number per sample.
    """

    def __init__(self, recipe: Recipe, rows: int) -> None:
        widths = [n + 1 for n in recipe.shape[1:-1]] + [recipe.shape[-1]]
        ends = [rows * sum(widths[:layer]) for layer in range(len(widths) + 1)]
        self.flat_u, flat_v, self.flat_s, flat_d = (np.zeros(ends[-1], recipe.dtype) for _ in range(4))
        self.u, self.v, self.s, self.d = (
            [flat[start:end].reshape(rows, -1) for start, end in pairwise(ends)]
            for flat in (self.flat_u, flat_v, self.flat_s, flat_d)
        )
        if recipe.activation in ("tanh", "relu"):
            self.v[:-1] = self.u[:-1]
        self.outputs_at = ends[-2]
        self.row = np.zeros((rows, 1), recipe.dtype)


def store(out: Array, function: Callable[..., Array], *arguments: Array) -> None:
    """Write function(*arguments) into `out`: the way of functions that have no form of their own here."""
    np.copyto(out, function(*arguments))


class Network:
    """Writes programs for a network whose parameters lie in the flat array `params`."""

    def __init__(self, recipe: Recipe, layout: Layout, params: Array) -> None:
        self.recipe = recipe
        self.layout = layout
        self.w = layout.matrices(params)
        self.scales = SATURATING.get(recipe.activation, Scales())
        self.input_scales = [1.0 / layout.unit] + [self.scales.v] * (len(self.w) - 1)
        # A Python number would be converted at each call; a scalar array of the right type is not.
        self.zero, self.one = np.zeros((), recipe.dtype), np.ones((), recipe.dtype)

    def forward(self, x: Array, buffers: Buffers, z_scale: float = 1.0) -> list[Call]:
        """From x (rows, width) to the outputs' weighted inputs times z_scale."""
        calls: list[Call] = []
        v = x
        for layer, w in enumerate(self.w):
            u = buffers.u[layer]
            last = layer == len(self.w) - 1
            alpha = self.input_scales[layer] * (z_scale if last else self.scales.z)
            calls += forward_product(alpha, w, v, u)
            v = buffers.v[layer]
            if not last:
                calls += self._activate(u, v)
        return calls

    def backward(self, t: Array, buffers: Buffers) -> list[Call]:
        """From the outputs' weighted inputs and the targets to the deltas of all layers."""
        calls = self._output_delta(t, buffers)
        for layer in range(len(self.w) - 1, 0, -1):
            d = buffers.d[layer - 1]
            calls += backward_product(self.scales.slope, self.w[layer], buffers.d[layer], d)
            calls.append((np.multiply, (d, buffers.s[layer - 1], d)))
            if self.recipe.activation not in SATURATING:
                calls.append((d[:, -1].fill, (0.0,)))  # the bias unit does not learn
        return calls

    def gradient(self, x: Array, buffers: Buffers, scale: float, beta: float, out: Array) -> list[Call]:
        """From the deltas to out = beta out + scale sum dL/dp, in the layout of the parameters."""
        calls: list[Call] = []
        inputs = (x, *buffers.v)
        for layer, matrix in enumerate(self.layout.matrices(out)):
            alpha = scale * self.delta_scale * self.input_scales[layer]
            calls += gradient_product(alpha, inputs[layer], buffers.d[layer], beta, matrix)
        return calls

    @property
    def z_scale(self) -> float:
        """What the outputs' weighted inputs are multiplied with while training."""
        return 0.5 if self.recipe.loss == "quadratic" else 1.0

    @property
    def delta_scale(self) -> float:
        """True deltas by stored deltas: ((u+1)/2 - t) (1-u^2)/4 = (u - (2t-1)) (1-u^2) / 8."""
        return 0.125 if self.recipe.loss == "quadratic" else 1.0

    def targets(self) -> Array:
        """Return the target of each label, (classes, classes): one-hot; -1 and 1 where outputs are tanh."""
        t = np.eye(self.recipe.shape[-1], dtype=self.recipe.dtype)
        return 2 * t - 1 if self.recipe.loss == "quadratic" else t

    def _activate(self, u: Array, v: Array) -> list[Call]:
        """The activations v of a hidden layer from its weighted inputs u, and its bias unit."""
        name = self.recipe.activation
        if name == "sigmoid":
            return [(np.tanh, (u, u)), (np.add, (u, self.one, v))]
        if name == "tanh":
            return [(np.tanh, (u, u))]
        bias_unit = (v[:, -1].fill, (1.0,))
        if name == "relu":
            return [(partial(np.maximum, out=u), (u, self.zero)), bias_unit]
        return [(store, (v, ACTIVATIONS[name].function, u)), bias_unit]

    def _output_delta(self, t: Array, buffers: Buffers) -> list[Call]:
        """The derivatives of all activations, and the delta of the output layer, equation (1)."""
        u, v, d, row = buffers.u[-1], buffers.v[-1], buffers.d[-1], buffers.row
        loss = LOSSES[self.recipe.loss]
        if self.recipe.loss == "quadratic":
            return [
                (np.tanh, (u, u)),
                *self._slopes(buffers, of_outputs=True),
                (np.subtract, (u, t, d)),
                (np.multiply, (d, buffers.s[-1], d)),
            ]
        calls = self._slopes(buffers, of_outputs=False)
        if self.recipe.loss == "cross-entropy":
            return [
                *calls,
                (np.maximum.reduce, (u, 1, None, row, True)),
                (np.subtract, (u, row, u)),
                (np.exp, (u, u)),
                (np.add.reduce, (u, 1, None, row, True)),
                (np.divide, (u, row, u)),
                (np.subtract, (u, t, d)),
            ]
        return [*calls, (store, (v, loss.output, u)), (store, (d, loss.delta, u, v, t))]

    def _slopes(self, buffers: Buffers, *, of_outputs: bool) -> list[Call]:
        """The derivatives s: 1-u^2 in one go for all layers that hold a tanh, else layer by layer."""
        name = self.recipe.activation
        start = 0 if name in SATURATING else buffers.outputs_at
        stop = None if of_outputs else buffers.outputs_at
        u, s = buffers.flat_u[start:stop], buffers.flat_s[start:stop]
        calls: list[Call] = [(np.multiply, (u, u, s)), (np.subtract, (self.one, s, s))] if u.size else []
        if name in SATURATING:
            return calls
        for z, v, slope in zip(buffers.u[:-1], buffers.v, buffers.s, strict=False):
            if name == "relu":
                calls.append((np.sign, (z, slope)))  # max(z, 0) stands where z was: its sign is 0 or 1
            else:
                calls.append((store, (slope, ACTIVATIONS[name].derivative, z, v)))
        return calls
