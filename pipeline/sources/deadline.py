"""A deadline for whole answers: a server that sends a byte now and then stays within the limit of every single read, be it in
the head of its answer or in the body."""

import socket
from collections.abc import Callable
from functools import partial
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection


class Deadline:
    """When the present answer must be whole: `seconds` after `begin`, by the clock *monotonic*."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self.seconds = seconds
        self._monotonic = monotonic
        self.begin()

    def begin(self) -> None:
        """Another answer is asked for now."""
        self._until = self._monotonic() + self.seconds

    @property
    def left(self) -> float:
        """Seconds that remain; 0 or less once it has passed."""
        return self._until - self._monotonic()


class Punctual(HTTPAdapter):
    """Carries requests whose answers, those of a proxy on the way too, come within *deadline* or not at all."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """The pool of connections to where a request goes."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if punctual := _PUNCTUAL.get(pool.ConnectionCls):
            pool.ConnectionCls = punctual
            pool.conn_kw["deadline"] = self._deadline
        return pool


class _Connection(HTTPConnection):
    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response_class: Any = partial(_Response, deadline=deadline)


class _TlsConnection(HTTPSConnection):
    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response_class: Any = partial(_Response, deadline=deadline)


_PUNCTUAL: Final[dict[Any, Any]] = {HTTPConnection: _Connection, HTTPSConnection: _TlsConnection}


class _Response(HTTPResponse):
    def __init__(self, wire: socket.socket, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(wire, *args, **kwargs)
        self.fp: Any = BufferedReader(_Reader(wire, self.fp.detach(), deadline))


class _Reader(RawIOBase):
    """What comes from *wire*; every read waits as long as the wire's own limit and the deadline allow."""

    def __init__(self, wire: socket.socket, raw: RawIOBase, deadline: Deadline) -> None:
        self._wire, self._raw, self._deadline = wire, raw, deadline
        self._limit = wire.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline.left
        if left <= 0:
            raise TimeoutError
        self._wire.settimeout(left if self._limit is None else min(self._limit, left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
