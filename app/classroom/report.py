"""What is left of a lesson: questions and answers, the board, all runs; as a page or as tables."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..runs.config import RunConfig
from ..runs.run import Run
from .opening import OpenSetting
from .state import Classroom, Question, Task
from .tasks import Place

Table = Literal["runs", "answers", "boards"]
Column = Sequence[float | None]

MEASURES = {
    "test_accuracy": "test accuracy",
    "train_accuracy": "training accuracy",
    "test_loss": "test loss",
    "train_loss": "training loss",
}
STATUSES = {
    "SCHEDULED": "waiting",
    "RUNNING": "learning",
    "PAUSED": "paused",
    "FINISHED": "finished",
    "STOPPED": "stopped",
    "FAILED": "ended with an error",
}

# A small chart, in its own units; the page scales it.
WIDTH, HEIGHT = 240, 80
MOST_NUMBERS = 20  # different ones, which are told as they were given


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything that the report is about."""

    room: Classroom
    runs: Sequence[Run]  # oldest first
    series: Mapping[str, Mapping[str, Column]]  # by run: its columns, an entry per epoch

    def name_of(self, member: str) -> str:
        """A student's name; the teacher is called so, and an owner from another class by the id."""
        known = self.room.members.get(member)
        return known.name if known else member


def facts(lesson: Lesson) -> dict[str, Any]:
    """What the page of the report shows."""
    return {
        "day": lesson.room.started_at[:10],
        "width": WIDTH,
        "height": HEIGHT,
        "room": lesson.room,
        "questions": [_question_facts(lesson, question) for question in lesson.room.questions.values()],
        "tasks": [_task_facts(lesson, task) for task in lesson.room.tasks.values()],
        "runs": [_run_facts(lesson, run) for run in lesson.runs],
    }


def _question_facts(lesson: Lesson, question: Question) -> dict[str, Any]:
    is_told = question.status == "revealed"
    return {
        "spec": question.spec,
        "measure": MEASURES.get(question.spec.metric or "", ""),
        "status": question.status,
        "count": len(question.answers),
        "summary": summary(question) if is_told else [],
        "named": _answers(lesson, question) if is_told and question.named else [],
        "mean_curve": _drawn(question) if is_told and question.spec.kind == "curve" else "",
    }


def _drawn(question: Question) -> str:
    """The mean of the curves, in the chart's own units; a loss is scaled to its highest value."""
    mean = mean_curve(question)
    return curve(mean, 0.0, max([1.0, *mean]))


def _task_facts(lesson: Lesson, task: Task) -> dict[str, Any]:
    names = {run.id: run.name for run in lesson.runs}
    return {
        "spec": task.spec,
        "measure": MEASURES[task.spec.measure],
        "rules": _rules(task),
        "named": task.named,
        "places": [
            {
                "place": place.place,
                "name": lesson.name_of(place.best.member),
                "run": names.get(place.best.run_id, ""),  # deleted since
                "value": place.best.value,
            }
            for place in places(lesson, task)
        ],
    }


def _rules(task: Task) -> list[str]:
    """What counted, and what was allowed, in words."""
    spec, opening = task.spec, task.spec.opening
    rules = [f"From {_settings_text(spec.base, spec.base.eta, spec.base.epochs)}."]
    if spec.max_parameters is not None:
        rules.append(f"At most {spec.max_parameters:,} weights and biases.")
    if spec.max_epochs is not None:
        rules.append(f"At most {spec.max_epochs} epochs.")
    if opening.which == "all":
        rules.append("Every setting but the data was open.")
    elif opening.which == "none":
        rules.append("No setting was open.")
    else:
        rules.append(f"Open: {', '.join(map(_open_text, opening.settings))}.")
    return rules


def _open_text(setting: OpenSetting) -> str:
    name = setting.name.replace("_", " ")
    if setting.least is None and setting.most is None:
        return name
    low = "" if setting.least is None else f" from {setting.least:g}"
    high = "" if setting.most is None else f" up to {setting.most:g}"
    return name + low + high


def _run_facts(lesson: Lesson, run: Run) -> dict[str, Any]:
    return {
        "name": run.name,
        "student": lesson.name_of(run.owner),
        "settings": _settings_text(run.config, run.eta, run.epochs),
        "status": STATUSES[run.status],
        "epoch": run.epoch,
        "best": run.best and run.best.test_accuracy,
        "curves": curves_of(lesson, run),
    }


def _settings_text(config: RunConfig, eta: float, epochs: int) -> str:
    """The lecture's settings always; of the others those that are not as usual."""
    words = [
        config.dataset,
        "-".join(map(str, config.shape)),
        f"eta {eta:g}",
        f"batch {config.batch_size}",
        config.initialization,
        f"{epochs} epochs",
        f"seed {config.seed}",
    ]
    for name in ("activation", "loss", "optimizer", "momentum", "l2", "train_size", "target_accuracy"):
        value = getattr(config, name)
        if value != type(config).model_fields[name].default:
            words.append(f"{name.replace('_', ' ')} {value}")
    return ", ".join(words)


def places(lesson: Lesson, task: Task) -> list[Place]:
    return task.board(lesson.runs, lesson.room.present)


def curve(column: Column, lowest: float = 0.0, highest: float = 1.0) -> str:
    """The points of an SVG polyline, from the left edge to the right; a value that is missing is left out."""
    span = max(len(column) - 1, 1)
    points = []
    for place, value in enumerate(column):
        if value is not None:
            share = min(max((value - lowest) / (highest - lowest), 0.0), 1.0)
            points.append(f"{place / span * WIDTH:.1f},{(1 - share) * HEIGHT:.1f}")
    return " ".join(points)


def curves_of(lesson: Lesson, run: Run) -> dict[str, str]:
    """Training and test accuracy of a run as polylines."""
    series = lesson.series.get(run.id, {})
    return {
        "train": curve(series.get("train_accuracy", ())),
        "test": curve(series.get("test_accuracy", ())),
    }


def summary(question: Question) -> list[tuple[str, int]]:
    """How often each answer was given: each option, each number, or of many numbers ten intervals."""
    answers = list(question.answers.values())
    if question.spec.kind == "choice":
        return [
            (option, sum(answer.option == place for answer in answers))
            for place, option in enumerate(question.spec.options)
        ]
    numbers = sorted(answer.number for answer in answers if answer.number is not None)
    if not numbers:
        return []
    if len(different := Counter(numbers)) <= MOST_NUMBERS:
        return [(f"{number:g}", count) for number, count in different.items()]
    low, high = numbers[0], numbers[-1]
    width = (high - low) / 10 or 1.0
    counts = [0] * 10
    for number in numbers:
        counts[min(int((number - low) / width), 9)] += 1
    return [
        (f"{low + place * width:g} to {low + (place + 1) * width:g}", count)
        for place, count in enumerate(counts)
        if count
    ]


def mean_curve(question: Question) -> list[float]:
    """The mean of all curves that were drawn, point by point."""
    drawn = [answer.curve for answer in question.answers.values() if answer.curve is not None]
    return [sum(values) / len(values) for values in zip(*drawn, strict=True)]


def as_csv(lesson: Lesson, table: Table) -> str:
    """One of the tables. Text that a spreadsheet would take for a formula is marked as text."""
    rows = {"runs": _run_rows, "answers": _answer_rows, "boards": _board_rows}[table](lesson)
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_safe(value) for value in row])
    return text.getvalue()


# For spreadsheets, some of which read the full-width signs of a Chinese keyboard likewise.
_BEGINS_FORMULA = tuple("=+-@＝＋－＠\t\r\n")


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in _BEGINS_FORMULA else value


SETTINGS = ("dataset", "shape", "eta", "batch_size", "initialization", "epochs", "seed", "activation", "loss",
            "optimizer", "momentum", "l2", "train_size", "target_accuracy")  # fmt: skip


def _run_rows(lesson: Lesson) -> Iterable[Sequence[Any]]:
    yield ["number", "name", "student", "status", *SETTINGS, "parameters", "epoch", "last_test_accuracy",
           "best_test_accuracy", "best_epoch", "fingerprint"]  # fmt: skip
    for run in lesson.runs:
        settings = run.config.model_dump()
        settings["shape"] = "-".join(map(str, run.config.shape))
        last, best = run.last, run.best
        yield [
            run.number,
            run.name,
            lesson.name_of(run.owner),
            str(run.status),
            *(settings[name] for name in SETTINGS),
            run.config.parameters,
            run.epoch,
            last and last.test_accuracy,
            best and best.test_accuracy,
            best and best.epoch,
            run.fingerprint,
        ]


def _answer_rows(lesson: Lesson) -> Iterable[Sequence[Any]]:
    yield ["question", "text", "kind", "student", "answer"]
    for question in lesson.room.questions.values():
        if question.status != "revealed":
            continue  # nobody has been told these, and a download is no way around that
        for student, answer in _answers(lesson, question):
            yield [question.id, question.spec.text, question.spec.kind, student, answer]


def _answers(lesson: Lesson, question: Question) -> list[tuple[str, Any]]:
    """Who gave which answer; without names in no order, because that in which they came would tell."""
    given = question.answers.items()
    if question.named:
        return [(lesson.name_of(member), _answer_text(question, answer)) for member, answer in given]
    return sorted((("", _answer_text(question, answer)) for _, answer in given), key=str)


def _answer_text(question: Question, answer: Any) -> Any:
    if answer.option is not None:
        return question.spec.options[answer.option]
    return (
        answer.number if answer.number is not None else " ".join(f"{value:g}" for value in answer.curve or ())
    )


def _board_rows(lesson: Lesson) -> Iterable[Sequence[Any]]:
    yield ["task", "text", "place", "student", "run", "value"]
    for task in lesson.room.tasks.values():
        for place in places(lesson, task):
            yield [
                task.id,
                task.spec.text,
                place.place,
                # Who did best is told where the class was told: a file is handed on.
                lesson.name_of(place.best.member) if task.named else "",
                place.best.run_id if task.named else "",
                place.best.value,
            ]
