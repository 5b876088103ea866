"""The command: start the trial in a process of its own, wait for it, and tell what it found."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from nncore.check.steps import STEPS


def main() -> int:
    """Return 0 if all is right, 1 if something differs, 2 if the check could not be made."""
    parser = argparse.ArgumentParser(
        prog="python -m nncore.check",
        description="Hold your own network class (predict, gradient, fit, evaluate) against nncore.",
    )
    parser.add_argument("file", type=Path, help="your Python file; its code is run")
    parser.add_argument("--class", dest="name", help="the class, if the file has more than one")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit (60)")
    asked = parser.parse_args()
    if not asked.file.is_file():
        print(f"There is no file {asked.file}.")
        return 2
    file, seconds = asked.file, asked.seconds
    print(
        f"This runs the code in {file.name} on this computer, for at most {seconds:g} seconds.\n", flush=True
    )
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        report.touch()
        command = [sys.executable, "-m", "nncore.check.trial", str(file), asked.name or "", str(report)]
        late = False
        process = subprocess.Popen(  # noqa: S603 - what the student asks for
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            process.kill()
            process.wait()
        # The last line may be cut off: the process was killed while it wrote.
        whole = report.read_text(encoding="utf-8").split("\n")[:-1]
    return tell([json.loads(line) for line in whole], late, seconds)


def tell(lines: list[dict[str, Any]], late: bool, seconds: float) -> int:
    """Print a line for each step that was taken, and what differs."""
    for line in lines:
        if "right" in line and "differs" not in line:
            print(f"{line['right']:<13} as in nncore")
    last = lines[-1] if lines else {}
    if "differs" in last:
        print(f"{last['differs']:<13} differs\n")
        print(sentence(last))
        return 1
    if last.get("right") == list(STEPS)[-1]:
        print("\nAll as in nncore.")
        return 0
    step = last.get("begins", "file")
    print(f"{step:<13} not finished\n")
    if late:
        hint = ' Code that trains belongs under `if __name__ == "__main__":`.' if step == "file" else ""
        print(f"The time limit of {seconds:g} seconds was reached in this step.{hint}")
    else:
        print("Your code ended the process in this step.")
    return 2


def sentence(found: dict[str, Any]) -> str:
    """Return the difference in one sentence, with the equation and both values."""
    text: str = found["sentence"]
    equation: str = found["equation"]
    if equation:
        text += f"; see equation {equation} in docs/notation.md"
    values = [f"{key} {found[key]}" for key in ("yours", "right") if found[key]]
    text = text + (f": {', '.join(values)}" if values else "")
    return f"{text[0].upper()}{text[1:]}."


if __name__ == "__main__":
    sys.exit(main())
