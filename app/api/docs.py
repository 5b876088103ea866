"""The page of the API, without internet: Swagger UI's files come from an installed package."""

import json
from html import escape
from threading import Lock

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from ..http.assets import Assets

router = APIRouter(include_in_schema=False)

DOCUMENT = "/openapi.json"
_one_at_a_time = Lock()

PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Chalknet API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="{css}">
  <link rel="stylesheet" href="{ours}">
</head>
<body>
  <main id="swagger-ui" data-openapi="{openapi}"></main>
  <script src="{bundle}"></script>
  <script type="module" src="{start}"></script>
</body>
</html>
"""


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    assets: Assets = request.app.state.assets
    page = PAGE.format(
        css=assets.url("swagger-ui.css"),
        ours=assets.url("css/docs.css"),
        openapi=escape(request.scope["root_path"] + DOCUMENT),
        bundle=assets.url("swagger-ui-bundle.js"),
        start=assets.url("docs.js"),
    )
    return HTMLResponse(page, headers={"cache-control": "no-cache"})


@router.get(DOCUMENT)
def openapi_document(request: Request) -> Response:
    """What the API offers, for tools. It takes half a second to write, once: in a thread, so nobody waits."""
    state = request.app.state
    with _one_at_a_time:
        if not hasattr(state, "openapi_document"):
            state.openapi_document = json.dumps(request.app.openapi(), ensure_ascii=False).encode()
    return Response(state.openapi_document, media_type="application/json")
