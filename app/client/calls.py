"""What is asked of a server and what its answers mean: the same for both clients, without a connection."""

import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx

T = TypeVar("T")

# A silence of the events is broken every ten seconds: after three of them nobody is there any more.
SILENCE_SECONDS = 30.0
NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


class Refused(Exception):
    """The server's answer is no; `code` is what a program decides by, `errors` are the fields to change."""

    def __init__(self, status: int, code: str, detail: str, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{detail} ({status} {code})")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors


class NoAnswer(Exception):
    """No server answers, or none of ours."""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, and how its answer is read."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    body: dict[str, Any] | None = None
    query: dict[str, Any] = field(default_factory=dict)
    key: str | None = None  # with it the same request a second time does nothing a second time

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.key is None else {"idempotency-key": self.key}

    def answered(self, answer: httpx.Response) -> T:
        """What the answer says; Refused when it says no, NoAnswer when it is none of Chalknet's."""
        refuse(answer)
        try:
            return self.read(answer)
        except (ValueError, TypeError, KeyError):
            raise NoAnswer(f"what answers at {answer.url} is no Chalknet") from None

    def repeats(self, error: Exception, *, is_first: bool) -> bool:
        """Whether to ask again: the request may have been carried out, and only its answer been lost.

        Where the first try found nobody, nothing was made: whoever asked is told so at once.
        """
        if self.key is None:
            return False
        if isinstance(error, Refused):
            return error.code == "key-in-use"
        return not (is_first and isinstance(error, NEVER_ARRIVED))


def start(preset: str | None, settings: dict[str, Any]) -> Call[dict[str, Any]]:
    chosen = settings if preset is None else {"preset": preset, **settings}
    return Call("POST", "/runs", _run, body=chosen, key=secrets.token_urlsafe(16))


def one(run_id: str) -> Call[dict[str, Any]]:
    return Call("GET", f"/runs/{run_id}", _run)


def page(token: str | None) -> Call[dict[str, Any]]:
    return Call("GET", "/runs", _page, query={"limit": 500} | ({"page_token": token} if token else {}))


def change(run_id: str, wishes: dict[str, Any]) -> Call[dict[str, Any]]:
    return Call("PATCH", f"/runs/{run_id}", _run, body=wishes)


def delete(run_id: str) -> Call[None]:
    return Call("DELETE", f"/runs/{run_id}", lambda answer: None)


def columns(run_id: str) -> Call[dict[str, list[Any]]]:
    return Call("GET", f"/runs/{run_id}/metrics", lambda answer: dict(answer.json()["columns"]))


def weights(run_id: str, epoch: int | None) -> Call[bytes]:
    query = {} if epoch is None else {"epoch": epoch}
    return Call("GET", f"/runs/{run_id}/weights", lambda answer: answer.content, query=query)


def onnx(run_id: str, epoch: int | None) -> Call[bytes]:
    query = {} if epoch is None else {"epoch": epoch}
    return Call("GET", f"/runs/{run_id}/onnx", lambda answer: answer.content, query=query)


def script(run_id: str, form: str) -> Call[str]:
    return Call("GET", f"/runs/{run_id}/script", lambda answer: answer.text, query={"format": form})


def connection(
    url: str, token: str | None, owner: str | None, verify: ssl.SSLContext | bool
) -> dict[str, Any]:
    """What both kinds of httpx client are made with; NoAnswer when the address is none."""
    headers = {}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    if owner is not None:
        headers["chalknet-owner"] = owner
    try:
        base_url = httpx.URL(url.rstrip("/") + "/api/v1")
    except httpx.InvalidURL as error:
        raise NoAnswer(f"{url!r} is not the address of a server: {error}") from None
    return {
        "base_url": base_url,
        "headers": headers,
        "timeout": httpx.Timeout(SILENCE_SECONDS),
        # To read the world's certificates takes a moment, and plain http has no use for them.
        "verify": False if url.lower().startswith("http:") else verify,
    }


def refuse(answer: httpx.Response) -> None:
    """Raise Refused, unless the answer is yes. Of a stream it has to be read before."""
    if answer.is_success:
        return
    try:
        told = answer.json()
        told = told if isinstance(told, dict) else {}
    except ValueError:
        told = {}
    code, detail = told.get("code", "unknown"), told.get("detail", answer.reason_phrase)
    if answer.is_redirect:  # not followed: the token would go along
        detail = f"it is at {answer.headers.get('location')}"
    raise Refused(answer.status_code, code, detail, told.get("errors", []))


def no_answer(url: object, error: Exception) -> NoAnswer:
    return NoAnswer(f"no answer from {url}: {error or type(error).__name__}")


def table(found: dict[str, list[Any]]) -> Any:
    """Columns as a pandas DataFrame, where pandas is installed."""
    try:
        from pandas import DataFrame
    except ImportError:
        return found
    return DataFrame(found)


def _run(answer: httpx.Response) -> dict[str, Any]:
    run = dict(answer.json())
    str(run["id"])  # what other servers say has none
    return run


def _page(answer: httpx.Response) -> dict[str, Any]:
    page = dict(answer.json())
    return {"runs": list(page["runs"]), "next_page_token": page["next_page_token"]}
