"""What a request may carry: little, soon, and JSON that means one thing.

FastAPI reads bodies of any size, takes NaN, and keeps the last of two equal keys. This middleware reads the
body first and hands on, byte for byte, only what every JSON reader understands in the same way.
"""

import asyncio
import json
import math
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import AppError, BadRequest, TooLarge, UnsupportedMedia
from .problems import answer
from .uploads import UPLOADS, TooSlow

MAX_BYTES = 64 * 1024
MAX_SECONDS = 10.0  # for the whole body; a classroom's Wi-Fi needs a fraction of a second for 64 KB
MAX_DEPTH = 32


class JsonBody:
    """Middleware: reads and checks the body of every request that declares one, then replays it."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.max_seconds = max_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not declares_body(scope) or is_upload(scope):
            await self.app(scope, receive, send)
            return
        try:
            body = await self.read(scope, receive)
            if body:
                check_media_type(scope)
                parse(body)
        except AppError as error:
            await answer(error)(scope, receive, send)
        except ClientLeft:
            return
        else:
            await self.app(scope, replay(body, receive), send)

    async def read(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, or an error as soon as it is known to be too long or too late."""
        body = bytearray()
        if any(int(value) > self.max_bytes for value in values(scope, b"content-length")):
            raise self.too_large()
        try:
            async with asyncio.timeout(self.max_seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientLeft
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > self.max_bytes:
                        raise self.too_large()
        except TimeoutError:
            raise TooSlow(f"The body did not arrive within {self.max_seconds:g} seconds.") from None
        return bytes(body)

    def too_large(self) -> TooLarge:
        return TooLarge(f"A request may carry at most {self.max_bytes} bytes.", limit=self.max_bytes)


def is_upload(scope: Scope) -> bool:
    """Whether the path is one for files, which its route takes, or refuses another method unread."""
    return str(scope["path"]).removeprefix(scope.get("root_path", "")) in UPLOADS


class ClientLeft(Exception):
    """The client hung up before its body was complete: there is nobody to answer."""


def declares_body(scope: Scope) -> bool:
    """Whether the header fields announce a body, whatever the method."""
    return bool(values(scope, b"transfer-encoding")) or any(
        int(value) > 0 for value in values(scope, b"content-length")
    )


def values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def check_media_type(scope: Scope) -> None:
    """Only application/json: a foreign page's form cannot send that without asking first."""
    types = [value.split(b";")[0].strip().lower() for value in values(scope, b"content-type")]
    if types != [b"application/json"]:
        raise UnsupportedMedia("Send the body as JSON, with the header content-type: application/json.")


def replay(body: bytes, receive: Receive) -> Receive:
    """A receive that yields the body once, and then what the connection says."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again


def parse(body: bytes) -> Any:
    """The value of a JSON text, or BadRequest with a code that says which rule it broke.

    >>> parse(b'{"eta": 3.0}')
    {'eta': 3.0}
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        _check(value, MAX_DEPTH)
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.", code="not-utf8") from None
    except UnicodeEncodeError:
        raise BadRequest("A text in the body has half a surrogate pair.", code="lone-surrogate") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        detail = f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise BadRequest(detail, code="not-json") from None
    except ValueError:  # an integer with thousands of digits, which Python refuses to read
        raise BadRequest("A number in the body has too many digits.", code="not-finite") from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadRequest("A key appears twice in one object.", code="duplicate-key")
    return found


def _no_constant(name: str) -> float:
    raise BadRequest(f"{name} is not a JSON number.", code="not-finite")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadRequest("A number in the body is too large.", code="not-finite")
    return value


def _check(value: Any, depth: int) -> None:
    """Refuse nesting deeper than `depth`, and text that cannot be written as UTF-8 again."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict | list):
        if depth == 0:
            raise _too_deep()
        for item in value:
            _check(item, depth - 1)
        if isinstance(value, dict):
            for item in value.values():
                _check(item, depth - 1)


def _too_deep() -> BadRequest:
    detail = f"The body is nested more than {MAX_DEPTH} levels deep."
    return BadRequest(detail, code="too-deep", limit=MAX_DEPTH)
