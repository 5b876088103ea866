"""What can be asked, and what is an answer to it."""

import pytest
from chalknet.classroom.questions import AnswerSpec, QuestionSpec, check_answer
from chalknet.errors import Invalid
from pydantic import ValidationError

NUMBER = QuestionSpec(kind="number", text="How good after 20 epochs?", unit="%", least=0, most=100)
CHOICE = QuestionSpec(kind="choice", text="Which is best?", options=("0.3", "3", "30"), correct=1)
CURVE = QuestionSpec(kind="curve", text="Draw what you expect", metric="test_accuracy", epochs=4)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (NUMBER, AnswerSpec(number=95.0)),
        (NUMBER, AnswerSpec(number=0.0)),
        (CHOICE, AnswerSpec(option=2)),
        (CURVE, AnswerSpec(curve=(0.1, 0.8, 0.9, 0.92, 0.93))),
    ],
)
def test_an_answer_of_the_right_kind_is_taken(question: QuestionSpec, answer: AnswerSpec) -> None:
    check_answer(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (NUMBER, AnswerSpec(option=1)),
        (NUMBER, AnswerSpec()),
        (NUMBER, AnswerSpec(number=101.0)),
        (NUMBER, AnswerSpec(number=-1.0)),
        (NUMBER, AnswerSpec(number=95.0, option=1)),
        (CHOICE, AnswerSpec(option=3)),
        (CHOICE, AnswerSpec(number=1.0)),
        (CURVE, AnswerSpec(curve=(0.1, 0.9))),
        (CURVE, AnswerSpec(number=0.9)),
        (CURVE, AnswerSpec(curve=(0.1, 0.8, 0.9, 0.92, 1.5))),
        (CURVE, AnswerSpec(curve=(-0.1, 0.8, 0.9, 0.92, 0.93))),
    ],
)
def test_anything_else_is_refused(question: QuestionSpec, answer: AnswerSpec) -> None:
    with pytest.raises(Invalid) as caught:
        check_answer(question, answer)
    assert caught.value.code == "not-an-answer"


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "choice", "text": "?", "options": ["a"]},
        {"kind": "choice", "text": "?", "options": ["a", "a"]},
        {"kind": "choice", "text": "?", "options": list("abcdefg")},
        {"kind": "choice", "text": "?", "options": ["a", "b"], "correct": 2},
        {"kind": "number", "text": "?", "options": ["a", "b"]},
        {"kind": "number", "text": "?", "least": 2.0, "most": 1.0},
        {"kind": "number", "text": "?", "least": float("inf")},
        {"kind": "curve", "text": "?"},
        {"kind": "curve", "text": "?", "metric": "test_loss", "least": 2.0},
        {"kind": "curve", "text": "?", "metric": "test_loss", "epochs": 101},
        {"kind": "essay", "text": "?"},
        {"kind": "number", "text": "  "},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QuestionSpec.model_validate(given)


def test_a_loss_is_drawn_on_the_chart_that_the_teacher_has_chosen() -> None:
    loss = QuestionSpec(kind="curve", text="?", metric="test_loss", epochs=1, most=4.0)
    check_answer(loss, AnswerSpec(curve=(3.5, 0.2)))
    with pytest.raises(Invalid):
        check_answer(loss, AnswerSpec(curve=(4.5, 0.2)))


@pytest.mark.parametrize(
    "given",
    [{"number": float("nan")}, {"number": 1e300}, {"curve": [0.1, float("inf")]}, {"option": -1}],
)
def test_an_answer_is_finite_and_so_are_sums_of_answers(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AnswerSpec.model_validate(given)
