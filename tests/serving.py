"""A real server for one test: an application behind our HTTP server, on a port of its own, in a thread."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chalknet.http.listener import listen, port_of
from chalknet.http.server import make_server
from starlette.types import ASGIApp


@dataclass(frozen=True)
class Served:
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def exchange(self, *lines: str, body: bytes = b"") -> tuple[int, str, bytes]:
        """Send a request exactly as written; status, header and body of the answer."""
        with self.connect() as connection:
            request = "\r\n".join([*lines, "Connection: close", "", ""])
            connection.sendall(request.encode("latin-1") + body)
            return read_answer(connection)


def read_answer(connection: socket.socket) -> tuple[int, str, bytes]:
    """Everything until the server hangs up."""
    answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), head.decode("latin-1").lower(), body


@contextmanager
def serving(app: ASGIApp, tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    """Serve `app` until the block ends. The socket listens before the server runs, so nobody has to wait."""
    (listener,) = listen("127.0.0.1", 0)
    port = port_of([listener])
    server = make_server(app, tls)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield Served(port)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive()
