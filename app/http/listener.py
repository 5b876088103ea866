"""The sockets the server listens on, bound before anything else is started, and how many it may have open."""

import errno
import socket
from collections.abc import Sequence

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

WANTED_FILES = 65_536
RESERVED_FILES = 100  # for the database and the workers' pipes, whatever the number of sockets
ELSEWHERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)  # a name's IPv6 address on a machine without IPv6


class CannotListen(Exception):
    """The address is taken, or none of this machine's; the message says which."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on all addresses of `host`, on one port; 0 lets the system choose it.

    Raises:
        CannotListen: the port is in use or not allowed, or the host is not here.
    """
    sockets: list[socket.socket] = []
    try:
        for family, address in _addresses(host, port):
            bound = (address[0], port_of(sockets) if sockets else port, *address[2:])
            try:
                made = socket.create_server(bound, family=family)
            except OSError as error:
                if error.errno not in ELSEWHERE or not sockets:
                    raise
            else:
                # Connections inherit it. asyncio sets it only where a socket's protocol number is told, which
                # `create_server` does not do; without it every answer in two parts takes 40 ms.
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sockets.append(made)
    except OSError as error:
        for made in sockets:
            made.close()
        if error.errno == errno.EADDRINUSE:
            text = f"Port {port} of {host} is in use. Does Chalknet run already? --port chooses another."
            raise CannotListen(text) from error
        raise CannotListen(f"Cannot listen on {host}, port {port}: {error.strerror or error}.") from error
    return sockets


def port_of(sockets: Sequence[socket.socket]) -> int:
    """The port that all of them listen on."""
    port: int = sockets[0].getsockname()[1]
    return port


def url_of(listener: socket.socket, scheme: str) -> str:
    """The socket's address as one types it into a browser."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def allow_many_sockets() -> None:
    """As many open files as the system allows: a class of two hundred has some sockets each."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and (hard == resource.RLIM_INFINITY or soft < hard):
        wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def most_sockets() -> int:
    """How many connections leave enough files for everything else."""
    if resource is None:
        return WANTED_FILES
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return WANTED_FILES if soft == resource.RLIM_INFINITY else soft - RESERVED_FILES


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """Family and address of all that the name stands for, IPv4 first, each once."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    pairs = dict.fromkeys((family, address) for family, _, _, _, address in found)
    return sorted(pairs, key=lambda pair: pair[0] != socket.AF_INET)  # type: ignore[arg-type]
