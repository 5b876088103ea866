"""The page of the API, without internet: Swagger UI's files come from an installed package."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ..http.assets import Assets

router = APIRouter(include_in_schema=False)

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
        openapi=escape(request.scope["root_path"] + request.app.openapi_url),
        bundle=assets.url("swagger-ui-bundle.js"),
        start=assets.url("docs.js"),
    )
    return HTMLResponse(page, headers={"cache-control": "no-cache"})
