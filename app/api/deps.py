"""What routes ask for, named once. Async, because FastAPI takes plain functions through a thread."""

from typing import Annotated, Any

from fastapi import Depends
from fastapi.requests import HTTPConnection

from ..engine.boards import Boards
from ..engine.class_ledger import ClassLedger
from ..engine.experiments import Experiments
from ..engine.first_state import FirstState
from ..engine.ledger import Ledger
from ..engine.own_data import OwnData
from ..engine.scheduler import Scheduler
from ..eventlog.log import Log
from ..experiments.state import Experiment
from ..http.attempts import Attempts
from ..lenses.inspection import Inspection
from ..runs.run import Run
from .actors import ActorDep


def _held(name: str) -> Any:
    """What the application holds under a name (app.main)."""

    async def held(connection: HTTPConnection) -> Any:
        return getattr(connection.app.state, name)

    return Depends(held)


LedgerDep = Annotated[Ledger, _held("ledger")]
LogDep = Annotated[Log, _held("log")]
SchedulerDep = Annotated[Scheduler, _held("scheduler")]
InspectionDep = Annotated[Inspection, _held("inspection")]
ClassesDep = Annotated[ClassLedger, _held("classes")]
ExperimentsDep = Annotated[Experiments, _held("experiments")]
OwnDataDep = Annotated[OwnData, _held("own_data")]
BoardsDep = Annotated[Boards, _held("boards")]
FirstStateDep = Annotated[FirstState, _held("first_state")]
AttemptsDep = Annotated[Attempts, _held("attempts")]


async def _asker(connection: HTTPConnection, actor: ActorDep) -> str:
    """Whose turn a look uses: one's own, or one's address before one has joined."""
    return actor.owner or f"address {connection.client.host if connection.client else ''}"


AskerDep = Annotated[str, Depends(_asker)]


async def _run(run_id: str, ledger: LedgerDep) -> Run:
    """The run named in the path; 404 when there is none."""
    return ledger.run(run_id)


RunDep = Annotated[Run, Depends(_run)]


async def _experiment(experiment_id: str, experiments: ExperimentsDep) -> Experiment:
    """The experiment named in the path; 404 when there is none."""
    return experiments.find(experiment_id)


ExperimentDep = Annotated[Experiment, Depends(_experiment)]
