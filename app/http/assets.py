"""The page's files, read once at start and served from memory under addresses that change with their content.

`/static/<digest of the tree>/main.js`: modules import each other by relative address, and browsers keep every
file for ever. A style sheet that imports others is sent with them in it. Libraries come from installed
packages, under an address with their version.
"""

import asyncio
import gzip
import hashlib
import re
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .downloads import PieceResponse

PACKAGE = Path(__file__).parent.parent


def page_folder(name: str) -> Path:
    """`static` or `templates`: inside the installed package, beside it in a checkout."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


PREFIX = "/static"
STATIC = page_folder("static")

MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".ts": "text/plain; charset=utf-8",  # only declarations, for who reads the page
}
COMPRESSED = {".png", ".webp", ".woff2"}
IMPORT = re.compile(rb'^@import "([^"]+)";$', re.MULTILINE)
COMMENT = re.compile(rb"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.MULTILINE | re.DOTALL)
DOC_COMMENT = re.compile(rb"/\*\*(?:(?!\*/)[\s\S])*\*/ ?|^[ \t]*//.*$", re.MULTILINE)
DECLARATION = re.compile(rb"^([\w-]+): ", re.MULTILINE)
OPENING = re.compile(rb" \{$", re.MULTILINE)
INDENT = re.compile(rb"^[ \t]+", re.MULTILINE)

# What a page of ours loads from an installed package: name -> distribution, package, path inside it.
LIBRARIES = {
    "plotly.min.js": ("plotly", "plotly", "package_data/plotly.min.js"),
    "swagger-ui-bundle.js": ("fastapi-offline", "fastapi_offline", "static/swagger-ui-bundle.js"),
    "swagger-ui.css": ("fastapi-offline", "fastapi_offline", "static/swagger-ui.css"),
}


class Asset:
    """One file: its bytes, and soon its compressed bytes."""

    def __init__(self, name: str, body: bytes, compressor: ThreadPoolExecutor) -> None:
        suffix = Path(name).suffix
        self.media_type = MEDIA_TYPES.get(suffix, "application/octet-stream")
        self.body = body
        self.etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        self.compressed: Future[bytes] | None = None
        if suffix not in COMPRESSED:
            self.compressed = compressor.submit(gzip.compress, body, 9, mtime=0)


class Assets:
    """An ASGI application for PREFIX, and the addresses of what it serves.

    A path is looked up in a dictionary and never reaches the file system.
    """

    def __init__(self, root: Path = STATIC, root_path: str = "") -> None:
        tree = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }
        digest = hashlib.sha256()
        for name, body in tree.items():
            digest.update(f"{len(name)} {name} {len(body)} ".encode() + body)
        self.digest = digest.hexdigest()[:16]

        prefix = root_path + PREFIX
        self._urls: dict[str, str] = {}
        self._assets: dict[str, Asset] = {}
        # Plotly takes some tenths of a second to compress: in a thread, beside the rest of the start.
        compressor = ThreadPoolExecutor(1, "compress-assets")
        for name in tree:
            body = _sent(tree, name)
            self._add(name, f"{prefix}/{self.digest}/{name}", Asset(name, body, compressor))
        for name, (distribution, package, path) in LIBRARIES.items():
            url = f"{prefix}/{distribution}-{version(distribution)}/{name}"
            self._add(name, url, Asset(name, (_folder(package) / path).read_bytes(), compressor))
        compressor.shutdown(wait=False)

    def _add(self, name: str, url: str, asset: Asset) -> None:
        self._urls[name] = url
        self._assets[url] = asset

    def url(self, name: str) -> str:
        """The address of a file in static/ or of a library; the templates know it as static_url."""
        return self._urls[name]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asset = self._assets.get(scope["path"]) if scope["type"] == "http" else None
        if asset is None:
            raise HTTPException(
                HTTPStatus.NOT_FOUND, "There is no such file. A newer page may be out: reload."
            )
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": "GET, HEAD"})
        response = await _respond(Request(scope), asset)
        await response(scope, receive, send)


async def _respond(request: Request, asset: Asset) -> Response:
    headers = {
        "cache-control": "public, max-age=31536000, immutable",
        "etag": asset.etag,
        "vary": "accept-encoding",
    }
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    body = asset.body
    if asset.compressed is not None and accepts_gzip(request):
        body = await asyncio.wrap_future(asset.compressed)
        headers["content-encoding"] = "gzip"
    return PieceResponse(body, headers=headers, media_type=asset.media_type)


def _sent(tree: dict[str, bytes], name: str) -> bytes:
    """A file as browsers get it."""
    if name.endswith(".css"):
        sheet = DECLARATION.sub(rb"\1:", _without(COMMENT, _joined(tree, name)))
        return OPENING.sub(b"{", sheet)
    return _without(DOC_COMMENT, tree[name]) if name.endswith(".js") else tree[name]


def _without(comment: re.Pattern[bytes], text: bytes) -> bytes:
    """A file without what is for readers and checkers: comments and indentation, a quarter of the page.

    Every line keeps its number, so that what a browser complains about is found in the source. A test
    holds that no text of a script goes over several lines or looks like such a comment.
    """
    return INDENT.sub(b"", comment.sub(lambda found: b"\n" * found[0].count(b"\n"), text))


def _joined(tree: dict[str, bytes], name: str) -> bytes:
    """A style sheet with those it imports in their places: a browser would fetch them one after the other."""
    folder = PurePosixPath(name).parent
    return IMPORT.sub(lambda found: _joined(tree, str(folder / found[1].decode())), tree[name])


def accepts_gzip(request: Request) -> bool:
    """Whether the client takes compressed bodies."""
    for coding in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = coding.replace(" ", "").partition(";q=")
        if name.lower() == "gzip":
            return weight.strip("0.") != "" or weight == ""
    return False


def _folder(package: str) -> Path:
    """Where a package is installed, without importing it: plotly would take a quarter of a second."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed", name=package)
    return Path(spec.origin).parent
