"""The invented clan on loopback: an aiohttp server in a thread of the calling process."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote

from aiohttp import web

from pipeline.demo.instants import instant
from pipeline.demo.wom.desk import Desk
from pipeline.demo.wom.faults import FAULTS, KINDS, Fault
from pipeline.demo.wom.limiter import Limiter
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
_PATIENCE_S: Final = 20


class DemoServer:
    """Serves *world* as WOM would at the instant `now`, which may be set between requests.

    `requests` lists (method, path with query, status) of everything asked, status 0 where the connection broke.
    """

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
        self.now = now or world.now
        self.group_id = group_id
        self.requests: list[tuple[str, str, int]] = []
        self.user_agents: set[str] = set()
        self._api_key = api_key
        self._limit = limit
        self._limiter = Limiter(window_s, clock)
        self._faults: list[Fault] = []
        self._desk = Desk(world, group_id=group_id, verification_code=verification_code, unknown_metric=unknown_metric)
        self._kept: dict[tuple[int, int, str], bytes] = {}
        self._lock = threading.Lock()
        self._port = 0
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

    @property
    def base_url(self) -> str:
        """Where it listens, as `WOM_BASE_URL` wants it."""
        return f"http://127.0.0.1:{self._port}{_PREFIX}"

    def fault(
        self, path_pattern: str, kind: str | int, times: int | None = 1, after: int = 0, *, retry_after: int = 1
    ) -> None:
        """Spoil requests that match the glob *path_pattern* (path and query after /v2), once *after* of them have passed."""
        if str(kind) not in KINDS:
            raise ValueError(f"no fault is called {kind!r}; there are {', '.join(KINDS)}")
        self._faults.append(Fault(path_pattern, str(kind), times, after, retry_after))

    def play(self, name: str) -> None:
        """Put the plan *name* of `FAULTS` in place."""
        self._faults += [replace(fault) for fault in FAULTS[name]]

    def mend(self) -> None:
        """Take away every fault."""
        self._faults.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="demo-wom", daemon=True)
        self._ready.clear()
        self._thread.start()
        if not self._ready.wait(_PATIENCE_S):
            raise RuntimeError(
                "the demo's server did not start: no port of 127.0.0.1 is free, or the machine is very busy"
            )

    def stop(self) -> None:
        """Close the port; stalled requests end."""
        if self._thread is not None and self._loop is not None and self._ending is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join()
            self._thread = None

    async def _serve(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=2**20)
        app.router.add_route("*", "/{path:.*}", self._receive)
        app.on_response_prepare.append(_as_express)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._port = runner.addresses[0][1]
        self._ready.set()
        try:
            await self._ending.wait()
        finally:
            await runner.cleanup()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        self.user_agents.add(request.headers.get("User-Agent", ""))
        path = request.raw_path.removeprefix(_PREFIX)
        fault = next((fault for fault in self._faults if fault.strikes(path)), None)
        if fault is not None and fault.kind in ("reset", "stall", "truncated"):
            self.requests.append((request.method, request.raw_path, 0))
            return await self._break(request, fault.kind)
        if fault is not None:
            reply = of_fault(fault)
        else:
            body = await request.read()
            reply = await asyncio.to_thread(self._reply, request, body)
        self.requests.append((request.method, request.raw_path, reply.status))
        return reply.response()

    def _reply(self, request: web.Request, body: bytes) -> Reply:
        key = request.headers.get("x-api-key")
        if key is not None and key != self._api_key:
            return of_message(403, BAD_KEY, {})
        limit = self._limit or (WOM_LIMIT if key is None else WOM_LIMIT_WITH_KEY)
        allowance = self._limiter.ask(key or request.remote or "", limit)
        if not allowance.allowed:
            return of_message(429, TOO_MANY, allowance.headers)
        try:
            with self._lock:
                answer = self._answer(request, body)
        except Refusal as refusal:
            headers = {**allowance.headers, **refusal.headers}
            return of_json(encoded(refusal.body), headers, status=refusal.status)
        except json.JSONDecodeError:
            return of_malformed()
        if request.path.endswith("/csv"):
            return of_csv(answer, allowance.headers)
        known = request.headers.get("If-None-Match") if request.method == "GET" else None
        return of_json(answer, allowance.headers).unless_known(known)

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

    async def _break(self, request: web.Request, kind: str) -> web.StreamResponse:
        if kind == "stall" and self._ending is not None:
            await self._ending.wait()
        response = web.StreamResponse()
        if kind == "truncated":
            response.content_type = "application/json"
            response.content_length = 4096
            await response.prepare(request)
            await response.write(b'[{"player":{"id":1001,"username":"cut sho')
        transport = request.transport
        if transport is not None and kind == "truncated":
            transport.close()
        elif transport is not None:
            wire = transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        return response


async def _as_express(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Take away what aiohttp adds on its own: WOM sends its CSV without a type, and no Server header at all."""
    response.headers.pop("Server", None)
    if response.headers.get("Content-Type") == "application/octet-stream":
        del response.headers["Content-Type"]
