"""The page itself: one template, with all that the controls need to know built in."""

import gzip
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2.utils import htmlsafe_json_dumps

from ..http.assets import Assets, accepts_gzip, page_folder
from ..runs.config import MAX_WORK, WORK_PER_BATCH, RunConfig
from ..version import VERSION
from .actors import ActorDep, facts_of, recognise
from .choices import datasets, presets
from .deps import ClassesDep, InspectionDep, LedgerDep, LogDep
from .languages import LANGUAGES, likely_language

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(page_folder("templates"))


@router.api_route("/", methods=["GET", "HEAD"])
async def lab(
    request: Request,
    actor: ActorDep,
    classes: ClassesDep,
    inspection: InspectionDep,
    ledger: LedgerDep,
    log: LogDep,
) -> HTMLResponse:
    """The lab: controls, curves, digits, runs."""
    assets: Assets = request.app.state.assets
    root_path = request.scope["root_path"]
    inspection.warm_up()  # whoever opens the page looks at digits next
    bootstrap = {
        "me": facts_of(actor, classes),
        "version": VERSION,
        "languages": LANGUAGES,
        "api": f"{root_path}/api/v1",
        "presets": presets(),
        # What is empty is left out: the page takes it for that.
        "datasets": [{key: value for key, value in one.items() if value} for one in datasets()],
        "schema": _without_descriptions(RunConfig.model_json_schema()),
        "max_work": MAX_WORK,
        "work_per_batch": WORK_PER_BATCH,
        "max_runs_each": ledger.limits.runs_each,
        "loss": log.loss if actor.leads else None,
    }
    context = {
        "language": likely_language(request.headers.get("accept-language", "")),
        "root_path": root_path,
        "static_url": assets.url,
        "plotly_url": assets.url("plotly.min.js"),
        "bootstrap": htmlsafe_json_dumps(bootstrap),
    }
    body = templates.get_template("lab.html").render(context).encode()
    # The page holds addresses that change with the version: ask each time, it is small.
    headers = {"cache-control": "no-cache", "vary": "accept-encoding, accept-language"}
    if accepts_gzip(request):
        body = gzip.compress(body, mtime=0)
        headers["content-encoding"] = "gzip"
    page = HTMLResponse(body, headers=headers)
    recognise(request, page)
    return page


def _without_descriptions(schema: Any) -> Any:
    """What the page needs of a schema: it has words of its own."""
    if isinstance(schema, dict):
        return {name: _without_descriptions(part) for name, part in schema.items() if name != "description"}
    return [_without_descriptions(part) for part in schema] if isinstance(schema, list) else schema
