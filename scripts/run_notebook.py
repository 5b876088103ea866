"""Run the code of a notebook without Jupyter: python scripts/run_notebook.py NOTEBOOK [NAME=VALUE ...]

A NAME=VALUE takes the place of what the cell tagged "parameters" says: a smaller training, for a test.
"""

import ast
import json
import sys
from pathlib import Path
from typing import Any


def run(notebook: Path, changes: dict[str, Any]) -> None:
    """Carry out its cells one after the other, as Jupyter does."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(json.loads(notebook.read_text())["cells"]):
        if cell["cell_type"] != "code":
            continue
        exec(compile("".join(cell["source"]), f"{notebook.name}, cell {number}", "exec"), names)
        if "parameters" in cell["metadata"].get("tags", ()):
            if unknown := changes.keys() - names.keys():
                raise SystemExit(f"{notebook.name} has no {', '.join(sorted(unknown))}")
            names.update(changes)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    pairs = (pair.partition("=") for pair in sys.argv[2:])
    run(Path(sys.argv[1]), {name: ast.literal_eval(value) for name, _, value in pairs})
