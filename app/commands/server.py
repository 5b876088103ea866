"""`chalknet runs` and `chalknet export`: a look at a server from the terminal."""

import argparse
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

from ..client import Client, Run, calls

PROGRAMS = ("python", "notebook", "class", "curl")
FILES = {"npz": calls.weights, "onnx": calls.onnx}
FORMATS = ("csv", "json", *FILES, *PROGRAMS)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words `runs` and `export`."""
    runs = commands.add_parser("runs", help="list the runs of a server")
    runs.set_defaults(run=list_runs)
    export = commands.add_parser("export", help="take a run home from a server")
    export.set_defaults(run=export_run)
    export.add_argument("id", metavar="RUN", help="its id, or its name")
    export.add_argument(
        "--format",
        choices=FORMATS,
        default="csv",
        help="csv: the curves; json: settings, state and curves; npz: the weights, and what they are; "
        "onnx: the network for other programs; python, notebook: a program that comes to the same weights; "
        "class: the lecture's class, in NumPy alone; curl: starts it once more",
    )
    export.add_argument("--epoch", type=int, help="the network after this epoch, for npz and onnx")
    export.add_argument("--out", type=Path, help="the file; left out, text goes to the terminal")
    for command in (runs, export):
        command.add_argument("--url", default="http://127.0.0.1:8000", help="the server")
        command.add_argument("--token", help="what the page gives, in a class")


def list_runs(given: dict[str, Any]) -> int:
    """A line for each run, newest first."""
    with Client(given["url"], given["token"]) as client:
        for run in client.runs():
            best = run.facts["best"]
            accuracy = f"{100 * best['test_accuracy']:6.2f} %" if best else " " * 8
            shape = "-".join(map(str, run.settings["shape"]))
            print(f"{run.id}  {run.status:9}  epoch {run.epoch:>4}  {accuracy}  {shape:14}  {run.name}")
    return 0


def export_run(given: dict[str, Any]) -> int:
    """A file, or text on the terminal."""
    with Client(given["url"], given["token"]) as client:
        run = _found(client, given["id"])
        content = _content(run, given["format"], given["epoch"])
    out = given["out"]
    if out is None and given["format"] in FILES:
        out = Path(f"chalknet-{run.id}.{given['format']}")
    if out is None:
        sys.stdout.write(content.decode())
    else:
        out.write_bytes(content)
        print(f"saved {out}")
    return 0


def _found(client: Client, wanted: str) -> Run:
    """By id, or the newest of that name."""
    everything = list(client.runs())
    found = [run for run in everything if run.id == wanted] or [
        run for run in everything if run.name == wanted
    ]
    return found[0] if found else client.run(wanted)


def _content(run: Run, form: str, epoch: int | None) -> bytes:
    if form in FILES:
        return run.client.ask(FILES[form](run.id, epoch))
    if form in PROGRAMS:
        return run.script(form).encode()
    columns = run.columns()
    if form == "json":
        return (json.dumps({**run.facts, "history": columns}, indent=2, ensure_ascii=False) + "\n").encode()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()
