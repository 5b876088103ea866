"""What an origin is: scheme, host and port of a URL, in one spelling."""

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port: lower case, shortest IPv6, port always given."""

    scheme: str
    host: str
    port: int


def parse_origin(text: str) -> Origin | None:
    """The origin of a URL, or None if `text` is not an http(s) URL."""
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        return None
    if url.scheme not in DEFAULT_PORTS or not host or url.username is not None:
        return None
    address = ip_address(host)
    return Origin(url.scheme, address or host, DEFAULT_PORTS[url.scheme] if port is None else port)


def ip_address(host: str) -> str | None:
    """`host` in its shortest spelling if it is an IP address, else None."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
