"""Answers of a server, and the ways in which one is none.

The status decides, never the `code` of a body: many of WOM's 404s say UNEXPECTED_ERROR, its 429 and bad-key 403 have no code.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Final

from pipeline.errors import Denied, Retriable, SourceError, Unreadable
from pipeline.sources.service import Service

BLOCKED: Final = "blocked from making api requests"
RETRIED: Final = frozenset({408, 425, 429})
"""Statuses below 500 after which the same request may work."""
TURNED_AWAY: Final = frozenset({500, 502, 503})
"""Statuses from 500 on after which even what must not come twice is sent again, as discord.py does: a server that broke down or
was busy hardly ever took it, and every hiccup would leave a night untold. One behind a gateway that grew tired of waiting (504) may well have.
"""
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
MESSAGE_LIMIT: Final = 200
A_YEAR_S: Final = 31_536_000
"""What every longer wait is told as: it is not waited for, and JSON may hold numbers that no float does."""


class Rejected(Unreadable):
    """The server read the request and will not answer it; *status* says how (404: it does not know what was asked for)."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Forbidden(Denied):
    """This one thing is refused, not the key: the server still counts our requests (it does not with a bad key)."""


class TryAgain(Retriable):
    """One attempt failed and the next may work; *after* is what the server asked us to wait, in seconds.

    *unsent*: the request never left, so that it cannot have been taken.
    """

    def __init__(self, sentence: str, after: float | None = None, *, unsent: bool = False) -> None:
        super().__init__(sentence)
        self.after = after
        self.unsent = unsent


class Unsure(SourceError):
    """A request that must not be sent twice went out, and nothing tells whether it was taken."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer: its body byte for byte, and what the body says."""

    status: int
    body: bytes = field(repr=False)
    path: str
    query: Mapping[str, str | int]
    headers: Mapping[str, str] = field(repr=False)
    content: object = field(repr=False)


def content_of(body: bytes, path: str) -> object:
    """What *body* says in JSON. A web page or a body cut short is worth another attempt: a proxy stood in between."""
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise Unreadable(f"The answer to {path} is nested too deeply to be read.") from None
    except ValueError:
        kind = "is a web page" if body.lstrip()[:1] == b"<" else "is not whole JSON"
        raise TryAgain(f"The answer to {path} {kind} ({len(body)} bytes).") from None


def _refuse_constant(constant: str) -> object:
    """NaN and Infinity are Python's own additions to JSON."""
    raise ValueError(constant)


def failure(
    service: Service, path: str, status: int, headers: Mapping[str, str], message: str, after: float | None = None
) -> SourceError:
    """The error that an answer with *status*, which is not 2xx, stands for; *after* is the wait that its body asks for."""
    said = (
        f'{service.name} answered {status} to {path}: "{message}"'
        if message
        else f"{service.name} answered {status} to {path}"
    )
    if status == 429 and BLOCKED in message.lower():
        return Denied(
            f"{said}. This address is blocked; ask them to lift it, and set a user agent that names a contact."
        )
    if status >= 500 or status in RETRIED:
        return TryAgain(f"{said}.", retry_after(headers) if after is None else after)
    if status == 403 and "RateLimit-Limit" in headers:
        return Forbidden(f"{said}.")
    if status in (401, 403):
        return Denied(f"{said}. Check {service.key}.")
    if status in REDIRECTS:
        return Rejected(f"{said}: it points elsewhere, and keys are not sent there. Check {service.base_url}.", status)
    return Rejected(f"{said}.", status)


def was_refused(status: int) -> bool:
    """Whether a server that answers *status* surely did not do what it was asked."""
    return 300 <= status < 500 or status in TURNED_AWAY


def message_of(body: bytes) -> str:
    """The sentence in the body of an error, short and on one line; empty when it is a web page or nothing."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    message = said.get("message") if isinstance(said, dict) else None
    if not isinstance(message, str):
        return ""
    return " ".join(message.encode("utf-8", "replace").decode().split())[:MESSAGE_LIMIT]


def wait_of(body: bytes) -> float | None:
    """The wait in the body of an error: Discord tells it there to the millisecond, and in headers in whole seconds."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return wait_in(said.get("retry_after")) if isinstance(said, dict) else None


def wait_in(asked: object) -> float | None:
    """The seconds of JSON that a server asks us to wait, a year at most; None when it says nothing sensible."""
    return float(min(asked, A_YEAR_S)) if isinstance(asked, int | float) and asked >= 0 else None


def seconds(text: str | None) -> float | None:
    """A header's seconds, None when it is absent or says nothing sensible."""
    try:
        found = float(text or "")
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How long the server asks us to stay away: `Retry-After` in seconds or as a date, else the end of its window.

    A date is compared with the answer's own `Date`, so no clock is needed and a wrong one does no harm.
    """
    asked = headers.get("Retry-After")
    if asked is None:
        return seconds(headers.get("RateLimit-Reset")) if headers.get("RateLimit-Remaining") == "0" else None
    whole = seconds(asked)
    if whole is not None:
        return whole
    try:
        return max(0.0, (parsedate_to_datetime(asked) - parsedate_to_datetime(headers["Date"])).total_seconds())
    except (KeyError, OverflowError, TypeError, ValueError):
        return None
