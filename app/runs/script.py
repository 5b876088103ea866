"""A run as a short Python program: nncore alone, and the same weights at its end; and as a request. Pure."""

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from .run import EtaChange, Run

# What a recipe has beside shape and batch size, and what each is when nobody says so.
OPTIONS = ("seed", "initialization", "activation", "loss", "optimizer", "momentum", "l2", "train_size")

ONE_THREAD = """\
import os

# One thread in BLAS, as the server has it: with more, sums have other last digits. Before NumPy is loaded.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
"""

IMPORTS = "from nncore import DATASETS, Recipe, SlicePlan, fingerprint, initial_state, train_slice\n"

TRAINING = """\
state = initial_state(recipe)
reports = []
for eta, last_step in learning_rates:
    while state.step < last_step:
        # To the end of the epoch, or of this learning rate, whichever is first.
        steps = min(steps_per_epoch - state.step % steps_per_epoch, last_step - state.step)
        state, report = train_slice(state, SlicePlan(recipe, eta, steps), data)
        for epoch in report.epochs:
            print(f"epoch {epoch.epoch}: loss {epoch.test_loss:.5f}, test {100 * epoch.test_accuracy:.2f} %")
        reports += report.epochs
        if report.diverged_at is not None:
            raise SystemExit(f"diverged at step {report.diverged_at}")
"""

END = "print(fingerprint(state.params))\n"

CURVES = """\
try:
    import matplotlib.pyplot as plt
except ImportError:
    print("The curves need matplotlib: pip install matplotlib")
else:
    figure, (upper, lower) = plt.subplots(2, 1, sharex=True, figsize=(7, 7))
    epochs = [report.epoch for report in reports]
    for sample, style in (("train", "-"), ("test", "--")):
        upper.plot(epochs, [getattr(report, f"{sample}_loss") for report in reports], style, label=sample)
        lower.plot(epochs, [getattr(report, f"{sample}_accuracy") for report in reports], style)
    upper.set_ylabel("loss")
    upper.legend()
    lower.set_ylabel("accuracy")
    lower.set_xlabel("epoch")
"""


class Part(NamedTuple):
    """Some lines that belong together, and what they are for."""

    text: str
    code: str


def python(run: Run, changes: Sequence[EtaChange], versions: dict[str, str]) -> str:
    """The program as one file."""
    head = "".join(f"# {line}\n" for line in about(run, versions))
    return "\n".join([head, *(part.code for part in _parts(run, changes))])


def notebook(run: Run, changes: Sequence[EtaChange], versions: dict[str, str]) -> str:
    """The program as a notebook (nbformat 4), which draws the curves too."""
    title, *facts = about(run, versions)
    cells = [_cell("markdown", f"# {title}\n\n" + "\n".join(f"- {fact}" for fact in facts))]
    parts = [*_parts(run, changes), Part("The curves: training solid, test dashed.", CURVES)]
    for part in parts:
        cells += [_cell("markdown", part.text), _cell("code", part.code)]
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def curl(run: Run, changes: Sequence[EtaChange], address: str) -> str:
    """A shell script that starts the run once more, on the server at `address` or another one."""
    settings = {name: value for name, value in run.config.as_json().items() if value is not None}
    body = json.dumps({**settings, "epochs": run.epochs, "name": run.name}, ensure_ascii=False)
    lines = [
        "#!/bin/sh",
        f"# {run.name}: {'-'.join(map(str, run.config.shape))} on {run.config.dataset}",
        "# Starts the same run once more. On another server: sh FILE https://its.address",
        "# In a class, with the token that the page gives: TOKEN=... sh FILE",
    ]
    lines += [f"# From step {one.step} on the learning rate was {one.eta!r}." for one in changes]
    lines += [
        f"server=${{1:-{shlex.quote(address)}}}",
        "curl --fail-with-body --silent --show-error --request POST \\",
        '    ${TOKEN:+--header "authorization: Bearer $TOKEN"} \\',
        "    --header 'content-type: application/json' \\",
        f"    --data {shlex.quote(body)} \\",
        '    "$server/api/v1/runs"',
    ]
    return "\n".join(lines) + "\n"


def about(run: Run, versions: dict[str, str]) -> Iterator[str]:
    """What there is to say of the run and of what is written down: a title, and lines after it."""
    yield f"{run.name}: {'-'.join(map(str, run.config.shape))} on {run.config.dataset}"
    yield "needs Python with Chalknet installed, and no server"
    if run.fingerprint is None:
        yield "the run has not ended yet: this is what it will be, if nobody changes it"
        if run.config.target_accuracy is not None:
            yield f"(a server ends it once {run.config.target_accuracy:g} of the test sample is right)"
    else:
        yield f"prints {run.fingerprint} at its end"
    told = ", ".join(f"{name} {number}" for name, number in versions.items())
    yield f"to the bit with {told}, on a processor like the server's; elsewhere the last digits differ"


def _parts(run: Run, changes: Sequence[EtaChange]) -> Iterator[Part]:
    config = run.config
    usual = {name: field.default for name, field in type(config).model_fields.items()}
    chosen = {name: getattr(config, name) for name in OPTIONS if getattr(config, name) != usual[name]}
    options = "".join(f"    {name}={value!r},\n" for name, value in chosen.items())
    settings = (
        f"data = DATASETS[{config.dataset!r}].load()\n"
        f"recipe = Recipe(\n    shape={tuple(config.shape)!r},\n"
        f"    batch_size={config.batch_size!r},\n{options})\n"
        f"steps_per_epoch = {config.steps_per_epoch}\n"
        f"# Learning rate, and the step up to which it holds.\n"
        f"learning_rates = {learning_rates(run, changes)!r}\n"
    )
    yield Part("What is needed.", f"{ONE_THREAD}\n{IMPORTS}")
    yield Part("The settings of the run.", settings)
    yield Part("The training, epoch by epoch.", TRAINING)
    yield Part("The fingerprint of the final weights and biases.", END)


def learning_rates(run: Run, changes: Sequence[EtaChange]) -> list[tuple[float, int]]:
    """Each with the step at which it ends; the last one ends where the run has, or will."""
    end = run.step if run.status.ended else run.steps
    starts = [EtaChange(run.config.eta, 0), *changes]
    ends = [*(change.step for change in changes), end]
    cut = [(start, min(last, end)) for start, last in zip(starts, ends, strict=True)]
    found = [(start.eta, last) for start, last in cut if start.step < last]
    return found or [(run.config.eta, end)]


def _cell(kind: str, text: str) -> dict[str, Any]:
    source = text.rstrip("\n").splitlines(keepends=True)
    empty: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **empty}
