"""The reference: mini-batch gradient descent as it stands in the lecture, one batch at a time.

The kernel, nncore.fast, does the same faster; tests hold the two together.
"""

import numpy as np
from numpy.typing import NDArray

from nncore.backprop import gradients
from nncore.datasets import Samples, one_hot
from nncore.network import Params
from nncore.optimizers import OPTIMIZERS
from nncore.recipe import Recipe


class ReferenceLearner:
    """Updates a copy of `params` and `memory` with batches of `train`."""

    def __init__(self, recipe: Recipe, params: Params, memory: tuple[Params, ...], train: Samples) -> None:
        self._recipe = recipe
        self._train = train
        self._params = params.copy()
        self._memory = tuple(m.copy() for m in memory)

    def run(self, order: NDArray[np.intp], eta: float) -> None:
        """Make one update for each batch of the samples listed in `order`."""
        recipe = self._recipe
        for start in range(0, len(order), recipe.batch_size):
            batch = order[start : start + recipe.batch_size]
            x = self._train.rows(batch, recipe.numpy_dtype)
            t = one_hot(self._train.labels[batch], recipe.shape[-1], recipe.numpy_dtype)
            self._update(gradients(self._params, recipe, x, t), eta)

    def _update(self, gradient: Params, eta: float) -> None:
        recipe = self._recipe
        if recipe.l2:
            for delw, w in zip(gradient.w, self._params.w, strict=True):
                delw += recipe.l2 * w
        update = OPTIMIZERS[recipe.optimizer].update
        memories = zip(*(m.arrays() for m in self._memory), strict=True) if self._memory else None
        for p, g in zip(self._params.arrays(), gradient.arrays(), strict=True):
            update(p, g, next(memories) if memories else (), eta, recipe.momentum)

    def params(self) -> Params:
        """Return a copy of the parameters."""
        return self._params.copy()

    def memory(self) -> tuple[Params, ...]:
        """Return a copy of the optimizer's memory."""
        return tuple(m.copy() for m in self._memory)
