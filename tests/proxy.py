"""A reverse proxy as small as can be: it has a server under a path, and notes who asks for anything else."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

NOT_HERE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Proxy:
    """Where it listens, and the paths it was asked for that are not under its own."""

    port: int
    outside: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def proxying(server_port: int, path: str, *, strips: bool) -> Iterator[Proxy]:
    """Pass on what is under `path`, with it or without, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(listener.getsockname()[1])

        def accept() -> None:
            with suppress(OSError):  # the listener is closed: the end
                while True:
                    client = listener.accept()[0]
                    threading.Thread(target=answer, args=(client,), daemon=True).start()

        def answer(client: socket.socket) -> None:
            with closing(client), suppress(OSError):
                head = b""
                while b"\r\n\r\n" not in head:
                    if not (data := client.recv(65536)):
                        return
                    head += data
                method, target, rest = head.split(b" ", 2)
                if target.split(b"?")[0] != path.encode() and not target.startswith(path.encode() + b"/"):
                    proxy.outside.append(target.decode())
                    client.sendall(NOT_HERE)
                    return
                if strips:
                    target = target.removeprefix(path.encode())
                    target = target if target.startswith(b"/") else b"/" + target
                if b"\r\nupgrade:" not in head.lower():  # one request a connection: one head to change
                    rest = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", rest, count=1)
                    rest = rest.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
                with socket.create_connection(("127.0.0.1", server_port)) as upstream:
                    upstream.sendall(b" ".join([method, target, rest]))
                    threading.Thread(target=pour, args=(client, upstream), daemon=True).start()
                    pour(upstream, client)

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def pour(source: socket.socket, target: socket.socket) -> None:
    """Everything from one to the other; then neither has anything to say any more."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)
