"""Many runs as one file: a class, an experiment, or those that are named."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from ..classroom import report
from ..classroom.state import Classroom
from ..errors import AppError
from ..http.archive import ZipStream
from ..http.downloads import AS_FILE, PIECE_BYTES
from ..lenses import weights
from ..lenses.inspection import Inspection
from ..lenses.lens import AtEpoch
from ..runs.run import Run
from . import as_csv
from .actors import ActorDep
from .deps import ClassesDep, ExperimentsDep, InspectionDep, LedgerDep

router = APIRouter(tags=["runs"])

MOST_NAMED = 200

README = """\
Runs of a Chalknet server: a folder for each, and a table of all.

runs.csv               settings and figures, a line for each run
.../run.json           the run as the API tells it: settings, status, last and best epoch, fingerprint
.../curves.csv         loss and accuracy after every epoch
.../weights.npz        weights and biases as they are now, for numpy.load; about.json in it says what they are

A weights.npz goes on with `chalknet train --from weights.npz`, and is opened in a server's page as a run to
look inside. docs/scripting.md of Chalknet has more.
"""


@router.get(
    "/archive",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}, **AS_FILE}},
)
async def read_archive(
    ledger: LedgerDep,
    inspection: InspectionDep,
    classes: ClassesDep,
    experiments: ExperimentsDep,
    actor: ActorDep,
    run: Annotated[
        list[str] | None, Query(max_length=MOST_NAMED, description="Ids; left out: all runs.")
    ] = None,
    experiment: Annotated[str | None, Query(max_length=40, description="All runs of an experiment.")] = None,
) -> Response:
    """Settings, curves and weights of many runs in one zip, made while it is sent."""
    chosen = list(reversed(ledger.runs())) if run is None else [ledger.run(one) for one in dict.fromkeys(run)]
    if experiment is not None:
        parts = {one.id for one in experiments.runs_of(experiments.find(experiment).id)}
        chosen = [one for one in chosen if one.id in parts]
    room = (
        classes.room if classes.has_class else Classroom(id="", code="", started_at="")
    )  # nobody has a name
    table = report.as_csv(report.Lesson(room, chosen, {}), "runs")
    headers = {
        "Content-Disposition": 'attachment; filename="chalknet-runs.zip"',
        "Cache-Control": "no-store",
    }
    pieces = _pieces(chosen, table, inspection, actor.owner)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


async def _pieces(
    runs: Sequence[Run], table: str, inspection: Inspection, owner: str
) -> AsyncIterator[bytes]:
    archive, missing = ZipStream(), []
    yield archive.add("runs.csv", table)
    for run in runs:
        folder = f"{run.number:04d}-{run.id}"
        about = json.dumps(run.as_json(), indent=2, ensure_ascii=False)
        yield archive.add(f"{folder}/run.json", about)
        try:
            yield archive.add(f"{folder}/curves.csv", as_csv.columns(await inspection.series(run)))
            network = await inspection.look(weights.LENS, run, AtEpoch(epoch=None), owner)
        except (
            AppError
        ) as error:  # deleted in the meantime, or of another version: the others are sent all the same
            missing.append(f"{folder}: {error.detail}")
            continue
        written = archive.add(f"{folder}/weights.npz", network)
        for start in range(0, len(written), PIECE_BYTES):
            yield written[start : start + PIECE_BYTES]
    lacking = "\nNot in it:\n" + "\n".join(missing) + "\n" if missing else ""
    yield archive.add("README.txt", README + lacking)
    yield archive.close()
