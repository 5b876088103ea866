"""The network: its parameters, and the way from inputs to outputs.

Here, as in all of nncore but the class `neurons`, a batch is an array of rows, one sample each. The
lecture's z = w v + b for a column v reads z = v w^T + b for rows; w keeps the lecture's shape.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.activations import ACTIVATIONS
from nncore.arrays import Array
from nncore.checks import check_array
from nncore.initializers import INITIALIZERS
from nncore.losses import LOSSES
from nncore.recipe import Recipe
from nncore.rng import generator


@dataclass(frozen=True)
class Params:
    """Weights w[l] (fan_out, fan_in) and biases b[l] (fan_out,), one pair per layer after the inputs."""

    w: tuple[Array, ...]
    b: tuple[Array, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the layers, for example (784, 30, 10)."""
        return (self.w[0].shape[1], *(w.shape[0] for w in self.w))

    def __repr__(self) -> str:
        sizes = "-".join(str(size) for size in self.shape)
        return (
            f"Params({sizes}, {sum(a.size for a in self.arrays()):,} weights and biases, {self.w[0].dtype})"
        )

    def arrays(self) -> tuple[Array, ...]:
        """Return all arrays in the order w[0], b[0], w[1], b[1], ..."""
        return tuple(a for pair in zip(self.w, self.b, strict=True) for a in pair)

    def copy(self) -> "Params":
        """Return parameters that share no memory with these."""
        return Params(tuple(w.copy() for w in self.w), tuple(b.copy() for b in self.b))

    def zeros(self) -> "Params":
        """Return zeros of the same shapes and type."""
        return Params(tuple(np.zeros_like(w) for w in self.w), tuple(np.zeros_like(b) for b in self.b))


@dataclass(frozen=True)
class Trace:
    """What a forward pass leaves: v[0] is the input, z[l] = v[l] w[l]^T + b[l], v[l+1] = activation(z[l])."""

    z: tuple[Array, ...]
    v: tuple[Array, ...]

    def __repr__(self) -> str:
        sizes = "-".join(str(v.shape[1]) for v in self.v)
        return f"Trace({len(self.v[0]):,} samples through {sizes})"


def initial_params(recipe: Recipe) -> Params:
    """Draw the first weights and biases; every initialization starts from the same draws.

    >>> [w.shape for w in initial_params(Recipe(shape=(2, 5, 2), batch_size=30)).w]
    [(5, 2), (2, 5)]
    """
    rng = generator(recipe.seed, "start")
    initialize = INITIALIZERS[recipe.initialization]
    dtype = recipe.numpy_dtype
    layers = []
    for fan_in, fan_out in pairwise(recipe.shape):
        draws = rng.standard_normal((fan_out, fan_in)), rng.standard_normal(fan_out)
        w, b = initialize(*draws)
        layers.append((w.astype(dtype), b.astype(dtype)))
    return Params(tuple(w for w, _ in layers), tuple(b for _, b in layers))


def forward(params: Params, recipe: Recipe, x: ArrayLike) -> Trace:
    """Pass the inputs x (samples, fan_in), an array or lists, through the network and keep every z and v.

    Raises:
        ValueError: x is not a matrix of finite numbers with one column per input.
    """
    v = [check_inputs(x, params.shape[0]).astype(params.w[0].dtype, copy=False)]
    z: list[Array] = []
    last = len(params.w) - 1
    for layer, (w, b) in enumerate(zip(params.w, params.b, strict=True)):
        function = LOSSES[recipe.loss].output if layer == last else ACTIVATIONS[recipe.activation].function
        z.append(v[-1] @ w.T + b)
        v.append(function(z[-1]))
    return Trace(tuple(z), tuple(v))


def outputs(params: Params, recipe: Recipe, x: ArrayLike) -> Array:
    """Return the network's outputs (samples, classes) for the inputs x (samples, fan_in)."""
    return forward(params, recipe, x).v[-1]


def check_params(name: str, params: Params, recipe: Recipe) -> None:
    """Require parameters of the recipe's shape and type."""
    if params.shape != recipe.shape or any(a.dtype != recipe.dtype for a in params.arrays()):
        given = f"{params.w[0].dtype} of shape {params.shape}"
        raise ValueError(f"{name} is {given}; allowed: {recipe.dtype} of shape {recipe.shape}")


def check_inputs(inputs: ArrayLike, features: int) -> NDArray[Any]:
    """Require a finite matrix of numbers with `features` columns, and return it as an array."""
    x = check_array("x", inputs)
    if x.ndim != 2 or x.shape[1] != features:
        raise ValueError(f"x has shape {x.shape}; allowed: (samples, {features})")
    if x.dtype.kind not in "fi":
        # Bytes are pixels; taken as they are, they would be 255 times too large.
        raise ValueError(f"x has dtype {x.dtype}; allowed: numbers as the network sees them, pixels / 255")
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        raise ValueError("x has NaN or infinity; allowed: finite numbers")
    return x


def check_targets(targets: ArrayLike, samples: int, classes: int) -> NDArray[Any]:
    """Require finite targets of shape (samples, classes), and return them as an array."""
    t = check_array("t", targets)
    if t.shape != (samples, classes) or t.dtype.kind not in "fiu":
        raise ValueError(
            f"t is {t.dtype} of shape {t.shape}; allowed: numbers of shape ({samples}, {classes})"
        )
    if not np.isfinite(t).all():
        raise ValueError("t has NaN or infinity; allowed: finite numbers")
    return t
