"""Recipe: all that decides how a network is built and trained but eta, which may change on the way."""

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.checks import check_choice, check_integer, check_number, shown
from nncore.initializers import INITIALIZERS
from nncore.losses import LOSSES
from nncore.optimizers import OPTIMIZERS

MAX_LAYERS = 20
MAX_LAYER_SIZE = 100_000
MAX_PARAMETERS = 50_000_000
DTYPES = ("float32", "float64")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The settings of a training run; a wrong one raises ValueError.

    Lists and NumPy's numbers are taken too, and kept as tuples and Python's numbers.

    Attributes:
        shape: sizes of the layers from the inputs to the outputs, for example (784, 30, 10).
        batch_size: samples per update, 1 or more; the last batch of an epoch may be smaller.
        seed: decides every random draw; two runs with the same recipe and seed are the same run.
        initialization: a name in INITIALIZERS.
        activation: of the hidden layers, a name in ACTIVATIONS.
        loss: a name in LOSSES; it decides the activation of the output layer too.
        optimizer: a name in OPTIMIZERS.
        momentum: mu, from 0 to below 1; used by the optimizer "momentum" alone.
        l2: lambda of the penalty lambda/2 sum w^2 that is added to the loss while training. Biases are
            not penalised, and reported losses leave the penalty out, so that curves stay comparable.
        dtype: "float32" or "float64".
        train_size: train on the first so many training samples; None takes all.

    >>> Recipe(shape=(784,), batch_size=10)
    Traceback (most recent call last):
    ValueError: shape is (784,); allowed: 2 to 20 layer sizes
    """

    shape: tuple[int, ...]
    batch_size: int
    seed: int = 1
    initialization: str = "standard"
    activation: str = "sigmoid"
    loss: str = "quadratic"
    optimizer: str = "sgd"
    momentum: float = 0.9
    l2: float = 0.0
    dtype: str = "float32"
    train_size: int | None = None

    def __post_init__(self) -> None:
        kept = {
            "shape": check_shape(self.shape),
            "batch_size": check_integer("batch_size", self.batch_size, 1, 10_000_000),
            "seed": check_integer("seed", self.seed, 0, 2**63 - 1),
            "initialization": check_choice("initialization", self.initialization, INITIALIZERS),
            "activation": check_choice("activation", self.activation, ACTIVATIONS),
            "loss": check_choice("loss", self.loss, LOSSES),
            "optimizer": check_choice("optimizer", self.optimizer, OPTIMIZERS),
            "momentum": check_number("momentum", self.momentum, 0.0, 0.999999),
            "l2": check_number("l2", self.l2, 0.0, 1e6),
            "dtype": check_choice("dtype", self.dtype, DTYPES),
        }
        if self.train_size is not None:
            kept["train_size"] = check_integer("train_size", self.train_size, 1, 2**40)
        for name, value in kept.items():
            object.__setattr__(self, name, value)  # the way to set a field of a frozen dataclass

    def __repr__(self) -> str:
        """Return the call that makes it, without what is left to its default."""
        given = [
            f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default
        ]
        return f"Recipe({', '.join(given)})"

    @property
    def numpy_dtype(self) -> np.dtype[np.floating[Any]]:
        """The dtype of weights, biases and everything computed from them."""
        return np.dtype(self.dtype)


def check_shape(shape: Any) -> tuple[int, ...]:
    """Require a row of layer sizes with no more parameters than MAX_PARAMETERS; return it as a tuple."""
    row = isinstance(shape, tuple | list | range) or (isinstance(shape, np.ndarray) and shape.ndim == 1)
    if not row or not 2 <= len(shape) <= MAX_LAYERS:
        raise ValueError(f"shape is {shown(shape)}; allowed: 2 to {MAX_LAYERS} layer sizes")
    sizes = tuple(check_integer(f"shape[{n}]", size, 1, MAX_LAYER_SIZE) for n, size in enumerate(shape))
    count = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))
    if count > MAX_PARAMETERS:
        raise ValueError(
            f"shape {shown(sizes)} has {count:,} weights and biases; allowed: at most {MAX_PARAMETERS:,}"
        )
    return sizes
