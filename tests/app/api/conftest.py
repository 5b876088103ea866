"""A log with a thousand long events, and one way of following in front of it."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from chalknet.eventlog.hub import Hub
from chalknet.eventlog.store import Store
from chalknet.runs.events import RUN_EVENTS, Renamed
from fastapi import APIRouter, FastAPI

LETTER = Renamed("x" * 10_000)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path, RUN_EVENTS)
    yield store
    store.close()


@pytest.fixture
def follower(store: Store) -> Callable[[APIRouter], FastAPI]:
    """An application with one router alone, in a laboratory."""

    def application(router: APIRouter) -> FastAPI:
        written = asyncio.run(store.commit("a", [LETTER] * 1000))
        app = FastAPI()
        app.include_router(router)
        app.state.ledger, app.state.log = None, SimpleNamespace(hub=Hub(store, written[-1].seq), id="l")
        app.state.classes = SimpleNamespace(has_class=False, mode="laboratory")
        return app

    return application
