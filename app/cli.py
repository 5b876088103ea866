"""The command `chalknet`."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .engine.threads import use_one_thread

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop, or do what else is asked for. What is not given comes from CHALKNET_*."""
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
    if "run" in given:  # another word than `serve`
        sys.exit(_run(given))
    del given["command"]
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


def _run(given: dict[str, Any]) -> int:
    """Do what another word than `serve` asks for; what keeps it from being done is one line."""
    from .client import NoAnswer, Refused
    from .commands.training import Unusable

    run = given.pop("run")
    del given["command"]
    try:
        code: int = run(given)
    except (NoAnswer, OSError, Refused, Unusable) as error:
        sys.exit(f"chalknet: {error}")
    return code


def _in_words(wrong: "ErrorDetails") -> str:
    """The setting, as one gives it, and what is wrong with it."""
    name = str(wrong["loc"][0]).replace("_", "-")
    return f"--{name}: {wrong['msg'].removeprefix('Value error, ')}"


def _parser() -> argparse.ArgumentParser:
    from .commands import server, training
    from .settings import Settings
    from .version import VERSION

    parser = argparse.ArgumentParser(
        prog="chalknet", description="A neural network that learns in front of the class."
    )
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("serve", help="serve the class")
    training.add(commands)
    server.add(commands)
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
