"""What goes wrong, and what the numbers are then: each entry is a sentence and the values it leads to.

They are compared with the student's in the order in which they stand. A value that another mistake could
also give must not come first.
"""

from collections.abc import Callable, Iterator
from itertools import combinations, permutations

import numpy as np

from nncore.activations import sigmoid, softmax
from nncore.check.student import Numbers
from nncore.network import Params, Trace

Guess = tuple[str, Numbers]


def slope(z: Numbers) -> Numbers:
    """Return sigma'(z)."""
    s = sigmoid(z)
    return np.asarray(s * (1.0 - s))


def of_forward(w: Numbers, b: Numbers, v: Numbers, last: bool) -> Iterator[Guess]:
    """Values of a layer, from the right values of the layer before."""
    z = w @ v + b
    yield "lacks the biases: z = w v + b", sigmoid(w @ v)
    yield "subtracts the biases: z = w v + b", sigmoid(w @ v - b)
    yield "lacks the activation: it is z, not sigma(z)", z
    yield "is sigma(-z): the sign in the exponential is wrong", sigmoid(-z)
    yield "is tanh(z) in place of sigma(z)", np.tanh(z)
    yield "is max(z, 0) in place of sigma(z)", np.maximum(z, 0.0)
    if last:
        yield "is the softmax of z in place of sigma(z)", softmax(z[None])[0]


def of_output_delta(z: Numbers, v: Numbers, t: Numbers) -> Iterator[Guess]:
    """Equation (1)."""
    yield "lacks the factor sigma'(z)", v - t
    yield "has the opposite sign: it is (v - t) sigma'(z)", (t - v) * slope(z)
    yield "is twice as large: L has the factor 1/2", 2.0 * (v - t) * slope(z)
    yield "has sigma(z) in place of sigma'(z)", (v - t) * v
    yield "has sigma'(v) in place of sigma'(z)", (v - t) * slope(v)
    yield "has z in place of v in the error v - t", (z - t) * slope(z)
    yield "lacks the factor sigma'(z) and has the opposite sign", t - v


def of_hidden_delta(w: Numbers, delta: Numbers, z: Numbers, after: Numbers) -> Iterator[Guess]:
    """Equation (2): from w and delta of the layer after; z of this layer, and of the layer after."""
    back = w.T @ delta
    yield "lacks the factor sigma'(z)", back
    yield "has sigma(z) in place of sigma'(z)", back * sigmoid(z)
    yield "has sigma'(v) in place of sigma'(z)", back * slope(sigmoid(z))
    yield "has the opposite sign", -back * slope(z)
    if len(after) == len(z):
        yield "has sigma'(z) of the layer after in place of its own", back * slope(after)
    if w.shape[0] == w.shape[1]:
        yield "has w in place of its transpose", (w @ delta) * slope(z)
        yield "has w in place of its transpose, and lacks the factor sigma'(z)", w @ delta
    if len(delta) == len(z):
        yield "lacks the weights of the layer after", delta * slope(z)


def of_delw(delta: Numbers, before: Numbers, z_before: Numbers | None, own: Numbers) -> Iterator[Guess]:
    """Equation (4): from this delta, the values and z of the layer before, and this layer's own values."""
    if z_before is not None:
        yield "has z of the layer before in place of its v", np.outer(delta, z_before)
    if len(own) == len(before):
        yield "has v of its own layer in place of that of the layer before", np.outer(delta, own)
        yield "is transposed: it is delta v^T", np.outer(before, delta)
    yield "has the opposite sign", -np.outer(delta, before)
    yield "lacks v of the layer before", np.outer(delta, np.ones_like(before))


def flat(params: Params) -> Numbers:
    """Return all weights and biases in a row."""
    return np.concatenate([a.ravel() for a in params.arrays()])


class Descent:
    """Updates by hand, for samples x (n, features) with targets t (n, classes).

    Args:
        gradient_at: gradient_at(p, x, t) is that of one sample at p, all weights and biases in a row.
        x, t: the samples.
        start: where the descent begins.
        eta: the learning rate.
    """

    def __init__(
        self,
        gradient_at: Callable[[Numbers, Numbers, Numbers], Numbers],
        x: Numbers,
        t: Numbers,
        start: Numbers,
        eta: float,
    ) -> None:
        self._gradient_at, self.x, self.t, self.start, self.eta = gradient_at, x, t, start, eta

    def of(self, p: Numbers, index: tuple[int, ...], targets: tuple[int, ...] | None = None) -> Numbers:
        """Return the sum of the gradients of these samples, at p."""
        pairs = zip(index, targets or index, strict=True)
        sums: Numbers = np.sum([self._gradient_at(p, self.x[n], self.t[m]) for n, m in pairs], axis=0)
        return sums

    def step(self, p: Numbers, index: tuple[int, ...]) -> Numbers:
        """Return p after the right update with this batch."""
        return p - self.eta / len(index) * self.of(p, index)

    def one_by_one(self, order: tuple[int, ...], share: float) -> Numbers:
        """Return where an update after every single sample leads to."""
        p = self.start
        for n in order:
            p = p - self.eta * share * self.of(p, (n,))
        return p


def of_update(descent: Descent, everyone: tuple[int, ...], biases: Numbers) -> Iterator[Guess]:
    """One update with all samples as one batch. `biases` is 1 where a bias stands, else 0."""
    p, eta, m = descent.start, descent.eta, len(everyone)
    gradient = descent.of(p, everyone)
    right = p - eta / m * gradient
    yield "fit changes neither weights nor biases", p
    yield "fit changes the weights but not the biases", np.where(biases, p, right)
    yield "fit changes the biases but not the weights", np.where(biases, right, p)
    yield "fit goes uphill: eta times the gradient is subtracted", p + eta / m * gradient
    yield "fit does not divide by the number of samples in the batch", p - eta * gradient
    yield "fit divides by the number of samples twice", p - eta / m**2 * gradient
    yield "fit leaves eta out", p - gradient / m
    for n in everyone:
        for share in (1.0, 1.0 / m):
            one = eta * share * descent.of(p, (n,))
            yield "fit uses the gradient of one sample of a batch, not their sum", p - one
    for order in permutations(everyone):
        if order != everyone:
            paired = descent.of(p, everyone, order)
            text = "fit pairs inputs with the targets of other samples: shuffle both alike"
            yield text, p - eta / m * paired
        for share in (1.0, 1.0 / m):
            text = "fit updates after every sample in place of after each batch"
            yield text, descent.one_by_one(order, share)


def of_batches(descent: Descent, everyone: tuple[int, ...], m: int) -> Iterator[Guess]:
    """One epoch of a batch of m samples and a smaller one."""
    eta = descent.eta
    for first in combinations(everyone, m):
        rest = tuple(n for n in everyone if n not in first)
        p = descent.step(descent.start, first)
        gradient, before = descent.of(p, rest), descent.of(descent.start, first)
        yield "fit leaves out the last, smaller batch", p
        yield "fit divides the last, smaller batch by batch_size, not by its own size", p - eta / m * gradient
        text = "fit does not set the sums of the gradients back to zero after an update"
        yield text, p - eta / len(rest) * (before + gradient)
        yield text, p - eta / m * (before + gradient)
    n = len(everyone)
    yield (
        "fit ignores batch_size: it makes one update with all samples",
        descent.step(descent.start, everyone),
    )
    for order in permutations(everyone):
        for share in (1.0, 1.0 / m, 1.0 / n):
            yield "fit ignores batch_size: it updates after every sample", descent.one_by_one(order, share)


def of_epochs(after: list[Numbers], wanted: int) -> Iterator[Guess]:
    """`after[n]` is where n epochs lead to."""
    for count, p in enumerate(after):
        if count != wanted:
            yield f"fit trains {count} epoch{'s' * (count != 1)} where {wanted} are asked for", p


def of_loss(right: float, n: int, classes: int, differences: Numbers) -> Iterator[tuple[str, float]]:
    """The loss over n samples."""
    yield "the loss lacks the factor 1/2", 2.0 * right
    yield "the loss is not divided by the number of samples", n * right
    yield "the loss lacks the factor 1/2, and is not divided by the number of samples", 2.0 * n * right
    yield "the loss is divided by the number of outputs too", 2.0 * right / classes
    yield "the loss is divided by the number of outputs too", right / classes
    yield "the loss sums absolute values in place of squares", float(np.abs(differences).sum() / (2 * n))
    yield "the loss is that of the last sample alone", float(np.square(differences[-1]).sum() / 2)


def of_accuracy(right: float, v: Numbers, t: Numbers) -> Iterator[tuple[str, float]]:
    """The share of samples that are judged rightly."""
    n = len(v)
    yield "the accuracy is a number of samples, not their share", right * n
    yield "the accuracy is in percent, not a share", 100.0 * right
    yield "the accuracy is the share of the wrong ones", 1.0 - right
    above = float(((v > 0.5) == (t > 0.5)).all(axis=1).mean())
    yield "the accuracy asks which outputs are above 1/2, not which is the largest", above
    each = float(((v > 0.5) == (t > 0.5)).mean())
    yield "the accuracy counts outputs, not samples", each


def explain(yours: Numbers, guesses: Iterator[Guess], otherwise: str) -> str:
    """Return the sentence of the first guess that gives these values."""
    for sentence, values in guesses:
        if same(yours, values):
            return sentence
    return otherwise


def same(left: Numbers | float, right: Numbers | float) -> bool:
    """Say whether values agree as far as single precision goes."""
    return bool(np.shape(left) == np.shape(right) and np.allclose(left, right, rtol=2e-4, atol=1e-6))


def layer_values(trace: Trace) -> tuple[list[Numbers], list[Numbers]]:
    """Return z and v of the one sample of a forward pass, layer by layer; v begins with the inputs."""
    return [np.asarray(z[0], np.float64) for z in trace.z], [np.asarray(v[0], np.float64) for v in trace.v]
