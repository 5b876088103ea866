"""Whose turn a run uses: a browser by its random cookie, a script by the name it sends. No accounts."""

import hashlib
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

COOKIE = "chalknet_owner"
HEADER = "chalknet-owner"
COOKIE_BYTES = 16
NAME_LENGTH = 40


async def owner_of(connection: HTTPConnection) -> str:
    """A name that is the same for all requests of one browser or script, and tells nobody the cookie."""
    name = connection.headers.get(HEADER)
    if name:
        return "script " + "".join(letter for letter in name if letter.isprintable())[:NAME_LENGTH]
    cookie = connection.cookies.get(COOKIE)
    if cookie:
        return "browser " + _digest(cookie)
    return "address " + _digest(connection.client.host if connection.client else "")


def recognise(connection: HTTPConnection, response: Response) -> None:
    """Give a browser that comes for the first time its cookie."""
    if COOKIE not in connection.cookies:
        token = secrets.token_urlsafe(COOKIE_BYTES)
        response.set_cookie(COOKIE, token, max_age=365 * 86400, httponly=True, samesite="strict")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:8]
