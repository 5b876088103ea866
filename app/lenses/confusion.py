"""Which classes a network takes for which."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

import nncore

from ..runs.run import Run
from .lens import AtEpoch, Evaluated, Lens


class Confusion(BaseModel):
    counts: list[list[int]]
    accuracy: float


def compute(evaluated: Evaluated, question: AtEpoch) -> dict[str, Any]:
    """How often each class (row) was taken for each class (column), over the whole test sample."""
    predictions, labels = evaluated.predictions[question.epoch], evaluated.test.labels
    counts = nncore.confusion_matrix(predictions, labels, evaluated.classes)
    return {"counts": counts.tolist(), "accuracy": float((predictions == labels).mean())}


def its_epoch(run: Run, question: AtEpoch, kept: Sequence[int]) -> Sequence[int | None]:
    return [question.epoch]


LENS = Lens(path="confusion", query=AtEpoch, answer=Confusion, compute=compute, evaluated=its_epoch)
