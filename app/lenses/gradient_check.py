"""Back-propagation held against the definition of the derivative."""

from typing import Any

import numpy as np
from pydantic import BaseModel, Field

import nncore

from ..errors import Invalid
from ..runs.config import RunConfig
from .lens import AtEpoch, Lens, Number, Real, Subject, known_number, weights

# From 10^-12, which drowns in rounding, to a tenth, which is no derivative any more; two a decade.
EPSILONS = tuple(10.0 ** (-k / 2) for k in range(24, 1, -1))


class Query(AtEpoch):
    layer: int = Field(ge=0, le=20)
    neuron: int = Field(ge=0, le=1000)
    source: int | None = Field(None, ge=0, le=1000, description="Left out: the bias.")
    number: Number = 0


class Nudge(BaseModel):
    """The losses with the parameter moved down and up by epsilon."""

    epsilon: float
    below: Real
    above: Real
    quotient: Real = Field(description="(above - below) / (2 epsilon).")
    difference: Real = Field(description="To back-propagation, as a share of the larger of both.")


class GradientCheck(BaseModel):
    value: Real = Field(description="The parameter.")
    backprop: Real = Field(description="dL/dp by back-propagation, in double precision.")
    rows: list[Nudge]


def check(config: RunConfig, question: Query) -> None:
    known_number(config, question)
    units, layer = config.shape, question.layer
    if layer + 1 >= len(units) or question.neuron >= units[layer + 1]:
        raise Invalid("There is no such neuron.", field="neuron")
    if question.source is not None and question.source >= units[layer]:
        raise Invalid("The layer has fewer inputs.", field="source")


def compute(subject: Subject, question: Query) -> dict[str, Any]:
    """The derivative of one sample's loss by one weight or bias: by back-propagation, and by nudging it."""
    number, recipe, params = question.number, subject.recipe, subject.params
    x = subject.test.rows(slice(number, number + 1), recipe.numpy_dtype)
    t = np.eye(params.shape[-1])[[int(subject.test.labels[number])]]
    place = _place(question)
    exact = nncore.Params(*(tuple(a.astype(np.float64) for a in group) for group in (params.w, params.b)))
    backprop = _at(nncore.gradients(exact, recipe, x, t), place)
    rows = []
    for epsilon in EPSILONS:
        below, above = nncore.losses_around(exact, recipe, x, t, place, epsilon)
        quotient = (above - below) / (2 * epsilon)
        size = max(abs(quotient), abs(backprop))
        rows.append(
            {
                "epsilon": epsilon,
                "below": below,
                "above": above,
                "quotient": quotient,
                "difference": abs(quotient - backprop) / size if size else 0.0,
            }
        )
    return {"value": _at(params, place), "backprop": backprop, "rows": rows}


def work(config: RunConfig, question: Query) -> int:
    return 3 * len(EPSILONS) * weights(config.shape)  # for each two passes, and a copy to nudge


def _place(question: Query) -> nncore.Place:
    if question.source is None:
        return nncore.Place("b", question.layer, (question.neuron,))
    return nncore.Place("w", question.layer, (question.neuron, question.source))


def _at(params: nncore.Params, place: nncore.Place) -> float:
    return float((params.w if place.kind == "w" else params.b)[place.layer][place.index])


LENS = Lens(path="gradient-check", query=Query, answer=GradientCheck, compute=compute, check=check, work=work)
