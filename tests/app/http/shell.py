"""The smallest application inside the middlewares, for the tests of each of them."""

from contextlib import suppress
from typing import Annotated, Any, Literal

from chalknet.errors import Conflict, TooMany
from chalknet.http import middleware
from fastapi import FastAPI, Query, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request


class Settings(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    eta: float = Field(3.0, ge=0.001, le=100)
    initialization: Literal["standard", "scaled"] = "standard"
    shape: list[int] = Field([784, 30, 10], min_length=2, max_length=5)


def make_app(*public_urls: str) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    middleware.install(app, public_urls)

    @app.get("/hello")
    async def hello(limit: Annotated[int, Query(ge=1, le=100)] = 10) -> dict[str, int]:
        return {"limit": limit}

    @app.post("/settings")
    async def settings(given: Settings) -> Settings:
        return given

    @app.post("/raw")
    async def raw(request: Request) -> dict[str, str]:
        return {"body": (await request.body()).decode()}

    @app.get("/conflict")
    async def conflict() -> None:
        raise Conflict("This run has finished.", code="run-finished", field="wanted", limit=["stopped"])

    @app.get("/busy")
    async def busy() -> None:
        raise TooMany("Wait for your turn.", headers={"retry-after": "7"})

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the secret path /home/teacher")

    @app.websocket("/ws")
    async def ws(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()

    @app.websocket("/silent")
    async def silent(socket: WebSocket) -> None:
        await socket.accept()
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass

    @app.websocket("/flood")
    async def flood(socket: WebSocket) -> None:
        await socket.accept()
        with suppress(WebSocketDisconnect):
            while True:
                await socket.send_text("x" * 65536)

    return app


def problem_of(body: dict[str, Any]) -> tuple[int, str]:
    """Status and code of a problem, after checking that it is complete."""
    assert set(body) >= {"type", "title", "status", "detail", "code"}
    assert body["detail"]
    return body["status"], body["code"]
