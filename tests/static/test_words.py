"""Whatever the server says by a code or a name, the page can say in its own languages.

English may leave refusals and lessons to the server, which speaks it. Every other catalogue needs them all.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, get_args

import pytest
from chalknet.api.models import RunCreate
from chalknet.classroom.tasks import TaskSpec
from chalknet.errors import AppError, invalid_settings
from chalknet.experiments.spec import ExperimentSpec
from chalknet.runs.config import MAX_NEURONS, RunConfig
from chalknet.runs.presets import PRESETS
from chalknet.runs.run import FailureReason
from chalknet.runs.updates import RunUpdate
from pydantic import BaseModel, ValidationError

ROOT = Path(__file__).parents[2]
CLASS_CODE = r"status, code, title = \(?\d+, '([^']+)'"

# What no visitor's click can bring about, because the page never sends it, or asks quietly and draws nothing.
NEVER_MET = {
    "another program's requests": {
        *("bad-request", "bad-host", "forbidden", "not-found", "conflict", "invalid", "too-large"),
        *(
            "unknown-host",
            "unsupported-media-type",
            "not-http",
            "bad-handshake",
            "not-json",
            "not-utf8",
            "not-finite",
        ),
        *("needs-own-data", "ready-made"),
        *("too-deep", "duplicate-key", "lone-surrogate", "key-in-use", "key-reused", "pins-full"),
    },
    "the page offers it to others only": {
        *("member-not-found", "no-class", "no-right", "students-only", "teacher-only"),
    },
    "questions of the lenses": {
        "dataset-not-found",
        "epoch-not-found",
        "sample-not-found",
        "no-plane",
        "no-pictures",
    },
    "between the server and its workers": {"no-worker", "cluster-unavailable"},
    "values that the controls cannot hold": {
        *("bool-type", "float-type", "int-type", "string-type", "tuple-type"),
        *("extra-forbidden", "finite-number", "literal-error", "shape-ends", "too-long", "too-short"),
        *("string-too-long", "string-too-short"),
    },
}


def catalogues() -> dict[str, dict[str, str]]:
    """Every language with its words, read as text: all keys and values are plain strings."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for file in sorted((ROOT / "static").rglob("words/*.js")):
        found[file.stem] |= dict(re.findall(r'^  "([^"]+)": "(.*)",$', file.read_text(), re.MULTILINE))
    return found


CATALOGUES = catalogues()
TRANSLATIONS = sorted(CATALOGUES.keys() - {"en"})


SOURCE = [path.read_text() for path in sorted((ROOT / "app").rglob("*.py"))]
NODES = [node for text in SOURCE for node in ast.walk(ast.parse(text))]


def calls(name: str) -> list[ast.Call]:
    """Every call in the server's code of something with this name."""
    found = [node for node in NODES if isinstance(node, ast.Call)]
    return [call for call in found if ast.unparse(call.func).split(".")[-1] == name]


def refusals_by_class() -> dict[str, bool]:
    """Codes of AppErrors, of their classes or as they are raised; and whether a limit always comes along."""
    kinds = {"AppError": AppError.code}
    for node in NODES:
        if isinstance(node, ast.ClassDef) and (code := re.search(CLASS_CODE, ast.unparse(node))):
            kinds[node.name] = code[1]
    found = dict.fromkeys(kinds.values(), True)
    for name, usual in kinds.items():
        for call in calls(name):
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            code = given.get("code", ast.Constant(usual))
            if isinstance(code, ast.Constant):  # else it is the framework's, made of the HTTP status
                found[str(code.value)] = found.get(str(code.value), True) and "limit" in given
    return found


# For every field: too little, too much, nothing, and values of another kind.
ODD = [None, True, "", "x" * 1000, "a\u202eb", -1, 0, 1e-9, 10**9, 1e9, 0.5, float("nan"), [], [1] * 99, {}]
SHAPES = [{"shape": [784, size, 10]} for size in (0, MAX_NEURONS + 1)]
LARGE = {"shape": [784, 1000, 1000, 10]}
TOGETHER = [
    *SHAPES,
    {"shape": [3, 2]},
    {"dataset": "two-features", "train_size": 60_000},
    {**LARGE, "epochs": 1000},
    {**LARGE, "batch_size": 60_000},
    {"dataset": "not-here"},
    {"nonsense": 1},
]


def refusals_by_value() -> dict[str, bool]:
    """Codes of wrong values, found by sending them; and whether a limit always comes along."""
    found: dict[str, bool] = {}
    narrow = {"text": "t", "base": RunConfig()}
    models: dict[type[BaseModel], list[dict[str, Any]]] = {
        RunCreate: TOGETHER,
        RunUpdate: [],
        ExperimentSpec: [
            {"vary": {"eta": values}, "seeds": list(range(5))}
            for values in ([-1.0], [1.0, 1.0], [k + 1.0 for k in range(50)])
        ],
        TaskSpec: [{**narrow, "max_parameters": 1}, {**narrow, "max_epochs": 1}],
    }
    for model, more in models.items():
        tries: list[dict[str, Any]] = [{field: value} for field in model.model_fields for value in ODD]
        for given in tries + more if issubclass(model, RunConfig | RunUpdate) else more:
            try:
                model.model_validate(given)
            except ValidationError as error:
                for wrong in invalid_settings(error).errors:
                    found[wrong["code"]] = found.get(wrong["code"], True) and wrong["limit"] is not None
    return found


REFUSALS = refusals_by_class() | refusals_by_value()
MET = REFUSALS.keys() - set().union(*NEVER_MET.values())


def test_every_code_in_the_source_is_found() -> None:
    assert set(re.findall(r'\bcode="([^"]+)"', "".join(SOURCE))) <= REFUSALS.keys()
    own = {ast.literal_eval(call.args[0]).replace("_", "-") for call in calls("setting_refusal") if call.args}
    assert len(own) > 3
    assert own <= REFUSALS.keys()


def test_codes_that_nobody_meets_exist() -> None:
    assert not set().union(*NEVER_MET.values()) - REFUSALS.keys()


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_refusal_that_a_visitor_can_meet_is_translated(language: str) -> None:
    words = {key.removeprefix("refusal.") for key in CATALOGUES[language] if key.startswith("refusal.")}
    assert words == MET


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_refusal_speaks_of_a_limit_only_where_one_is_sent(language: str) -> None:
    for key, text in CATALOGUES[language].items():
        if key.startswith("refusal."):
            values = set(re.findall(r"\{(\w+)\}", text))
            assert values <= ({"limit"} if REFUSALS[key.removeprefix("refusal.")] else set()), key


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_failure_hint_field_and_choice_has_words(language: str) -> None:
    hints = {ast.literal_eval(call.args[0]) for call in calls("Hint")}
    assert len(hints) > 3
    wanted = {f"reason.{reason}" for reason in get_args(FailureReason)}
    wanted |= {f"hint.{code}{part}" for code in hints for part in ("", ".why")}
    for name, field in RunConfig.model_fields.items():
        if name != "preset":
            wanted.add(f"field.{name}")
            wanted |= {
                f"field.{name}.{option}" for option in get_args(field.annotation) if isinstance(option, str)
            }
    assert not wanted - CATALOGUES[language].keys()


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_lesson_is_translated(language: str) -> None:
    wanted = {f"preset.{name}.{part}" for name in PRESETS for part in ("title", "question")}
    assert not wanted - CATALOGUES[language].keys()
