"""The lecture's network: class `neurons`, one column sample at a time, in double precision.

The lecture's scripts run with their import changed to ``from nncore.neurons import neurons``. Names are the
lecture's; where the rest of nncore calls a batch of rows x, here one sample is a column. Everything the
kernel does must agree with this class.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.activations import sigmoid, sigmoid_derivative
from nncore.checks import check_integer, check_number, shown
from nncore.recipe import check_shape
from nncore.rng import generator

Column = NDArray[np.floating[Any]]


class neurons:
    """A network of sigmoid units, trained by stochastic gradient descent on the quadratic loss.

    Attributes:
        shape: sizes of the layers, inputs first.
        w, b: weights (n, m) and biases (n, 1) of each layer, standard normal at first.
        v: values of each layer, the inputs first, as columns; filled by `predict`.
        z: weighted inputs of each layer but the first; filled by `predict`.
        delw, delb: gradient of one sample's loss, shaped like w and b; filled by `gradient`.

    Args:
        shape: for example [784, 30, 10].
        seed: a whole number repeats the same draws; None, as in the lecture, takes new ones each time.

    >>> model = neurons([2, 5, 2], seed=1)
    >>> model.predict(np.array([0.1, 0.3])).shape
    (2, 1)
    """

    def __init__(self, shape: list[int] | tuple[int, ...], seed: int | None = None) -> None:
        sizes = check_shape(shape)
        self.shape = shape
        rng = np.random.default_rng() if seed is None else generator(seed, "start")
        self.v: list[Column] = [np.zeros((n, 1)) for n in sizes]
        self.z: list[Column] = [np.zeros((n, 1)) for n in sizes[1:]]
        self.w: list[Column] = []
        self.b: list[Column] = []
        for m, n in pairwise(sizes):
            self.w.append(rng.standard_normal((n, m)))
            self.b.append(rng.standard_normal((n, 1)))
        self.delw = [np.zeros(w.shape) for w in self.w]
        self.delb = [np.zeros(b.shape) for b in self.b]
        self._rng = rng

    def __repr__(self) -> str:
        return f"neurons({list(self.shape)})"

    def predict(self, x: ArrayLike) -> Column:
        """Return the outputs (classes, 1) for one sample, any array with one number per input.

        Keeps all z_l = w_l v_{l-1} + b_l and v_l = sigma(z_l) for `gradient`.
        """
        values = np.asarray(x, dtype=np.float64)
        if values.size != self.shape[0]:
            raise ValueError(f"x has {values.size} numbers; allowed: {self.shape[0]}, one per input")
        self.v[0] = values.reshape(-1, 1)
        for layer, (w, b) in enumerate(zip(self.w, self.b, strict=True)):
            self.z[layer] = w @ self.v[layer] + b
            self.v[layer + 1] = sigmoid(self.z[layer])
        return self.v[-1]

    def gradient(self, y: ArrayLike) -> None:
        """Fill delw and delb with the gradient for the sample of the last `predict` and its target y."""
        target = np.asarray(y, dtype=np.float64)
        if target.size != self.shape[-1]:
            raise ValueError(f"y has {target.size} numbers; allowed: {self.shape[-1]}, one per output")
        # (1) delta of the output layer
        delta = (self.v[-1] - target.reshape(-1, 1)) * sigmoid_derivative(self.z[-1], self.v[-1])
        for layer in range(len(self.w) - 1, -1, -1):
            # (3) and (4)
            self.delb[layer] = delta
            self.delw[layer] = delta @ self.v[layer].T
            if layer:
                # (2) delta of the layer before
                slope = sigmoid_derivative(self.z[layer - 1], self.v[layer])
                delta = self.w[layer].T @ delta * slope

    def step(self, x_batch: ArrayLike, y_batch: ArrayLike, eta: float) -> None:
        """Make one update from the samples of a batch: w <- w - eta/m sum dL/dw, and b likewise."""
        samples = list(zip(np.asarray(x_batch), np.asarray(y_batch), strict=True))
        sum_w = [np.zeros(w.shape) for w in self.w]
        sum_b = [np.zeros(b.shape) for b in self.b]
        for x, y in samples:
            self.predict(x)
            self.gradient(y)
            for layer in range(len(self.w)):
                sum_w[layer] += self.delw[layer]
                sum_b[layer] += self.delb[layer]
        for layer in range(len(self.w)):
            self.w[layer] -= eta / len(samples) * sum_w[layer]
            self.b[layer] -= eta / len(samples) * sum_b[layer]

    def fit(
        self,
        x_data: ArrayLike,
        y_data: ArrayLike,
        epochs: int,
        batch_size: int,
        eta: float,
        report: Callable[[str], None] = print,
    ) -> None:
        """Train, and tell `report` the loss and the accuracy over the training data after each epoch.

        Args:
            x_data: inputs, one sample after the other, any shape behind the first axis.
            y_data: targets, one-hot.
            epochs, batch_size: 1 or more; a last, smaller batch is divided by its own size.
            eta: learning rate, above 0.
            report: takes lines of text.
        """
        epochs = check_integer("epochs", epochs, 1, 10**9)
        batch_size = check_integer("batch_size", batch_size, 1, 10**9)
        eta = check_number("eta", eta, 0.0, 1e6, open_low=True)
        x_all, y_all = self._check(x_data, y_data)
        for epoch in range(epochs):
            report(f"Epoch: {epoch + 1}/{epochs}")
            order = self._rng.permutation(len(x_all))
            for start in range(0, len(order), batch_size):
                batch = order[start : start + batch_size]
                self.step(x_all[batch], y_all[batch], eta)
            loss, accuracy = self.evaluate(x_all, y_all)
            report(f"Loss: {loss:.4f}, Acc: {accuracy:.4f}")

    def evaluate(self, x_data: ArrayLike, y_data: ArrayLike) -> tuple[float, float]:
        """Return the loss, 1/(2n) sum (v - y)^2, and the share of samples whose largest output is right."""
        x_all, y_all = self._check(x_data, y_data)
        loss, right = 0.0, 0
        for x, y in zip(x_all, y_all, strict=True):
            v = self.predict(x).ravel()
            loss += float(((v - y) ** 2).sum())
            right += int(v.argmax() == y.argmax())
        return loss / (2 * len(x_all)), right / len(x_all)

    def _check(self, x_data: ArrayLike, y_data: ArrayLike) -> tuple[Column, Column]:
        """Return inputs (n, fan_in) and targets (n, classes); refuse other sizes, NaN and infinity."""
        x_all, y_all = np.asarray(x_data, np.float64), np.asarray(y_data, np.float64)
        for name, data, size in (("x_data", x_all, self.shape[0]), ("y_data", y_all, self.shape[-1])):
            if data.ndim < 2 or not len(data) or data.size != len(data) * size:
                raise ValueError(f"{name} has shape {shown(data.shape)}; allowed: {size} numbers per sample")
            if not np.isfinite(data).all():
                raise ValueError(f"{name} has NaN or infinity; allowed: finite numbers")
        if len(x_all) != len(y_all):
            raise ValueError(f"y_data has {len(y_all)} samples; allowed: {len(x_all)}, as in x_data")
        return x_all.reshape(len(x_all), -1), y_all.reshape(len(y_all), -1)
