"""The lines of nncore that a lesson shows, read from the installed source, so they cannot drift. Pure."""

import ast
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import nncore
from nncore import backprop, network


class SourceLine(BaseModel):
    file: str
    line: int
    code: str


class SourceLines(BaseModel):
    lines: dict[str, SourceLine]


# step -> function, and how the statement begins once it is written in one line
STEPS: dict[str, tuple[Callable[..., Any], str]] = {
    "z": (network.forward, "z.append("),
    "v": (network.forward, "v.append("),
    "delta-output": (backprop.deltas, "delta = ["),
    "delta-hidden": (backprop.deltas, "delta.insert("),
    "delb": (backprop.gradients, "delb = "),
    "delw": (backprop.gradients, "delw = "),
}


def lines(activation: str, loss: str) -> dict[str, dict[str, Any]]:
    """For every step: the file, the number of the first line, and the code, without its indentation."""
    found = {step: _statement(*where) for step, where in STEPS.items()}
    chosen = nncore.LOSSES[loss]
    found["activation"] = _last(nncore.ACTIVATIONS[activation].function)
    found["slope"] = _last(nncore.ACTIVATIONS[activation].derivative)
    found["loss"] = _last(chosen.value)
    found["loss-delta"] = _last(chosen.delta)
    return found


def encoded(activation: str, loss: str) -> bytes:
    """The same as JSON."""
    return SourceLines.model_validate({"lines": lines(activation, loss)}).model_dump_json().encode()


def _statement(function: Callable[..., Any], start: str) -> dict[str, Any]:
    for node in ast.walk(ast.parse(inspect.getsource(function))):
        if isinstance(node, ast.stmt) and ast.unparse(node).startswith(start):
            return _shown(function, node)
    raise LookupError(f"{function.__name__} has no statement that starts with {start!r}")


def _last(function: Callable[..., Any]) -> dict[str, Any]:
    """The statement that computes the result: the last, or the one before a bare `return name`."""
    definition = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(definition, ast.FunctionDef)  # noqa: S101 - what inspect gives for a function
    last = definition.body[-1]
    bare = isinstance(last, ast.Return) and isinstance(last.value, ast.Name)
    return _shown(function, definition.body[-2] if bare else last)


def _shown(function: Callable[..., Any], node: ast.stmt) -> dict[str, Any]:
    source, first = inspect.getsourcelines(function)
    code = source[node.lineno - 1 : node.end_lineno]
    indent = len(code[0]) - len(code[0].lstrip())
    module = Path(str(sys.modules[function.__module__].__file__))
    return {
        "file": f"nncore/{module.name}",
        "line": first + node.lineno - 1,
        "code": "\n".join(line[indent:].rstrip() for line in code),
    }
