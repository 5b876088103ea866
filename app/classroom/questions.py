"""Predict before you run: a number, a choice, or the curve one expects."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ..errors import Invalid

CURVE_POINTS = 101  # of a drawn curve at most: one for each epoch of the longest lesson
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Option = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
# Far beyond every answer that makes sense, and near enough for sums and differences to stay finite.
LARGEST = 1e12
Number = Annotated[float, Field(allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
Metric = Literal["train_loss", "test_loss", "train_accuracy", "test_accuracy"]


class QuestionSpec(BaseModel):
    """What the teacher asks, free or of a run that will be seen."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kind: Literal["number", "choice", "curve"]
    text: Text
    options: Annotated[tuple[Option, ...], Field(strict=False, max_length=6)] = Field(
        (), description="Two to six, for a choice."
    )
    unit: Annotated[str, StringConstraints(max_length=20)] = Field("", description="Of a number.")
    least: Number | None = Field(
        None, description="Smallest number that is an answer; the bottom of a curve's chart, 0 if left out."
    )
    most: Number | None = Field(
        None, description="Largest number that is an answer; the top of a curve's chart, 1 if left out."
    )
    metric: Metric | None = Field(
        None,
        description="What a number or a curve is about, where a run will tell. Accuracies are shares, "
        "and percent where that is the unit of a number.",
    )
    epochs: int = Field(
        20, ge=1, le=100, description="How far a curve goes; the epoch after which a number will be known."
    )
    run_id: Annotated[str, Field(max_length=40)] | None = Field(
        None, description="The run that will tell; it may also be named when the answers are revealed."
    )
    correct: Annotated[int, Field(ge=0, le=5)] | None = Field(
        None, description="The right option, if there is one; told with the answers and not before."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.kind == "choice" and len(self.options) < 2:
            raise ValueError("a choice has two to six options")
        if self.kind != "choice" and (self.options or self.correct is not None):
            raise ValueError("only a choice has options")
        if self.correct is not None and self.correct >= len(self.options):
            raise ValueError(f"the right option is one of the {len(self.options)}, counted from 0")
        if len(set(self.options)) != len(self.options):
            raise ValueError("two options are the same")
        if self.kind == "curve" and self.metric is None:
            raise ValueError("say which curve is to be drawn (metric)")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("the smallest number is above the largest")
        if self.kind == "curve" and self.range[0] >= self.range[1]:
            raise ValueError("the top of the chart is not above its bottom")
        return self

    @property
    def range(self) -> tuple[float, float]:
        """Bottom and top of the chart in which a curve is drawn."""
        return (0.0 if self.least is None else self.least, 1.0 if self.most is None else self.most)


class AnswerSpec(BaseModel):
    """What a student answers: exactly one of the three, by the kind of question."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    number: Number | None = None
    option: Annotated[int, Field(ge=0, le=5)] | None = Field(None, description="Counted from 0.")
    curve: (
        Annotated[tuple[Number, ...], Field(strict=False, min_length=2, max_length=CURVE_POINTS)] | None
    ) = Field(None, description="The value after each epoch from 0 on.")


def check_answer(question: QuestionSpec, answer: AnswerSpec) -> None:
    """Raise Invalid if it is no answer to the question."""
    given = {name for name, value in answer.model_dump().items() if value is not None}
    expected = {"number": "number", "choice": "option", "curve": "curve"}[question.kind]
    if given != {expected}:
        raise Invalid(f"The answer to this question is {expected}.", field=expected, code="not-an-answer")
    if answer.option is not None and answer.option >= len(question.options):
        limit = len(question.options) - 1
        raise Invalid(f"The options are 0 to {limit}.", field="option", code="not-an-answer", limit=limit)
    if answer.number is not None:
        _check_number(question, answer.number)
    if answer.curve is not None:
        _check_curve(question, answer.curve)


def _check_curve(question: QuestionSpec, curve: tuple[float, ...]) -> None:
    if len(curve) != question.epochs + 1:
        text = f"A curve has a value for each epoch from 0 to {question.epochs}."
        raise Invalid(text, field="curve", code="not-an-answer", limit=question.epochs + 1)
    bottom, top = question.range
    if min(curve) < bottom or max(curve) > top:
        text = f"A curve stays on the chart, from {bottom:g} to {top:g}."
        raise Invalid(text, field="curve", code="not-an-answer", limit=top)


def _check_number(question: QuestionSpec, number: float) -> None:
    for bound, is_out in (
        (question.least, question.least is not None and number < question.least),
        (question.most, question.most is not None and number > question.most),
    ):
        if is_out:
            text = f"The number is between {question.least} and {question.most}."
            raise Invalid(text, field="number", code="not-an-answer", limit=bound)
