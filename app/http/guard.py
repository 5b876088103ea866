"""Who may talk to the server: the Host and Origin rules, and the headers of every response.

Another page in the same browser is the actor to fear: it can reach this server, but it cannot lie about its
Origin, nor use a Host name that is not its own (docs/decisions/0021-origin-and-host.md).
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import AppError, BadRequest, Forbidden, NotFound
from ..origins import Origin, ip_address, parse_origin
from .problems import answer

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)

SECURITY_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
]

# Browsers ignore this one, and say so as an error, on a page that came over plain http from another machine.
OPENER_POLICY = (b"cross-origin-opener-policy", b"same-origin")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
HTTP_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
OVER_TLS = {"http": "https", "https": "https", "ws": "wss", "wss": "wss"}
RESPONSE_STARTS = {"http.response.start", "websocket.http.response.start"}


class Guard:
    """Outermost middleware: refuses strangers before anything else sees them, and marks every response.

    A missing Origin is let through, for curl and notebooks: browsers always send one where it matters.
    """

    def __init__(self, app: ASGIApp, public_urls: Iterable[str] = ()) -> None:
        self.app = app
        self.public_origins = set()
        for url in public_urls:
            origin = parse_origin(url)
            if origin is None:
                raise ValueError(f"not a public URL (scheme://host[:port]): {url!r}")
            self.public_origins.add(origin)
        self.names = {"localhost"} | {origin.host for origin in self.public_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        own = own_origin(scope)
        refusal = self.refusal(scope, own)
        if self.is_behind_tls(scope):
            scope = {**scope, "scheme": OVER_TLS[scope["scheme"]]}
        trustworthy = scope["scheme"] in OVER_TLS.values() or (own is not None and own.host in LOOPBACK)
        marks = [*SECURITY_HEADERS, OPENER_POLICY] if trustworthy else SECURITY_HEADERS

        accepted = False

        async def send_marked(message: Message) -> None:
            nonlocal accepted
            accepted = accepted or message["type"] == "websocket.accept"
            if message["type"] == "websocket.close" and not accepted:
                # Left to itself, the server would answer with a bare 403.
                unknown = NotFound("There is no websocket at this path with these parameters.")
                await answer(unknown)(scope, receive, send_marked)
                return
            if message["type"] in RESPONSE_STARTS:
                headers = list(message.get("headers", []))
                present = {name.lower() for name, _ in headers}
                message["headers"] = headers + [mark for mark in marks if mark[0] not in present]
            await send(message)

        app = self.app if refusal is None else answer(refusal)
        await app(scope, receive, send_marked)

    def is_behind_tls(self, scope: Scope) -> bool:
        """Whether a public URL through which a request came is https: then a proxy was asked over TLS.

        A page says its origin, even where the proxy has put another Host in.
        """
        for text in values(scope, b"origin"):
            origin = parse_origin(text)
            return origin is not None and origin.scheme == "https" and origin in self.public_origins
        own, over_tls = own_origin(scope), own_origin({**scope, "scheme": "https"})
        return over_tls in self.public_origins and own not in self.public_origins

    def refusal(self, scope: Scope, own: Origin | None) -> AppError | None:
        """The reason why a request must not go further, or None."""
        if own is None:
            return BadRequest("A request needs one Host header, with a name or an address.", code="bad-host")
        if own.host not in self.names and ip_address(own.host) is None:
            return Misdirected("This server does not go by that name; CHALKNET_PUBLIC_URLS can allow it.")

        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return None
        origins = values(scope, b"origin")
        if not origins or (len(origins) == 1 and parse_origin(origins[0]) in self.public_origins | {own}):
            return None
        return Forbidden("Only this server's own pages may do that.", code="foreign-origin")


class Misdirected(AppError):
    status, code, title = 421, "unknown-host", "Not a name of this server"


def own_origin(scope: Scope) -> Origin | None:
    """The origin that the request was sent to, or None unless exactly one Host header says so."""
    hosts = values(scope, b"host")
    if len(hosts) != 1 or set(hosts[0]) & set("/?#@\\ \t"):
        return None
    return parse_origin(f"{HTTP_SCHEMES[scope['scheme']]}://{hosts[0]}")


def values(scope: Scope, name: bytes) -> list[str]:
    """All values of a header; a header may come twice, and that is what the rules look for."""
    return [value.decode("latin-1").strip() for key, value in scope["headers"] if key == name]
