"""Why back-propagation: what the gradient costs with it and without it, measured where it is asked for."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from pydantic import BaseModel, Field

import nncore

from ..runs.config import RunConfig
from .lens import AtEpoch, Lens, Number, Subject, known_number, weights

TRIES = 50


class Query(AtEpoch):
    number: Number = 0


class GradientPrice(BaseModel):
    parameters: int
    forward_passes: int = Field(description="Two for every parameter.")
    forward_seconds: float = Field(description="One pass of one sample, measured just now.")
    backprop_seconds: float = Field(description="Forward and back, the whole gradient, measured just now.")
    numerical_seconds: float
    ratio: float


def compute(subject: Subject, question: Query) -> dict[str, Any]:
    """What the whole gradient of one sample costs: by back-propagation, and by nudging every parameter."""
    number, params, recipe = question.number, subject.params, subject.recipe
    x = subject.test.rows(slice(number, number + 1), recipe.numpy_dtype)
    t = np.eye(params.shape[-1], dtype=recipe.numpy_dtype)[[subject.test.labels[number]]]
    forward = _seconds(lambda: nncore.forward(params, recipe, x))
    backprop = _seconds(lambda: nncore.gradients(params, recipe, x, t))
    parameters = sum(array.size for array in params.arrays())
    return {
        "parameters": parameters,
        "forward_passes": 2 * parameters,
        "forward_seconds": forward,
        "backprop_seconds": backprop,
        "numerical_seconds": 2 * parameters * forward,
        "ratio": 2 * parameters * forward / backprop,
    }


def work(config: RunConfig, question: Query) -> int:
    return 4 * TRIES * weights(config.shape)


def _seconds(work: Callable[[], Any]) -> float:
    """The median of some tries: others use the machine too."""
    times = []
    for _ in range(TRIES):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times)


LENS = Lens(
    path="gradient-price",
    query=Query,
    answer=GradientPrice,
    compute=compute,
    check=known_number,
    work=work,
    depends_on=None,
)
