"""The outputs over the plane of two inputs."""

from typing import Any

from pydantic import BaseModel, Field

import nncore

from ..errors import Invalid
from ..runs.config import RunConfig
from .lens import MAX_WORK, AtEpoch, Lens, Real, Subject, affordable, weights


class Query(AtEpoch):
    points: int = Field(60, ge=2, le=200)


class Plane(BaseModel):
    outputs: list[list[list[Real]]] = Field(
        description="[row][column][class]; rows by the second input from 0 to 1, columns by the first."
    )


def check(config: RunConfig, question: Query) -> None:
    if config.shape[0] != 2:
        raise Invalid("Only a network with two inputs has a plane.", field="run_id", code="no-plane")


def compute(subject: Subject, question: Query) -> dict[str, Any]:
    """The outputs over the plane of two inputs, from 0 to 1 each; only for a network with two inputs."""
    most = affordable(subject.params.shape, 1, question.points**2)
    points = max(2, min(question.points, int(most**0.5)))
    grid = nncore.decision_grid(subject.params, subject.recipe, (0.0, 1.0), (0.0, 1.0), points)
    return {"outputs": grid.tolist()}


def work(config: RunConfig, question: Query) -> int:
    return min(MAX_WORK, weights(config.shape) * question.points**2)


LENS = Lens(path="plane", query=Query, answer=Plane, compute=compute, check=check, work=work)
