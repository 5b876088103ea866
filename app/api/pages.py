"""The pages people open."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.api.catalog import datasets, presets
from app.api.models import RunCreate
from app.assets import STATIC, Assets
from app.version import VERSION

router = APIRouter(include_in_schema=False)

TEMPLATES = Environment(
    loader=FileSystemLoader(STATIC.parent / "templates"), autoescape=True, undefined=StrictUndefined
)


@router.get("/")
async def lab(request: Request) -> HTMLResponse:
    """The one page of a class: controls, curves, digits, runs."""
    assets: Assets = request.app.state.assets
    page = TEMPLATES.get_template("lab.html").render(
        static_url=assets.url,
        plotly_url=assets.url("plotly.min.js"),
        bootstrap=embed(bootstrap()),
    )
    # Asked for again every time, because the addresses of all other files are in it.
    return HTMLResponse(page, headers={"cache-control": "no-cache"})


def bootstrap() -> dict[str, Any]:
    """The facts a page needs before its first request; its limits come from the schema."""
    return {
        "api": "/api/v1",
        "version": VERSION,
        "schema": RunCreate.model_json_schema(),
        "presets": presets(),
        "datasets": datasets(),
    }


def embed(value: Any) -> Markup:
    r"""JSON for a script element of the page, where only `<` could end the element.

    >>> embed("</script>")
    Markup('"\\u003c/script>"')
    """
    return Markup(json.dumps(value).replace("<", "\\u003c"))  # noqa: S704 - escaped for this place, see above
