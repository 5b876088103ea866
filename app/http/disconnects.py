"""Who asks and hangs up before the answer: what is done for nobody is given up.

A page that moves on to another epoch ends the request for the last one; without this, its answer would be
computed all the same.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class CancelWhenGone:
    """Middleware: cancels the route of a GET whose client has gone; what changes something is finished."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        gone = asyncio.ensure_future(_gone(receive))
        route = asyncio.ensure_future(self.app(scope, _no_body(gone), send))
        try:
            await asyncio.wait({gone, route}, return_when=asyncio.FIRST_COMPLETED)
            if route.done():
                route.result()  # raises what the route has raised
        finally:
            for task in (gone, route):
                task.cancel()
            await asyncio.gather(gone, route, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    """Return when the client has hung up. A body, which no GET has any use for, is passed over."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _no_body(gone: "asyncio.Future[None]") -> Receive:
    empty: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if empty:
            return empty.pop()
        await asyncio.wait({gone})
        return {"type": "http.disconnect"}

    return receive
