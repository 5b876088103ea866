"""One sample on its way through the network and back."""

from typing import Any

from pydantic import BaseModel

import nncore

from .lens import AtEpoch, Lens, Number, Real, Subject, known_number


class Query(AtEpoch):
    number: Number = 0


class SampleOnItsWay(BaseModel):
    """v[0] are the inputs, v[l + 1], z[l] and delta[l] belong to layer l; delw[l] = delta[l] v[l]^T."""

    number: int
    label: int
    prediction: int
    loss: Real
    v: list[list[Real]]
    z: list[list[Real]]
    delta: list[list[Real]]


def compute(subject: Subject, question: Query) -> dict[str, Any]:
    """One test sample on its way through the network and back: v, z, loss and delta of every layer."""
    number, recipe = question.number, subject.recipe
    x = subject.test.rows(slice(number, number + 1), recipe.numpy_dtype)
    label = int(subject.test.labels[number])
    view = nncore.inspect_sample(subject.params, recipe, x[0], label)
    return {
        "number": number,
        "label": label,
        "prediction": view.prediction,
        "loss": view.loss,
        **{name: [values.tolist() for values in getattr(view, name)] for name in ("v", "z", "delta")},
    }


LENS = Lens(path="sample", query=Query, answer=SampleOnItsWay, compute=compute, check=known_number)
