"""The invented clan on loopback, as Wise Old Man's API."""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from pipeline.demo.fault import Fault
from pipeline.demo.instants import instant
from pipeline.demo.limiter import Limiter
from pipeline.demo.serving import Loopback
from pipeline.demo.wom import allowance
from pipeline.demo.wom.desk import Desk
from pipeline.demo.wom.faults import FAULTS, KINDS
from pipeline.demo.wom.refusal import Refusal
from pipeline.demo.wom.reply import (
    BAD_KEY,
    TOO_MANY,
    Reply,
    encoded,
    of_csv,
    of_fault,
    of_json,
    of_malformed,
    of_message,
)
from pipeline.demo.wom.routes import Ask, find
from pipeline.demo.world import World

DEMO_LIMIT: Final = 1000
"""What the demo allows in a minute, so that a whole history is there at once."""

WOM_LIMIT: Final = 20
WOM_LIMIT_WITH_KEY: Final = 100

_PREFIX: Final = "/v2"
_KEPT_ANSWERS: Final = 8


class DemoServer(Loopback):
    """Serves *world* as WOM would at the instant `now`, which may be set between requests.

    `requests` lists (method, path with query, status) of everything asked, status 0 where the connection broke.
    """

    prefix = _PREFIX
    kinds = KINDS
    cut_short = b'[{"player":{"id":1001,"username":"cut sho'

    def __init__(
        self,
        world: World,
        *,
        now: datetime | None = None,
        group_id: int = 1,
        limit: int | None = None,
        window_s: float = 60,
        api_key: str | None = None,
        verification_code: str = "111-111-111",
        unknown_metric: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.now = now or world.now
        self.group_id = group_id
        self._api_key = api_key
        self._limit = limit
        self._limiter = Limiter(window_s, clock)
        self._desk = Desk(world, group_id=group_id, verification_code=verification_code, unknown_metric=unknown_metric)
        self._kept: dict[tuple[int, int, str], bytes] = {}
        self._lock = threading.Lock()

    def play(self, name: str) -> None:
        """Put the plan *name* of `FAULTS` in place."""
        self._strew(FAULTS[name])

    def _spoilt(self, fault: Fault) -> web.Response:
        return of_fault(fault).response()

    def _reply(self, request: web.Request, body: bytes) -> web.Response:
        return self._told(request, body).response()

    def _told(self, request: web.Request, body: bytes) -> Reply:
        key = request.headers.get("x-api-key")
        if key is not None and key != self._api_key:
            return of_message(403, BAD_KEY, {})
        limit = self._limit or (WOM_LIMIT if key is None else WOM_LIMIT_WITH_KEY)
        allowed = self._limiter.ask(key or request.remote or "", limit)
        left = allowance.headers(allowed)
        if not allowed.allowed:
            return of_message(429, TOO_MANY, left)
        try:
            with self._lock:
                answer = self._answer(request, body)
        except Refusal as refusal:
            return of_json(encoded(refusal.body), {**left, **refusal.headers}, status=refusal.status)
        except json.JSONDecodeError:
            return of_malformed()
        if request.path.endswith("/csv"):
            return of_csv(answer, left)
        known = request.headers.get("If-None-Match") if request.method == "GET" else None
        return of_json(answer, left).unless_known(known)

    def _answer(self, request: web.Request, body: bytes) -> bytes:
        at = instant(self.now)
        known = (at, self._desk.revision, request.raw_path)
        if request.method == "GET" and known in self._kept:
            return self._kept[known]
        segments = tuple(unquote(part) for part in request.raw_path.partition("?")[0].split("/")[2:])
        if not request.raw_path.startswith(f"{_PREFIX}/"):
            raise Refusal(404, "ENDPOINT_NOT_FOUND", "Endpoint not found")
        answer, subject = find(request.method, segments)
        told = answer(Ask(self._desk, self._desk.view(at), subject, request.query, body))
        whole = told if isinstance(told, bytes) else encoded(told)
        if request.method == "GET":
            self._keep(known, whole)
        return whole

    def _keep(self, known: tuple[int, int, str], whole: bytes) -> None:
        if len(self._kept) >= _KEPT_ANSWERS:
            self._kept.pop(next(iter(self._kept)))
        self._kept[known] = whole

    async def _prepared(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Take away what aiohttp adds on its own: WOM sends its CSV without a type, and no Server header at all."""
        response.headers.pop("Server", None)
        if response.headers.get("Content-Type") == "application/octet-stream":
            del response.headers["Content-Type"]
