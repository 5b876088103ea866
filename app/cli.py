"""The command `chalknet`."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .engine.threads import use_one_thread

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop. What is not given comes from CHALKNET_* in the environment."""
    use_one_thread()
    # Here and not above: every worker process imports this module when it starts, and needs none of these.
    from pydantic import ValidationError

    from .errors import AppError
    from .eventlog.data_folder import FolderForbidden, FolderInUse
    from .http.listener import CannotListen, listen, port_of
    from .http.server import serve
    from .http.tls import BadCertificate, tls_context
    from .main import create_app
    from .ops import logs
    from .settings import Settings

    given = vars(_parser().parse_args(arguments))
    if (command := given.pop("command")) != "serve":
        _keep(command, given)
        return
    try:
        settings = Settings(**given)
        logs.install(settings.log_format)
        tls = settings.tls and tls_context(*settings.tls)
        sockets = listen(settings.host, settings.port)
        app = create_app(settings, port_of(sockets), say=partial(print, flush=True))
    except ValidationError as error:
        sys.exit("chalknet: " + "; ".join(map(_in_words, error.errors())))
    except (BadCertificate, CannotListen, FolderInUse, FolderForbidden, AppError, OSError) as error:
        sys.exit(f"chalknet: {error}")
    serve(app, sockets, tls)


def _keep(command: str, given: dict[str, Any]) -> None:
    """Copy a data folder, put a copy back, or say what is wrong with it."""
    from .classroom.events import CLASS_EVENTS
    from .eventlog import copies
    from .eventlog.data_folder import FolderForbidden, FolderInUse
    from .runs.events import RUN_EVENTS
    from .settings import Settings

    file = given.pop("file", None)
    folder = Settings(**given).data_dir
    try:
        if command == "backup":
            print(f"{file}: {copies.backup(folder, file)}.")
        elif command == "restore":
            about, aside = copies.restore(folder, file)
            print(f"{folder} has {about}.")
            if aside:
                print(f"What was there before is kept as {aside}.")
        else:
            first = {kind.type for kind in (*RUN_EVENTS, *CLASS_EVENTS) if kind.first}
            lines = list(copies.diagnosis(folder, first))
            for is_well, line in lines:
                print(f"{'ok     ' if is_well else 'WRONG  '}{line}")
            sys.exit(not all(is_well for is_well, _ in lines))
    except (copies.CopyRefused, FolderInUse, FolderForbidden, OSError) as error:
        sys.exit(f"chalknet: {error}")


def _in_words(wrong: "ErrorDetails") -> str:
    """The setting, as one gives it, and what is wrong with it."""
    name = str(wrong["loc"][0]).replace("_", "-")
    return f"--{name}: {wrong['msg'].removeprefix('Value error, ')}"


def _parser() -> argparse.ArgumentParser:
    from .settings import Settings
    from .version import VERSION

    parser = argparse.ArgumentParser(
        prog="chalknet", description="A neural network that learns in front of the class."
    )
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("backup", "copy the database into a new file, while the server runs"),
        ("restore", "put such a copy in the place of the database, which is kept"),
        ("doctor", "say what is wrong with a data folder, and what is lost if a server goes on with it"),
    ):
        keeping = commands.add_parser(name, help=text, description=text)
        if name != "doctor":
            keeping.add_argument("file", type=Path, metavar="FILE")
        about = Settings.model_fields["data_dir"].description
        keeping.add_argument("--data-dir", dest="data_dir", default=argparse.SUPPRESS, help=about)
    command = commands.add_parser("serve", help="serve the class")
    access = command.add_mutually_exclusive_group()
    for name, text in (
        ("class", "a class on this machine alone: rehearsals"),
        ("open", "no roles, even for others"),
    ):
        access.add_argument(
            f"--{name}", dest="access", action="store_const", const=name, default=argparse.SUPPRESS, help=text
        )
    for name, field in Settings.model_fields.items():
        if name == "teacher_secret":
            continue  # arguments of a process can be read by others: the environment only
        command.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            default=argparse.SUPPRESS,
            help=f"{field.description} (CHALKNET_{name.upper()})",
        )
    return parser


if __name__ == "__main__":
    main()
