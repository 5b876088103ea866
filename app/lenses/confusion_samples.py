"""The samples behind one cell of the confusion table."""

from typing import Any

import numpy as np
from pydantic import BaseModel, Field

from .confusion import its_epoch
from .lens import AtEpoch, Evaluated, Lens


class Query(AtEpoch):
    actual: int = Field(ge=0, le=255)
    predicted: int = Field(ge=0, le=255)
    limit: int = Field(60, ge=1, le=1000)


class Numbers(BaseModel):
    numbers: list[int]


def compute(evaluated: Evaluated, question: Query) -> dict[str, Any]:
    """Which test samples of one class were taken for another, or for their own."""
    actual = evaluated.test.labels == question.actual
    chosen = np.flatnonzero(actual & (evaluated.predictions[question.epoch] == question.predicted))
    return {"numbers": chosen[: question.limit].tolist()}


LENS = Lens(path="confusion/samples", query=Query, answer=Numbers, compute=compute, evaluated=its_epoch)
