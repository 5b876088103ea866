"""What the network says about some test samples."""

from typing import Any

from pydantic import BaseModel, Field

import nncore

from ..runs.config import RunConfig
from .lens import AtEpoch, Lens, Real, Subject, weights


class Query(AtEpoch):
    first: int = Field(0, ge=0, le=10_000)
    count: int = Field(100, ge=1, le=1000)


class Predictions(BaseModel):
    """What the network says about some test samples."""

    epoch: int
    first: int
    labels: list[int]
    predictions: list[int]
    outputs: list[list[Real]] = Field(description="The values of the output neurons, a row per sample.")


def compute(subject: Subject, question: Query) -> dict[str, Any]:
    """The outputs for test samples, by the parameters of now or of a past epoch."""
    rows = slice(question.first, question.first + question.count)
    x = subject.test.rows(rows, subject.recipe.numpy_dtype)
    outputs = nncore.outputs(subject.params, subject.recipe, x)
    return {
        "epoch": subject.completed if subject.epoch is None else subject.epoch,
        "first": question.first,
        "labels": subject.test.labels[rows].tolist(),
        "predictions": outputs.argmax(axis=1).tolist(),
        "outputs": outputs.round(6).tolist(),
    }


def work(config: RunConfig, question: Query) -> int:
    return weights(config.shape) * question.count


LENS = Lens(path="predictions", query=Query, answer=Predictions, compute=compute, work=work)
