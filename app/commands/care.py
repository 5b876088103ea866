"""`chalknet backup`, `restore` and `doctor`: the data folder, copied, put back, looked at."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..classroom.events import CLASS_EVENTS
from ..eventlog import copies
from ..eventlog.data_folder import FolderForbidden, FolderInUse
from ..runs.events import RUN_EVENTS
from ..settings import Settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words `backup`, `restore` and `doctor`."""
    backup = "copy the database into a new file, while the server runs"
    restore = "put such a copy in the place of the database, which is kept"
    doctor = "say what is wrong with a data folder, and what is lost if a server goes on with it"
    for name, text, do in (
        ("backup", backup, _back_up),
        ("restore", restore, _restore),
        ("doctor", doctor, _diagnose),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=_refusing(do))
        if do is not _diagnose:
            command.add_argument("file", type=Path, metavar="FILE")
        about = Settings.model_fields["data_dir"].description
        command.add_argument("--data-dir", dest="data_dir", default=argparse.SUPPRESS, help=about)


def _refusing(do: Callable[[Path, dict[str, Any]], int]) -> Callable[[dict[str, Any]], int]:
    """What keeps a command from being done is one line."""

    def run(given: dict[str, Any]) -> int:
        wanted = {"data_dir": given["data_dir"]} if "data_dir" in given else {}
        try:
            return do(Settings(**wanted).data_dir, given)
        except (copies.CopyRefused, FolderInUse, FolderForbidden) as error:
            sys.exit(f"chalknet: {error}")

    return run


def _back_up(folder: Path, given: dict[str, Any]) -> int:
    print(f"{given['file']}: {copies.backup(folder, given['file'])}.")
    return 0


def _restore(folder: Path, given: dict[str, Any]) -> int:
    about, aside = copies.restore(folder, given["file"])
    print(f"{folder} has {about}.")
    if aside:
        print(f"What was there before is kept as {aside}.")
    return 0


def _diagnose(folder: Path, given: dict[str, Any]) -> int:
    first = {kind.type for kind in (*RUN_EVENTS, *CLASS_EVENTS) if kind.first}
    lines = list(copies.diagnosis(folder, first))
    for is_well, line in lines:
        print(f"{'ok     ' if is_well else 'WRONG  '}{line}")
    return int(not all(is_well for is_well, _ in lines))
