"""The order in which a request passes the house's doors."""

from collections.abc import Iterable

from fastapi import FastAPI

from . import problems
from .body import JsonBody
from .disconnects import CancelWhenGone
from .guard import Guard
from .problems import UnexpectedErrors
from .root_path import RootPath


def install(app: FastAPI, public_urls: Iterable[str] = (), root_path: str = "") -> None:
    """Guard, root path, the net for unexpected errors, the body's rules, who is still there, then the routes.

    What is added last stands outermost, so every answer of the others gets the guard's headers.
    """
    problems.install(app)
    app.add_middleware(CancelWhenGone)
    app.add_middleware(JsonBody)
    app.add_middleware(UnexpectedErrors)
    if root_path:
        app.add_middleware(RootPath, root_path=root_path)
    app.add_middleware(Guard, public_urls=tuple(public_urls))
