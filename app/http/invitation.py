"""What the server says at its start about who comes in how: on standard output, for who has started it.

The teacher's address has a secret in it. It stands in the fragment, which no browser sends and no log keeps.
"""

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 nothing is bound here
# Addresses of the documentation, which nobody has.
UNROUTED = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def class_invitation(addresses: Sequence[str], code: str, secret: str | None) -> str:
    """The teacher's address, with the secret unless the operator has set it, and the students'."""
    shown = secret or "(what CHALKNET_TEACHER_SECRET says)"
    lines = ["This server has a class.", "  Teacher:"]
    lines += [f"    {address}/#teacher={shown}" for address in addresses]
    lines += [f"  Students (code {code}):"]
    lines += [f"    {address}/#join={code}" for address in addresses]
    return "\n".join(lines)


def free_invitation(addresses: Sequence[str], *, is_open: bool) -> str:
    """The addresses of a server without a class; where others can reach it, what that means."""
    said = "Open in a browser:"
    if is_open:
        said = "Open, without a class: whoever reaches this server may change and delete everything."
    return "\n".join([said, *(f"    {address}/" for address in addresses)])


def addresses_of(
    host: str, port: int, scheme: str = "http", public_urls: Sequence[str] = (), root_path: str = ""
) -> list[str]:
    """Under what addresses people reach the server; found without sending anything."""
    if public_urls:
        return [url if urlsplit(url).path else url + root_path for url in public_urls]
    hosts = own_addresses() if host in EVERYWHERE else [host]
    return [f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}{root_path}" for name in hosts]


def own_addresses() -> list[str]:
    """This machine's addresses towards the network, one for each kind; without a network that of the loop.

    A datagram socket that is connected only asks the system which way it would take.
    """
    found = []
    for family, target in UNROUTED:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((target, 9))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue
    return found or ["127.0.0.1"]
