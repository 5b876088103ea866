"""The samples that a run gets wrong again and again."""

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, Field

from ..runs.run import Run
from .lens import Evaluated, Lens, affordable, test_size

MOST_EPOCHS = 20  # as many networks as one question may look at
MOST_WORK = 5 * 10**10  # weights times samples, in all of them: some seconds


class Query(BaseModel):
    limit: int = Field(20, ge=1, le=100)


class StubbornSample(BaseModel):
    number: int
    label: int
    wrong: int = Field(description="After so many of the epochs.")


class Stubborn(BaseModel):
    epochs: list[int]
    samples: list[StubbornSample]


def compute(evaluated: Evaluated, question: Query) -> dict[str, Any]:
    """The test samples that were wrong after most epochs, of at most twenty that are looked at."""
    labels = evaluated.test.labels
    wrong = np.zeros(len(labels), np.int64)
    for predictions in evaluated.predictions.values():
        wrong += predictions != labels
    worst = [int(n) for n in np.argsort(-wrong, kind="stable")[: question.limit] if wrong[n]]
    samples = [{"number": n, "label": int(labels[n]), "wrong": int(wrong[n])} for n in worst]
    return {"epochs": list(evaluated.predictions), "samples": samples}


def epochs(run: Run, question: Query, kept: Sequence[int]) -> Sequence[int]:
    """Those after a step was made, as many as may be looked at."""
    samples = test_size(run.config)
    return spread(kept[1:], affordable(run.config.shape, samples, MOST_EPOCHS, MOST_WORK))


def spread(epochs: Sequence[int], most: int) -> list[int]:
    """At most so many of the epochs: every second, fourth, eighth ... and the newest.

    As a run goes on, the same ones are chosen again, so that what was found out about them still serves.
    """
    stride = 1
    while math.ceil(len(epochs) / stride) > most:
        stride *= 2
    chosen = list(epochs[stride - 1 :: stride])
    return chosen if chosen[-1:] == list(epochs[-1:]) else [*chosen, epochs[-1]]


def depends_on(run: Run, question: Query) -> Hashable:
    return run.epoch


LENS = Lens(
    path="stubborn",
    query=Query,
    answer=Stubborn,
    compute=compute,
    evaluated=epochs,
    depends_on=depends_on,
)
