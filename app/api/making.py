"""What routes share that make something: who may, a key against making it twice, and where it is."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from ..engine.class_ledger import ClassLedger
from ..errors import Forbidden, NotFound
from ..runs.config import RunConfig
from .actors import Actor, ActorDep
from .deps import ClassesDep

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]

CREATED: dict[int | str, dict[str, Any]] = {
    201: {
        "headers": {
            "Location": {"description": "The address of what was made.", "schema": {"type": "string"}},
            "Idempotency-Replayed": {
                "description": "`true`: it was there already, made by the same request before.",
                "schema": {"type": "string"},
            },
        }
    }
}


class Making:
    """Somebody who makes something by one request."""

    def __init__(
        self, request: Request, response: Response, actor: Actor, classes: ClassLedger, key: str | None
    ) -> None:
        self._root = request.scope["root_path"]
        self._headers = response.headers
        self._classes = classes
        self.owner = actor.owner
        self._is_student = actor.role == "student"
        # Two who choose the same key do not mean the same thing.
        self.request_key = key and f"{actor.owner}\n{key}"

    def check(self, configs: Iterable[RunConfig]) -> None:
        """Raise where a student may not set what these runs have, or makes too many of them."""
        if self._is_student:
            self._classes.count_run_change(self.owner)
            for config in configs:
                self._classes.room.check(config, config.epochs)

    async def answer(self, path: str, is_new: bool, forget: Callable[[], Awaitable[None]]) -> None:
        """Say where it is; or forget it, if the class has ended while it went to disk."""
        if is_new and self._classes.has_class and self._classes.is_gone(self.owner):
            with suppress(NotFound):
                await forget()
            raise Forbidden("The class is over.", code="not-joined")
        self._headers["Location"] = f"{self._root}/api/v1{path}"
        if not is_new:
            self._headers["Idempotency-Replayed"] = "true"


async def _making(
    request: Request, response: Response, actor: ActorDep, classes: ClassesDep, key: Key = None
) -> Making:
    return Making(request, response, actor, classes, key)


MakingDep = Annotated[Making, Depends(_making)]
