"""Build the application: make the parts, wire them, close them in reverse."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from .api import (
    archive,
    choices,
    classroom,
    docs,
    document,
    experiments,
    lenses,
    membership,
    own_data,
    pages,
    qr,
    queries,
    rights,
    runs,
    state,
    stream,
    system,
    websocket,
)
from .classroom.events import CLASS_EVENTS
from .engine import datasets
from .engine.boards import Boards
from .engine.class_ledger import ClassLedger
from .engine.executors import make_executor
from .engine.experiments import Experiments
from .engine.first_state import FirstState
from .engine.folds import Folds
from .engine.kernels import kernels, label
from .engine.ledger import Ledger, Limits
from .engine.own_data import OwnData
from .engine.scheduler import Scheduler
from .eventlog.log import Log
from .eventlog.store import Store
from .experiments.events import EXPERIMENT_EVENTS
from .http import assets, invitation, middleware
from .http.attempts import Attempts
from .lenses.inspection import Inspection
from .ops import kill_points, telemetry
from .runs.events import RUN_EVENTS
from .settings import Settings
from .version import VERSION

log = logging.getLogger("chalknet")

API = "/api/v1"
API_ROUTERS = (
    runs.router,
    runs.imports,
    experiments.router,
    experiments.plans,
    lenses.router,
    choices.router,
    own_data.router,
    qr.router,
    state.router,
    websocket.router,
    stream.router,
    membership.router,
    classroom.router,
    archive.router,
)
PAGE_ROUTERS = (system.router, pages.router, docs.router)
LAST_SLICE_SECONDS = 3.0  # what slices in flight are given when the server is told to stop


def create_app(
    settings: Settings, port: int | None = None, say: Callable[[str], object] = lambda text: None
) -> FastAPI:
    """The application for one data folder, which is locked from now until the application's end.

    `port` is the one it is served on, where the system has chosen it; `say` is told who comes in how: not the
    log, which others may read.
    """
    kill_points.arm(settings.faults)
    store = Store(settings.data_dir, (*RUN_EVENTS, *CLASS_EVENTS, *EXPERIMENT_EVENTS))
    event_log = Log(store)
    folder = settings.data_dir / "datasets"
    limits = Limits(
        settings.max_waiting_runs,
        settings.max_runs_each,
        settings.max_kept_runs,
        settings.max_kept_runs_each,
        settings.max_epoch_bytes,
    )
    ledger = Ledger(event_log, limits)
    trials = Experiments(event_log, ledger)
    folds = Folds(event_log, ledger)
    own = OwnData(folder, ledger, settings.datasets)
    secret = settings.teacher_secret.get_secret_value() if settings.teacher_secret else None
    classes = ClassLedger(event_log, settings.mode, secret)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        executor = make_executor(settings)
        try:
            await asyncio.to_thread(datasets.prepare, folder)
            await folds.start([ledger.take, trials.take, classes.take])
            await own.start()
            await ledger.resume()
            await trials.resume()
            await classes.start()
            scheduler = Scheduler(ledger, executor, folder, label(kernels()))
            scheduler.start()
            watching = [asyncio.create_task(telemetry.watch_event_loop()), asyncio.create_task(folds.watch())]
            app.state.log, app.state.ledger, app.state.scheduler = event_log, ledger, scheduler
            app.state.first_state = FirstState(event_log, ledger, classes, trials)
            app.state.inspection = inspection = Inspection(store, folder)
            log.info("data in %s", settings.data_dir.absolute())
            log.info("computing with %s", label(kernels()))
            say(_invitation(settings, classes, settings.port if port is None else port))
            yield
            for task in watching:
                task.cancel()
            await scheduler.close(LAST_SLICE_SECONDS)
            await inspection.queue.close()
            await folds.keep()
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            store.close()

    app = FastAPI(
        title="Chalknet",
        version=VERSION,
        lifespan=lifespan,
        openapi_url=None,  # docs.py has it
        docs_url=None,
        redoc_url=None,
        servers=[{"url": settings.root_path}] if settings.root_path else None,
        generate_unique_id_function=rights.operation_id,
    )
    app.state.assets = assets.Assets(root_path=settings.root_path)
    app.state.classes, app.state.attempts = classes, Attempts()
    app.state.experiments, app.state.own_data = trials, own
    app.state.boards = Boards(event_log, classes, ledger)
    app.mount(assets.PREFIX, app.state.assets)
    for router in API_ROUTERS:
        doors = [Depends(rights.authorize), Depends(queries.refuse_unknown)]
        app.include_router(router, prefix=API, dependencies=doors)
    for router in PAGE_ROUTERS:
        app.include_router(router, dependencies=[Depends(rights.authorize)])
    document.complete(app)
    middleware.install(app, settings.public_urls, settings.root_path)
    return app


def _invitation(settings: Settings, classes: ClassLedger, port: int) -> str:
    """Who comes in how."""
    scheme = "https" if settings.tls else "http"
    addresses = invitation.addresses_of(settings.host, port, scheme, settings.public_urls, settings.root_path)
    if classes.has_class:
        secret = None if settings.teacher_secret else classes.secret
        return invitation.class_invitation(addresses, classes.room.code, secret)
    return invitation.free_invitation(addresses, is_open=classes.mode == "open")
