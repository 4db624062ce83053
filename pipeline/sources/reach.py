"""How far a connection to a server gets (its name, its port, its certificate), and what time it is over there."""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from pipeline.sources.proxies import proxy_for

Obstacle = Literal["proxy", "name", "port", "certificate", "silence"]

PATIENCE_S: Final = 2.0
"""For each address that a name has: a large host has four."""
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the way to `host` ends, and what the machine says of it."""

    obstacle: Obstacle
    host: str
    detail: str = ""


def stop_on_the_way(url: str) -> Stop:
    """What keeps us from the server of *url*, which did not answer."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)
    if proxy_for(url):
        return Stop("proxy", host)
    try:
        with socket.create_connection((host, port), PATIENCE_S) as plain:
            if parts.scheme == "https":
                with ssl.create_default_context().wrap_socket(plain, server_hostname=host):
                    pass
    except (socket.gaierror, UnicodeError):
        return Stop("name", host)
    except ssl.SSLError as error:
        return Stop("certificate", host, getattr(error, "verify_message", "") or error.reason or "")
    except OSError as error:
        return Stop("port", host, f"port {port}: {error.strerror or 'no answer'}")
    return Stop("silence", host)


def skew_of(date: str | None, now: datetime) -> timedelta | None:
    """How far a server's clock is ahead of ours, by the header Date of an answer that came *now*; None if it says nothing."""
    try:
        told = parsedate_to_datetime(date or "")
    except (OverflowError, ValueError):
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)) - now
