"""What runs in the process of its own: load the student's file, take the steps, write down what was found.

Lines of JSON go to a file of ours, one as each step begins and one as it ends: whatever happens to the
process, it is known how far it came.
"""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any, TextIO

from nncore.check.steps import STEPS
from nncore.check.student import METHODS, Difference, attempt


def load(path: Path, name: str | None) -> Any:
    """Return the student's class: the one of that name, or the one that has the lecture's methods.

    Raises:
        Difference: the file cannot be run, or has no such class.
    """
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location("students_file", path)
    if spec is None or spec.loader is None:
        raise Difference(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["students_file"] = module
    attempt(path.name, spec.loader.exec_module, module)
    classes = {key: value for key, value in vars(module).items() if isinstance(value, type)}
    if name is not None:
        if name not in classes:
            raise Difference(f"{path.name} has no class {name}", "", ", ".join(classes) or "no class", name)
        return classes[name]
    own = [value for value in classes.values() if value.__module__ == "students_file"]
    found = [value for value in own if all(hasattr(value, method) for method in METHODS)]
    if len(found) != 1:
        text = "more than one class" if found else "no class"
        names = ", ".join(value.__name__ for value in found or own) or "no class"
        methods = ", ".join(METHODS)
        raise Difference(f"{path.name} has {text} with the methods {methods}; --class says which", "", names)
    return found[0]


def run(path: Path, name: str | None, out: TextIO) -> None:
    """Load the class and take the steps, up to the first difference."""

    def tell(**line: Any) -> None:
        out.write(json.dumps(line) + "\n")
        out.flush()

    make: Any = None
    for step in ("file", *STEPS):
        tell(begins=step)
        try:
            if step == "file":
                make = load(path, name)
            else:
                STEPS[step](make)
        except Difference as found:
            told = {key: getattr(found, key) for key in ("sentence", "equation", "yours", "right")}
            tell(differs=step, **told)
            return
        tell(right=step)


if __name__ == "__main__":
    file, chosen, report = sys.argv[1:]
    with open(report, "w", encoding="utf-8") as opened:
        run(Path(file), chosen or None, opened)
