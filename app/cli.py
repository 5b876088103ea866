"""The command `chalknet`."""

import argparse
import logging
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .engine.threads import use_one_thread

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

log = logging.getLogger("chalknet")


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop, or do what else is asked for. What is not given comes from CHALKNET_*."""
    use_one_thread()
    # The parser knows all settings of a run, and with them NumPy: the kernels are chosen before.
    chosen = _choose_kernels(arguments)
    # Here and not above: every worker process imports this module when it starts, and needs none of these.
    from .client import NoAnswer, Refused
    from .commands.training import Unusable

    given = vars(_parser(chosen).parse_args(arguments))
    del given["command"]
    run = given.pop("run")
    try:
        sys.exit(run(given))
    except (NoAnswer, OSError, Refused, Unusable) as error:
        sys.exit(f"chalknet: {error}")


def _choose_kernels(arguments: Sequence[str] | None) -> dict[str, str]:
    """Choose them if somebody says what for; the variables that were set."""
    from pydantic import ValidationError

    from .processor import NotReproducible, choose_kernels
    from .settings import KernelSettings

    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--reproducible", action="store_true", default=argparse.SUPPRESS)
    given, rest = early.parse_known_args(arguments)
    if not {"serve", "train", "kernels"}.intersection(rest):
        return {}
    try:
        return choose_kernels(reproducible=KernelSettings(**vars(given)).reproducible)
    except ValidationError as error:
        sys.exit("chalknet: " + "; ".join(map(_in_words, error.errors())))
    except NotReproducible as error:
        sys.exit(f"chalknet: {error}")


def _serve(chosen: Mapping[str, str], given: dict[str, Any]) -> int:
    """Serve until told to stop."""
    from pydantic import ValidationError

    from .errors import AppError
    from .eventlog.data_folder import FolderForbidden, FolderInUse
    from .http.listener import CannotListen, listen, port_of
    from .http.server import serve
    from .http.tls import BadCertificate, tls_context
    from .main import create_app
    from .ops import logs
    from .settings import Settings

    try:
        settings = Settings(**given)
        logs.install(settings.log_format)
        if chosen:
            log.info("set for OpenBLAS and NumPy: %s", " ".join(f"{name}={chosen[name]}" for name in chosen))
        tls = settings.tls and tls_context(*settings.tls)
        sockets = listen(settings.host, settings.port)
        app = create_app(settings, port_of(sockets), say=partial(print, flush=True))
    except ValidationError as error:
        sys.exit("chalknet: " + "; ".join(map(_in_words, error.errors())))
    except (BadCertificate, CannotListen, FolderInUse, FolderForbidden, AppError, OSError) as error:
        sys.exit(f"chalknet: {error}")
    serve(app, sockets, tls)
    return 0


def _print_kernels(chosen: Mapping[str, str], given: dict[str, Any]) -> int:
    """What to set for a cluster's worker; to standard error, the kernels that this makes."""
    from .engine.kernels import kernels, label

    for name, value in chosen.items():
        print(f"{name}={value}")
    print(label(kernels()), file=sys.stderr)
    return 0


def _in_words(wrong: "ErrorDetails") -> str:
    """The setting, as one gives it, and what is wrong with it."""
    name = str(wrong["loc"][0]).replace("_", "-")
    return f"--{name}: {wrong['msg'].removeprefix('Value error, ')}"


def _parser(chosen: Mapping[str, str]) -> argparse.ArgumentParser:
    from .commands import care, server, training
    from .settings import KernelSettings
    from .version import VERSION

    parser = argparse.ArgumentParser(
        prog="chalknet", description="A neural network that learns in front of the class."
    )
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_serve(commands.add_parser("serve", help="serve the class"), chosen)
    training.add(commands)
    server.add(commands)
    care.add(commands)
    kernels = commands.add_parser(
        "kernels", help="print what makes a cluster's worker compute as this machine"
    )
    kernels.set_defaults(run=partial(_print_kernels, chosen))
    reproducible = KernelSettings.model_fields["reproducible"].description
    for name in ("train", "kernels"):  # read above
        command = commands.choices[name]
        command.add_argument(
            "--reproducible", action="store_true", default=argparse.SUPPRESS, help=reproducible
        )
    return parser


def _add_serve(command: argparse.ArgumentParser, chosen: Mapping[str, str]) -> None:
    from .settings import Settings

    command.set_defaults(run=partial(_serve, chosen))
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
