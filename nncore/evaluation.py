"""How good a network is: loss and accuracy over a whole sample."""

from dataclasses import dataclass, field

import numpy as np

from nncore.arrays import Bytes
from nncore.datasets import Samples, check_fits, one_hot
from nncore.fast.outputs import output_z
from nncore.losses import LOSSES
from nncore.network import Params, check_params
from nncore.recipe import Recipe


@dataclass(frozen=True)
class Evaluation:
    """The mean loss, the share of right answers, and the predicted label of every sample, (n,) uint8."""

    loss: float
    accuracy: float
    predictions: Bytes = field(repr=False)


def evaluate(params: Params, recipe: Recipe, samples: Samples) -> Evaluation:
    """Return loss and accuracy over all samples; the prediction is the class of the largest output.

    The quadratic loss is 1/(2n) times the sum of squared differences over samples and outputs. A
    network that has diverged gives a loss that is not finite; that is a result, not an error.

    Raises:
        ValueError: params or samples do not belong to the recipe: shape, type, inputs, a label out of range.
    """
    check_params("params", params, recipe)
    check_fits("samples", samples, recipe.shape[0], recipe.shape[-1])
    n = len(samples)
    loss = LOSSES[recipe.loss]
    total = 0.0
    predictions = np.empty(n, np.uint8)
    with np.errstate(all="ignore"):
        for part, z in output_z(params, recipe, samples):
            v = loss.output(z)
            t = one_hot(samples.labels[part], recipe.shape[-1], recipe.numpy_dtype)
            total += float(loss.value(z, v, t).sum(dtype=np.float64))
            predictions[part] = v.argmax(axis=1)
    return Evaluation(total / n, float((predictions == samples.labels).mean()), predictions)
