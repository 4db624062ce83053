"""A session with one server: time limits, pacing, bounded retries and a budget of requests.

One failure has one owner: a failed request is retried here and nowhere else.
"""

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from ssl import SSLCertVerificationError
from types import MappingProxyType
from typing import Final, cast
from urllib.parse import urlsplit

import requests
import tenacity
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, ProxyError
from urllib3.exceptions import SSLError as UntrustedError

from pipeline.errors import ConfigError, Retriable, SourceError, Unreadable
from pipeline.sources.answers import (
    Answer,
    TryAgain,
    Unsure,
    content_of,
    failure,
    message_of,
    seconds,
    wait_of,
    was_refused,
)
from pipeline.sources.deadline import Deadline, Punctual
from pipeline.sources.proxies import proxy_for
from pipeline.sources.service import WISE_OLD_MAN, Service

log = logging.getLogger(__name__)

MAX_BODY: Final = 256 * 1024 * 1024
"""Largest body once unpacked; bulk-hiscores of 500 members is 4.7 MB."""
CHUNK: Final = 64 * 1024
LONGEST_WAIT: Final = 300.0
"""Seconds; a server that asks for more is not waited for tonight."""
FAILURES_IN_A_ROW: Final = 3
"""After so many requests that failed with all their attempts, the server is taken to be down."""
KEPT_HEADERS: Final = ("Content-Type", "Date", "ETag", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
HIGHEST_RATE: Final = 1_000_000
"""Requests in a window; a server that claims to allow more says nothing sensible."""
OPEN_HEADERS: Final = frozenset({"user-agent", "accept", "connection"})
"""Headers whose values are no secrets."""

Query = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request as it went out; *status* is None when no answer came."""

    method: str
    path: str
    status: int | None
    bytes: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request. `called` is its path as people are told of it; `once`: what may have been taken is not sent again."""

    method: str
    path: str
    called: str
    query: Query
    body: Mapping[str, object] | None = None
    once: bool = False


class _NoAuth(requests.auth.AuthBase):
    """Adds nothing: with it in place requests never looks for a password in a .netrc file."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class Session:
    """Requests to one server. `requests` counts attempts, `bytes` what bodies weighed unpacked, `budget` may be raised.

    `rate_left` is the fewest requests that the server said were left in one of its windows, of `rate_limit`; None if it said nothing.
    `date` is the header of that name of its last answer, good or bad.
    Where the address itself is a secret, people are told *alias* in its place.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        budget: int,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
        attempts: int = 5,
        timeout: tuple[float, float] = (10.0, 60.0),
        deadline_s: float = 180.0,
        on_attempt: Callable[[Attempt], object] | None = None,
        service: Service = WISE_OLD_MAN,
        max_body: int = MAX_BODY,
        alias: str | None = None,
    ) -> None:
        self.alias = alias
        self.base_url = _checked_url(base_url, service)
        self.service = service
        self.budget = budget
        self.requests = 0
        self.bytes = 0
        self.rate_left: int | None = None
        self.rate_limit: int | None = None
        self.date: str | None = None
        self._sleep = sleep
        self._jitter = jitter
        self._monotonic = monotonic
        self._attempts = attempts
        self._timeout = timeout
        self._deadline = Deadline(deadline_s, monotonic)
        self._max_body = max_body
        self._on_attempt = on_attempt
        self._free_at: float | None = None
        self._failures = 0
        self._secrets = {value for name, value in headers.items() if name.lower() not in OPEN_HEADERS and value}
        if alias is not None:
            self._secrets |= {self.base_url, urlsplit(self.base_url).path, self.base_url.rpartition("/")[2]}
        # a None keeps requests from the environment's
        self._proxies = dict.fromkeys(("http", "https", "all"), proxy_for(self.base_url))
        self._wire = requests.Session()
        for scheme in ("http://", "https://"):
            self._wire.mount(scheme, Punctual(self._deadline))
        self._wire.auth = _NoAuth()
        self._wire.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._wire.headers.update(_checked_headers(headers))
        self._wire.headers["Accept-Encoding"] = "gzip"

    def __repr__(self) -> str:
        return f"Session({self.alias or self.base_url!r}, requests={self.requests}, budget={self.budget})"

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def remaining(self) -> int:
        """Attempts that the budget still allows."""
        return max(0, self.budget - self.requests)

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    def get(self, path: str, query: Query = MappingProxyType({})) -> Answer:
        """The answer to GET *path*, which begins with a slash and is already quoted."""
        return self._ask(_Asked("GET", path, self.alias or path, query))

    def post(self, path: str, body: Mapping[str, str]) -> Answer:
        """The answer to POST *path* with *body* as JSON; its values count as secrets."""
        self._secrets |= {value for value in body.values() if value}
        return self._ask(_Asked("POST", path, self.alias or path, MappingProxyType({}), body))

    def post_once(self, path: str, body: Mapping[str, object], query: Query = MappingProxyType({})) -> Answer:
        """The answer to POST *path*, where asking twice would do it twice.

        It is tried again only while the server surely did not take it; where nobody knows that is `Unsure`.
        """
        return self._ask(_Asked("POST", path, self.alias or path, query, body, once=True))

    def _ask(self, asked: _Asked) -> Answer:
        if self._failures >= FAILURES_IN_A_ROW:
            raise Retriable(f"{self.service.name} is left alone: {self._failures} requests in a row failed for good.")
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_worth_another),
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer = retrying(self._attempt, asked)
        except TryAgain as error:
            self._failures += 1
            tries = retrying.statistics.get("attempt_number", 1)
            raise Retriable(f"{self._clean(str(error))} Gave up after {tries} of {self._attempts} attempts.") from None
        except SourceError:
            self._failures = 0
            raise
        self._failures = 0
        return answer

    def _attempt(self, asked: _Asked) -> Answer:
        if self.requests >= self.budget:
            raise SourceError(
                f"The request budget of {self.budget} requests to {self.service.name} is used up; "
                f"raise {self.service.budget} or let the next night go on."
            )
        self._pace()
        self._deadline.begin()
        self.requests += 1
        status, size = None, 0
        try:
            with closing(self._send(asked)) as response:
                status = response.status_code
                self.date = response.headers.get("Date")
                self._note_rate(response.headers)
                raw = self._read(response, asked.called)
                size = len(raw)
            return self._understood(response, raw, asked)
        except (TryAgain, Unreadable) as error:
            if asked.once and not _surely_not_taken(error, status):
                raise Unsure(f"{self._clean(str(error))} It may have arrived all the same.") from None
            raise
        finally:
            self.bytes += size
            if self._on_attempt:
                self._on_attempt(Attempt(asked.method, asked.called, status, size))

    def _send(self, asked: _Asked) -> requests.Response:
        body = None if asked.body is None else json.dumps(asked.body)
        try:
            return self._wire.request(
                asked.method,
                self.base_url + asked.path,
                params=dict(asked.query),
                data=body,
                headers=None if body is None else {"Content-Type": "application/json"},
                timeout=self._timeout,
                proxies=cast(dict[str, str], dict(self._proxies)),
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, HTTPError, OSError) as error:
            # The text of these errors holds proxies with their passwords, so only the kind of error is told.
            why = f"within {self._deadline.seconds:.0f} s" if self._deadline.left <= 0 else f"({_kind(error)})"
            raise TryAgain(
                f"{self.service.name} did not answer {asked.called} {why}.", unsent=_never_left(error)
            ) from None

    def _read(self, response: requests.Response, path: str) -> bytes:
        """The whole body, unpacked, in bounded memory."""
        body = bytearray()
        try:
            while chunk := response.raw.read1(CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._max_body:
                    raise Unreadable(f"The answer to {path} is larger than {self._max_body // 1024**2} MB unpacked.")
        except (requests.RequestException, HTTPError, OSError) as error:
            if self._deadline.left <= 0:
                raise TryAgain(f"The answer to {path} was not whole after {self._deadline.seconds:.0f} s.") from None
            raise TryAgain(f"The answer to {path} broke off ({_kind(error)}).") from None
        return bytes(body)

    def _understood(self, response: requests.Response, raw: bytes, asked: _Asked) -> Answer:
        headers, path = response.headers, asked.called
        if not 200 <= response.status_code < 300:
            said = self._clean(message_of(raw))
            raise failure(self.service, path, response.status_code, headers, said, wait_of(raw))
        if headers.get("RateLimit-Remaining") == "0":
            reset = seconds(headers.get("RateLimit-Reset"))
            self._free_at = None if reset is None else self._monotonic() + min(reset, LONGEST_WAIT)
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        return Answer(response.status_code, raw, path, dict(asked.query), kept, content_of(raw, path))

    def _note_rate(self, headers: Mapping[str, str]) -> None:
        left, limit = (seconds(headers.get(name)) for name in ("RateLimit-Remaining", "RateLimit-Limit"))
        if left is None or limit is None or not left <= limit <= HIGHEST_RATE:
            return
        if self.rate_left is None or left < self.rate_left:
            self.rate_left, self.rate_limit = int(left), int(limit)

    def _pace(self) -> None:
        """Wait for the server's next window if it said that this one is used up."""
        free_at, self._free_at = self._free_at, None
        if free_at is not None and (wait := free_at - self._monotonic()) > 0:
            log.info("%s allows no more requests in this window; waiting %.0f s.", self.service.name, wait)
            self._sleep(wait)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Seconds before the next attempt: what the server asked for, else 1, 2, 4 … s, spread so that clans do not march in step."""
        error = cast(TryAgain, state.outcome.exception() if state.outcome else None)
        if error.after is not None:
            wait = error.after + self._jitter()
        else:
            wait = float(2 ** (state.attempt_number - 1)) * (0.5 + self._jitter())
        log.warning("%s Attempt %d; the next in %.1f s.", error, state.attempt_number, wait)
        return wait

    def _clean(self, text: str) -> str:
        """*text* without anything secret that a server may have repeated."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def _worth_another(error: BaseException) -> bool:
    return isinstance(error, TryAgain) and (error.after is None or error.after <= LONGEST_WAIT)


def _surely_not_taken(error: TryAgain | Unreadable, status: int | None) -> bool:
    """Whether a request that ended in *error*, after an answer of *status* if there was one, did nothing at the server."""
    if status is None:
        return isinstance(error, TryAgain) and error.unsent
    return was_refused(status)


def _never_left(error: BaseException) -> bool:
    """Whether *error* came before anything was sent: there was no connection, or none that could be trusted."""
    tried = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else None
    reason = tried.reason if isinstance(tried, MaxRetryError) else None
    if isinstance(reason, UntrustedError):
        return any(isinstance(cause, SSLCertVerificationError) for cause in reason.args)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError | ProxyError)


def _kind(error: BaseException) -> str:
    return type(error).__name__


def _checked_url(url: str, service: Service) -> str:
    """*url* without its last slash; a password in it would end up in logs."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or "@" in url or "?" in url or "#" in url:
        raise ConfigError(
            f"{service.base_url} is not an address like https://api.example.net/v2 (no password, no query)."
        )
    return url.rstrip("/")


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """*headers*, if HTTP can carry them; requests itself would repeat a bad value, which may be a key, in its error."""
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()) or value != value.strip():
            raise ConfigError(
                f"The value of the header {name} holds characters that HTTP cannot carry; check its setting."
            )
    return dict(headers)
