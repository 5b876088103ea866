"""The server under a path: behind a proxy that gives each of several servers a part of one host.

Some proxies take the path off before they pass a request on, others leave it: both are understood.
"""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """Middleware: whatever a proxy does, the routes see a path under `root_path`, and know it."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self.root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == self.root_path:
            query = scope["query_string"].decode("latin-1")
            target = f"{self.root_path}/" + (query and f"?{query}")
            await RedirectResponse(target, 308)(scope, receive, send)
            return
        path = under(self.root_path, scope["path"])
        await self.app({**scope, "path": path, "root_path": self.root_path}, receive, send)


def under(root_path: str, path: str) -> str:
    """A path of this server as browsers ask for it, whether or not `root_path` is in front of it already.

    >>> under("/chalknet", "/docs"), under("/chalknet", "/chalknet/docs"), under("", "/docs")
    ('/chalknet/docs', '/chalknet/docs', '/docs')
    """
    return path if path.startswith(f"{root_path}/") else root_path + path
