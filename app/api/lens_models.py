"""What the lenses answer with."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class KeptEpochs(BaseModel):
    """The epochs whose parameters are there."""

    epochs: list[int]
    newest: int = Field(description="Completed epochs.")


class HistogramView(BaseModel):
    """counts[i] finite values lie from edges[i] to edges[i + 1]."""

    edges: list[float]
    counts: list[int]
    not_finite: int = Field(description="How many values were infinite or not a number.")


class LayerView(BaseModel):
    """A layer over some test samples."""

    z: HistogramView
    v: HistogramView
    delta: HistogramView
    w: HistogramView
    unit_width: float | None = Field(description="Of z, if all inputs were independent unit Gaussians.")
    data_width: float | None = Field(description="Of z, for inputs as they are: sqrt(mean |v|^2 w^2 + b^2).")
    saturated: float | None = Field(description="Share of neurons and samples outside 0.01 < sigma < 0.99.")
    mean_slope: float | None = Field(description="Mean sigma'(z).")
    gradient_size: float | None = Field(description="Root of the mean square of dL/dw.")


class Layers(BaseModel):
    samples: int = Field(description="How many were looked at: fewer than asked for, for a large network.")
    layers: list[LayerView]


class SampleOnItsWay(BaseModel):
    """v[0] are the inputs, v[l + 1], z[l] and delta[l] belong to layer l; delw[l] = delta[l] v[l]^T."""

    number: int
    label: int
    prediction: int
    loss: float
    v: list[list[float]]
    z: list[list[float]]
    delta: list[list[float]]


class Nudge(BaseModel):
    """The losses with the parameter moved down and up by epsilon."""

    epsilon: float
    below: float
    above: float
    quotient: float = Field(description="(above - below) / (2 epsilon).")
    difference: float = Field(description="To back-propagation, as a share of the larger of both.")


class GradientCheck(BaseModel):
    value: float = Field(description="The parameter.")
    backprop: float = Field(description="dL/dp by back-propagation, in double precision.")
    rows: list[Nudge]


class GradientPrice(BaseModel):
    parameters: int
    forward_passes: int = Field(description="Two for every parameter.")
    forward_seconds: float = Field(description="One pass of one sample, measured just now.")
    backprop_seconds: float = Field(description="Forward and back, the whole gradient, measured just now.")
    numerical_seconds: float
    ratio: float


class Confusion(BaseModel):
    counts: list[list[int]]
    accuracy: float


class Numbers(BaseModel):
    numbers: list[int]


class StubbornSample(BaseModel):
    number: int
    label: int
    wrong: int = Field(description="After so many of the epochs.")


class Stubborn(BaseModel):
    epochs: list[int]
    samples: list[StubbornSample]


class Plane(BaseModel):
    outputs: list[list[list[float]]] = Field(
        description="[row][column][class]; rows by the second input from 0 to 1, columns by the first."
    )


class HintView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: str
    values: dict[str, float]
    apply: dict[str, Any] = Field(description="Settings for a twin that would do better.")


class Hints(BaseModel):
    epoch: int
    hints: list[HintView]


class SourceLine(BaseModel):
    file: str
    line: int
    code: str


class SourceLines(BaseModel):
    lines: dict[str, SourceLine]
