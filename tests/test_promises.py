"""docs/promises.md and docs/bounds.md: each promise has what holds it, each bound is what the code says."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROMISES = (ROOT / "docs" / "promises.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py(?:::\w+)?)`", PROMISES)))


@pytest.mark.parametrize("name", NAMED)
def test_what_holds_a_promise_is_there(name: str) -> None:
    file, _, test = name.partition("::")
    tree = ast.parse((ROOT / file).read_text())
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert not test or test in functions


def test_every_promise_is_held_by_something() -> None:
    _, _, table = PROMISES.partition("## Promised")
    rows = [line for line in table.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    promises = rows[1:]
    assert len(promises) > 10
    assert all(re.search(r"`(?:tests|benchmarks)/", row) for row in promises)


def test_the_table_of_bounds_is_what_the_code_says() -> None:
    made = subprocess.run(
        [sys.executable, "scripts/bounds.py"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert made.stdout == (ROOT / "docs" / "bounds.md").read_text(), (
        "python scripts/bounds.py > docs/bounds.md"
    )


def test_every_code_in_the_table_of_bounds_is_one_that_the_program_answers_with() -> None:
    codes = set(re.findall(r"\d{3} `([\w-]+)`", (ROOT / "docs" / "bounds.md").read_text()))
    program = "\n".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    assert len(codes) > 10
    said = {code for code in codes if f'"{code}"' in program or f'"{code.replace("-", "_")}"' in program}
    assert codes == said
