"""Back-propagation: the gradient of the loss of one batch, in four equations.

The numbers are those of docs/notation.md (and of Nielsen, ch. 2). Samples are rows, so the lecture's
w^T delta for one column delta reads delta w for a batch of rows.
"""

from numpy.typing import ArrayLike

from nncore.activations import ACTIVATIONS
from nncore.arrays import Array
from nncore.losses import LOSSES
from nncore.network import Params, Trace, check_targets, forward
from nncore.recipe import Recipe


def deltas(params: Params, recipe: Recipe, trace: Trace, t: Array) -> tuple[Array, ...]:
    """Return delta[l] = dL/dz[l] of every layer, (samples, fan_out), for targets t (samples, classes)."""
    derivative = ACTIVATIONS[recipe.activation].derivative
    z, v, w = trace.z, trace.v, params.w
    # (1) output layer: delta = dL/dv sigma'(z)
    delta = [LOSSES[recipe.loss].delta(z[-1], v[-1], t)]
    for layer in range(len(w) - 2, -1, -1):
        # (2) layer before: delta_{l-1} = (w_l^T delta_l) sigma'(z_{l-1})
        delta.insert(0, delta[0] @ w[layer + 1] * derivative(z[layer], v[layer + 1]))
    return tuple(delta)


def gradients(params: Params, recipe: Recipe, x: ArrayLike, t: ArrayLike) -> Params:
    """Return the mean gradient over a batch: delw[l] shaped like w[l], delb[l] shaped like b[l].

    Args:
        params: the point at which the gradient is taken.
        recipe: names the activation and the loss; l2 is not part of this gradient.
        x: inputs (samples, fan_in), an array or lists.
        t: targets (samples, classes), one-hot.

    Raises:
        ValueError: x or t has another shape, or a number that is not finite.
    """
    trace = forward(params, recipe, x)
    m = len(trace.v[0])
    delta = deltas(params, recipe, trace, check_targets(t, m, recipe.shape[-1]))
    # (3) dL/db = delta, and its mean over the batch
    delb = tuple(d.sum(axis=0) / m for d in delta)
    # (4) dL/dw_l = delta_l v_{l-1}^T, and its mean over the batch
    delw = tuple(d.T @ v / m for d, v in zip(delta, trace.v, strict=False))
    return Params(delw, delb)
