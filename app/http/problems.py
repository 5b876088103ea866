"""Every refusal as RFC 9457 problem+json: a stable code, what was wrong, and what is allowed."""

import json
import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import AppError, invalid_request

MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

log = logging.getLogger("chalknet.problems")


class FieldError(BaseModel):
    """One wrong value: where it is, what is wrong, and the limit it broke."""

    field: str
    code: str = Field(description="stable: the kind of mistake, such as less-than-equal or work-budget")
    message: str = Field(description="the same in English, for a reader")
    limit: Any = None
    given: Any = None


class Problem(BaseModel):
    """The body of every answer with a status of 400 or more."""

    type: str = Field(description="a name for this kind of problem, not an address")
    title: str
    status: int
    detail: str
    code: str = Field(description="stable: programs decide by it")
    limit: Any = Field(None, description="what is allowed, if no single field is wrong")
    errors: list[FieldError] | None = Field(None, description="the fields to change")


def answer(error: AppError) -> Response:
    """The response for an error. One that names a field has the same code there."""
    errors = error.errors
    if not errors and error.field is not None:
        errors = [{"field": error.field, "code": error.code, "message": error.detail, "limit": error.limit}]
    body: dict[str, Any] = {
        "type": f"urn:chalknet:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
    }
    if errors:
        body["errors"] = [{key: value for key, value in item.items() if value is not None} for item in errors]
    elif error.limit is not None:
        body["limit"] = error.limit
    return Response(json.dumps(body), error.status, error.headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every exception of the routes with a problem."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(WebSocketRequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)


class UnexpectedErrors:
    """Middleware: what nobody expected is logged here; the client learns only that it happened.

    A handler for Exception would do the same, but Starlette calls it outside all other middleware, so
    that its answer would miss the security headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception:
            if started:
                raise  # the server cuts the connection: nobody takes half an answer for a whole one
            log.exception("unexpected error in %s %a", scope["method"], scope["path"])
            error = AppError("Something went wrong on the server. Its log says what.")
            await answer(error)(scope, receive, send)


async def _app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101 - Starlette calls us with what we registered for
    return answer(error)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | WebSocketRequestValidationError)  # noqa: S101
    return answer(invalid_request(error.errors()))


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    phrase = HTTPStatus(error.status_code).phrase
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _allowed(request)):
        headers["Allow"] = ", ".join(methods)
    refusal = AppError(error.detail, code=phrase.lower().replace(" ", "-"), headers=headers)
    refusal.status, refusal.title = error.status_code, phrase
    return answer(refusal)


def _allowed(request: Request) -> list[str]:
    """The methods that some route at this path takes; Starlette names those of the first alone."""
    routes = request.app.router.routes
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
