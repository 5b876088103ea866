"""Who is asking: found once per request, from the session of a browser or the token of a script."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends
from fastapi.requests import HTTPConnection
from starlette.responses import Response

from ..classroom.state import TEACHER
from ..engine.class_ledger import ClassLedger
from ..experiments.state import Experiment
from ..runs.run import Run

SESSION_COOKIE = "chalknet_session"
OWNER_COOKIE = "chalknet_owner"
OWNER_HEADER = "chalknet-owner"
OWNER_COOKIE_BYTES = 16
NAME_LENGTH = 40
YEAR = 365 * 86400

Role = Literal["everybody", "teacher", "student", "visitor"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, and what the runs they make belong to.

    `everybody` is whoever comes to a server without a class; a `visitor` has not joined the class.
    """

    role: Role
    owner: str

    @property
    def leads(self) -> bool:
        return self.role in ("teacher", "everybody")

    @property
    def is_in(self) -> bool:
        return self.role != "visitor"

    def owns(self, thing: Run | Experiment) -> bool:
        """Whether a run or an experiment may be changed: one's own, or any for whoever leads."""
        return self.leads or (self.role == "student" and thing.owner == self.owner)


async def find_actor(connection: HTTPConnection) -> Actor:
    """The actor of a request or a websocket."""
    classes: ClassLedger = connection.app.state.classes
    if not classes.has_class:
        return Actor("everybody", _free_owner(connection))
    token = shown_token(connection)
    member = classes.member_of(token) if token else None
    if member is None:
        return Actor("visitor", "")
    return Actor("teacher" if member == TEACHER else "student", member)


ActorDep = Annotated[Actor, Depends(find_actor)]


def facts_of(actor: Actor, classes: ClassLedger) -> dict[str, Any]:
    """Who somebody is, as the page and the API say it."""
    name = classes.room.members[actor.owner].name if actor.role == "student" else None
    member = actor.owner if actor.role in ("student", "teacher") else None
    return {"role": actor.role, "mode": classes.mode, "member": member, "name": name}


def shown_token(connection: HTTPConnection) -> str | None:
    """What a script or a browser shows of itself; a script's header comes first."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return connection.cookies.get(SESSION_COOKIE)


def give_session(connection: HTTPConnection, response: Response, token: str) -> None:
    """A browser's session."""
    _set_cookie(connection, response, SESSION_COOKIE, token)


def take_session(connection: HTTPConnection, response: Response) -> None:
    _set_cookie(connection, response, SESSION_COOKIE, "", max_age=0)


def recognise(connection: HTTPConnection, response: Response) -> None:
    """Where there is no class: give a browser that comes for the first time a cookie of its own."""
    if OWNER_COOKIE not in connection.cookies:
        _set_cookie(connection, response, OWNER_COOKIE, secrets.token_urlsafe(OWNER_COOKIE_BYTES))


def _set_cookie(
    connection: HTTPConnection, response: Response, name: str, value: str, max_age: int = YEAR
) -> None:
    """Out of reach of scripts and other sites; over TLS only, where there is TLS."""
    secure, path = connection.url.scheme == "https", connection.scope.get("root_path") or "/"
    response.set_cookie(name, value, max_age, path=path, secure=secure, httponly=True, samesite="strict")


def _free_owner(connection: HTTPConnection) -> str:
    """A name that is the same for all requests of one browser or script, and tells nobody the cookie."""
    name = connection.headers.get(OWNER_HEADER)
    if name:
        return "script " + "".join(letter for letter in name if letter.isprintable())[:NAME_LENGTH]
    cookie = connection.cookies.get(OWNER_COOKIE)
    if cookie:
        return "browser " + _digest(cookie)
    return "address " + _digest(connection.client.host if connection.client else "")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:8]
