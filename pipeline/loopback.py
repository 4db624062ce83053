"""Which addresses lead to this very machine: what is said there is seen by no network, and is no proxy's business."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Whether *url* leads to this machine itself."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name like any other, or no address at all
        return False
