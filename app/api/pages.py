"""The page itself: one template, with all that the controls need to know built in."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2.utils import htmlsafe_json_dumps

from app.api.catalog import datasets, presets
from app.api.owners import recognise
from app.assets import Assets
from app.config import MAX_WORK, WORK_PER_BATCH, RunConfig
from app.version import VERSION

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(Path(__file__).parents[2] / "templates")


@router.api_route("/", methods=["GET", "HEAD"])
async def lab(request: Request) -> HTMLResponse:
    """The lab: controls, curves, digits, runs."""
    assets: Assets = request.app.state.assets
    bootstrap = {
        "version": VERSION,
        "api": "/api/v1",
        "presets": presets(),
        "datasets": datasets(),
        "schema": RunConfig.model_json_schema(),
        "max_work": MAX_WORK,
        "work_per_batch": WORK_PER_BATCH,
    }
    context = {
        "static_url": assets.url,
        "plotly_url": assets.url("plotly.min.js"),
        "bootstrap": htmlsafe_json_dumps(bootstrap),
    }
    # The page holds addresses that change with the version: ask each time, it is small.
    page = templates.TemplateResponse(request, "lab.html", context, headers={"cache-control": "no-cache"})
    recognise(request, page)
    return page
