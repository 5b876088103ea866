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
    """Do what is asked for. What is not given comes from CHALKNET_* in the environment."""
    use_one_thread()
    given = vars(_parser().parse_args(arguments))
    commands = {"serve": _serve, "kernels": _print_kernels}
    commands[given.pop("command")](given)


def _serve(given: dict[str, Any]) -> None:
    """Serve until told to stop."""
    # Here and not above: every worker process imports this module when it starts, and needs none of these.
    from pydantic import ValidationError

    from .ops import logs
    from .processor import NotReproducible, choose_kernels
    from .settings import Settings

    try:
        settings = Settings(**given)
        logs.install(settings.log_format)
        choose_kernels(reproducible=settings.reproducible)
    except ValidationError as error:
        sys.exit("chalknet: " + "; ".join(map(_in_words, error.errors())))
    except NotReproducible as error:
        sys.exit(f"chalknet: {error}")

    # Not before the kernels are chosen: these load NumPy.
    from .errors import AppError
    from .eventlog.data_folder import FolderForbidden, FolderInUse
    from .http.listener import CannotListen, listen, port_of
    from .http.server import serve
    from .http.tls import BadCertificate, tls_context
    from .main import create_app

    try:
        tls = settings.tls and tls_context(*settings.tls)
        sockets = listen(settings.host, settings.port)
        app = create_app(settings, port_of(sockets), say=partial(print, flush=True))
    except (BadCertificate, CannotListen, FolderInUse, FolderForbidden, AppError, OSError) as error:
        sys.exit(f"chalknet: {error}")
    serve(app, sockets, tls)


def _print_kernels(given: dict[str, Any]) -> None:
    """Print what to set for the workers of a cluster, and to standard error the kernels that this makes."""
    from .processor import NotReproducible, choose_kernels

    try:
        setting = choose_kernels(**given)
    except NotReproducible as error:
        sys.exit(f"chalknet: {error}")
    for name, value in setting.items():
        print(f"{name}={value}")

    from .engine.kernels import kernels, label

    print(label(kernels()), file=sys.stderr)


def _in_words(wrong: "ErrorDetails") -> str:
    """The setting, as one gives it, and what is wrong with it."""
    name = str(wrong["loc"][0]).replace("_", "-")
    return f"--{name}: {wrong['msg'].removeprefix('Value error, ')}"


def _parser() -> argparse.ArgumentParser:
    from .version import VERSION

    parser = argparse.ArgumentParser(
        prog="chalknet", description="A neural network that learns in front of the class."
    )
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_serve(commands.add_parser("serve", help="serve the class"))
    kernels = commands.add_parser(
        "kernels", help="print what makes a cluster's worker compute as this machine"
    )
    kernels.add_argument("--reproducible", action="store_true", help="with --reproducible")
    return parser


def _add_serve(command: argparse.ArgumentParser) -> None:
    from .settings import Settings

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
        flag: dict[str, Any] = {"action": "store_true"} if field.annotation is bool else {}
        command.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            default=argparse.SUPPRESS,
            help=f"{field.description} (CHALKNET_{name.upper()})",
            **flag,
        )


if __name__ == "__main__":
    main()
