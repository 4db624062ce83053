"""Which addresses stay at home: what is said on this very machine is seen by no network, and is no proxy's business."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

_HOME: Final = (".local", ".lan", ".internal", ".home.arpa", ".localhost")
"""Ends of names that no public name server knows."""


def is_loopback(url: str) -> bool:
    """Whether *url* leads to this machine itself."""
    host, number = _host(url)
    return host == "localhost" or (number is not None and number.is_loopback)


def is_at_home(url: str) -> bool:
    """Whether *url* leads to this machine or into a private network: a name without a dot, an address that is not routed."""
    host, number = _host(url)
    if number is not None:
        return number.is_private or number.is_link_local
    return bool(host) and ("." not in host or host.endswith(_HOME))


def _host(url: str) -> tuple[str, IPv4Address | IPv6Address | None]:
    """The host of *url*, and its number where it is one."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return "", None
    try:
        return host, ip_address(host)
    except ValueError:  # a name like any other
        return host, None
