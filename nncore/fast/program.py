"""Programs for the kernel: each equation of the network as calls on arrays that are there already.

A program is a list of (function, arguments). Where the reference computes one new array after the other, here
the same buffers are filled again and again. Why, and what the scale factors stand for: nncore.fast.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.arrays import Array
from nncore.fast.choice import fast_activation, fast_loss, saturates_at_one
from nncore.fast.layout import HELD, Layout, zeros
from nncore.fast.products import backward_product, forward_product, gradient_product, lies_in_columns
from nncore.forms import Call, FastActivation
from nncore.losses import LOSSES
from nncore.recipe import Recipe

PLAIN = FastActivation(values=lambda u, v: [], slopes=lambda u, s: [])
"""Stands for the scale factors, all 1, of an activation that has no fast form."""


class Buffers:
    """What a batch of `rows` samples leaves in each layer; layers lie side by side in one array of each kind.

    u: weighted inputs, or what the activation makes of them; v: values, with `in_place` the same memory;
    s: derivatives; d: deltas. The last column of a hidden layer is the unit that is always 1. All are
    (rows, units); in memory the hidden layers' lie by rows or by columns, as BLAS likes it.
    """

    def __init__(self, recipe: Recipe, rows: int, *, in_place: bool) -> None:
        widths = [n + 1 for n in recipe.shape[1:-1]] + [recipe.shape[-1]]
        ends = [rows * sum(widths[:layer]) for layer in range(len(widths) + 1)]
        self.flat_u, flat_v, self.flat_s, flat_d = (zeros((ends[-1],), recipe.dtype) for _ in range(4))
        columns = [lies_in_columns(rows, width) for width in widths[:-1]] + [False]
        self.u, self.v, self.s, self.d = (
            [
                flat[start:end].reshape(rows, -1, order="F" if by_columns else "C")
                for (start, end), by_columns in zip(pairwise(ends), columns, strict=True)
            ]
            for flat in (self.flat_u, flat_v, self.flat_s, flat_d)
        )
        for v in self.v[:-1]:
            v[:, -1] = 1.0
        if in_place:
            self.v[:-1] = self.u[:-1]
        self.outputs_at = ends[-2]


def store(out: Array, function: Callable[..., Array], *arguments: Array) -> None:
    """Write function(*arguments) into `out`: the way of functions that have no fast form."""
    np.copyto(out, function(*arguments))


class Network:
    """Writes programs for a network with the forms that its recipe's activation and loss have."""

    def __init__(self, recipe: Recipe, layout: Layout) -> None:
        self.recipe = recipe
        self.layout = layout
        self.activation, self.loss = ACTIVATIONS[recipe.activation], LOSSES[recipe.loss]
        self.fast_activation, self.fast_loss = fast_activation(self.activation), fast_loss(self.loss)
        self.scales = self.fast_activation or PLAIN
        self.hold = self.fast_activation is not None and saturates_at_one(
            self.fast_activation, recipe.dtype, HELD
        )
        self.z_scale = self.fast_loss.z_scale if self.fast_loss else 1.0
        self.delta_scale = self.fast_loss.delta_scale if self.fast_loss else 1.0
        self.input_scales = [1.0 / layout.unit] + [self.scales.v_scale] * (len(recipe.shape) - 2)

    def buffers(self, rows: int) -> Buffers:
        """Return buffers for so many samples."""
        return Buffers(self.recipe, rows, in_place=self.scales.in_place)

    def targets(self) -> Array:
        """Return what stands for the target of each label, (classes, classes)."""
        t = np.eye(self.recipe.shape[-1], dtype=self.recipe.dtype)
        return self.fast_loss.targets(t) if self.fast_loss else t

    def forward(self, w: list[Array], x: Array, buffers: Buffers, z_scale: float = 1.0) -> list[Call]:
        """From x (rows, width) and matrices [w b] to the outputs' weighted inputs times z_scale."""
        calls: list[Call] = []
        v = x
        for layer, matrix in enumerate(w):
            u = buffers.u[layer]
            last = layer == len(w) - 1
            alpha = self.input_scales[layer] * (z_scale if last else self.scales.z_scale)
            calls += forward_product(alpha, matrix, v, u)
            v = buffers.v[layer]
            if not last:
                calls += self._values(u, v)
        return calls

    def backward(self, w: list[Array], t: Array, buffers: Buffers) -> list[Call]:
        """From the outputs' weighted inputs and the targets to the deltas of all layers."""
        calls = self._output_delta(t, buffers)
        for layer in range(len(w) - 1, 0, -1):
            d = buffers.d[layer - 1]
            calls += backward_product(self.scales.slope_scale, w[layer], buffers.d[layer], d)
            calls.append((np.multiply, (d, buffers.s[layer - 1], d)))
            if not self.hold:
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

    def _values(self, u: Array, v: Array) -> list[Call]:
        """The values v of a hidden layer from its weighted inputs u, and its bias unit."""
        if self.fast_activation is None:
            return [(store, (v[:, :-1], self.activation.function, u[:, :-1]))]
        calls = self.fast_activation.values(u, v)
        return calls if self.hold else [*calls, (v[:, -1].fill, (1.0,))]

    def _output_delta(self, t: Array, buffers: Buffers) -> list[Call]:
        """The derivatives of all layers, and the delta of the output layer, equation (1)."""
        u, v, s, d = buffers.u[-1], buffers.v[-1], buffers.s[-1], buffers.d[-1]
        if self.fast_loss:
            return [
                *self.fast_loss.outputs(u),
                *self._slopes(buffers),
                *self.fast_loss.delta(u, s, t, d),
            ]
        return [
            *self._slopes(buffers),
            (store, (v, self.loss.output, u)),
            (store, (d, self.loss.delta, u, v, t)),
        ]

    def _slopes(self, buffers: Buffers) -> list[Call]:
        """The derivatives s of the hidden layers, and of the outputs if the loss needs them."""
        u, s, at = buffers.flat_u, buffers.flat_s, buffers.outputs_at
        of_outputs = self.fast_loss.slopes if self.fast_loss else None
        if self.fast_activation is not None and self.fast_activation.slopes is of_outputs:
            return of_outputs(u, s)  # one function for all layers: in one go
        calls = of_outputs(u[at:], s[at:]) if of_outputs else []
        if self.fast_activation is not None:
            return [*calls, *(self.fast_activation.slopes(u[:at], s[:at]) if at else [])]
        for z, v, slope in zip(buffers.u[:-1], buffers.v, buffers.s, strict=False):
            calls.append((store, (slope[:, :-1], self.activation.derivative, z[:, :-1], v[:, :-1])))
        return calls
