"""What routes ask for, named once. Async, because FastAPI takes plain functions through a thread."""

from typing import Annotated

from fastapi import Depends
from fastapi.requests import HTTPConnection

from ..engine.boards import Boards
from ..engine.class_ledger import ClassLedger
from ..engine.first_state import FirstState
from ..engine.ledger import Ledger
from ..engine.scheduler import Scheduler
from ..eventlog.log import Log
from ..http.attempts import Attempts
from ..lenses.inspection import Inspection
from ..runs.run import Run
from .actors import ActorDep


async def _ledger(connection: HTTPConnection) -> Ledger:
    ledger: Ledger = connection.app.state.ledger
    return ledger


LedgerDep = Annotated[Ledger, Depends(_ledger)]


async def _log(connection: HTTPConnection) -> Log:
    log: Log = connection.app.state.log
    return log


LogDep = Annotated[Log, Depends(_log)]


async def _scheduler(connection: HTTPConnection) -> Scheduler:
    scheduler: Scheduler = connection.app.state.scheduler
    return scheduler


SchedulerDep = Annotated[Scheduler, Depends(_scheduler)]


async def _inspection(connection: HTTPConnection) -> Inspection:
    inspection: Inspection = connection.app.state.inspection
    return inspection


InspectionDep = Annotated[Inspection, Depends(_inspection)]


async def _classes(connection: HTTPConnection) -> ClassLedger:
    classes: ClassLedger = connection.app.state.classes
    return classes


ClassesDep = Annotated[ClassLedger, Depends(_classes)]


async def _boards(connection: HTTPConnection) -> Boards:
    boards: Boards = connection.app.state.boards
    return boards


BoardsDep = Annotated[Boards, Depends(_boards)]


async def _first_state(connection: HTTPConnection) -> FirstState:
    first_state: FirstState = connection.app.state.first_state
    return first_state


FirstStateDep = Annotated[FirstState, Depends(_first_state)]


async def _attempts(connection: HTTPConnection) -> Attempts:
    attempts: Attempts = connection.app.state.attempts
    return attempts


AttemptsDep = Annotated[Attempts, Depends(_attempts)]


async def _asker(connection: HTTPConnection, actor: ActorDep) -> str:
    """Whose turn a look uses: one's own, or one's address before one has joined."""
    return actor.owner or f"address {connection.client.host if connection.client else ''}"


AskerDep = Annotated[str, Depends(_asker)]


async def _run(run_id: str, ledger: LedgerDep) -> Run:
    """The run named in the path; 404 when there is none."""
    return ledger.run(run_id)


RunDep = Annotated[Run, Depends(_run)]
