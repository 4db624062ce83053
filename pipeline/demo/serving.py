"""A server on loopback in a thread of the calling process, whose requests can be made to go wrong."""

import asyncio
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import ClassVar, Final, Self

from aiohttp import web

from pipeline.demo.fault import BROKEN, Fault

_PATIENCE_S: Final = 20


class Loopback(ABC):
    """Serves what `_reply` answers under the path `prefix` of a free port of 127.0.0.1.

    `requests` lists (method, path with query, status) of everything asked, status 0 where the connection broke.
    """

    prefix: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]
    """The faults that can be played."""
    cut_short: ClassVar[bytes]
    """How an answer begins whose end never comes."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, int]] = []
        self.user_agents: set[str] = set()
        self._faults: list[Fault] = []
        self._port = 0
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

    @abstractmethod
    def _reply(self, request: web.Request, body: bytes) -> web.Response:
        """The answer to *request*; called in a thread of its own, several at a time."""

    @abstractmethod
    def _spoilt(self, fault: Fault) -> web.Response:
        """The answer of a request that *fault* strikes, for kinds that are answered at all."""

    @abstractmethod
    async def _prepared(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Last changes to the headers of *response*."""

    @property
    def base_url(self) -> str:
        """Where it listens, with the prefix."""
        return f"http://127.0.0.1:{self._port}{self.prefix}"

    def fault(
        self, path_pattern: str, kind: str | int, times: int | None = 1, after: int = 0, *, retry_after: float = 1
    ) -> None:
        """Spoil requests that match the glob *path_pattern* (path and query after the prefix), once *after* have passed."""
        if str(kind) not in self.kinds:
            raise ValueError(f"no fault is called {kind!r}; there are {', '.join(self.kinds)}")
        self._faults.append(Fault(path_pattern, str(kind), times, after, retry_after))

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
        name = type(self).__name__
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name=name, daemon=True)
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

    def _strew(self, plan: Iterable[Fault]) -> None:
        """Put copies of the faults of *plan* in place, so that it can be played again."""
        self._faults += [replace(fault) for fault in plan]

    async def _serve(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=2**20)
        app.router.add_route("*", "/{path:.*}", self._receive)
        app.on_response_prepare.append(self._prepared)
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
        path = request.raw_path.removeprefix(self.prefix)
        fault = next((fault for fault in self._faults if fault.strikes(path)), None)
        if fault is not None and fault.kind in BROKEN:
            self.requests.append((request.method, request.raw_path, 0))
            return await self._break(request, fault.kind)
        if fault is not None:
            response = self._spoilt(fault)
        else:
            body = await request.read()
            response = await asyncio.to_thread(self._reply, request, body)
        self.requests.append((request.method, request.raw_path, response.status))
        return response

    async def _break(self, request: web.Request, kind: str) -> web.StreamResponse:
        if kind == "stall" and self._ending is not None:
            await self._ending.wait()
        response = web.StreamResponse()
        if kind == "truncated":
            response.content_type = "application/json"
            response.content_length = 4096
            await response.prepare(request)
            await response.write(self.cut_short)
        transport = request.transport
        if transport is not None and kind == "truncated":
            transport.close()
        elif transport is not None:
            wire = transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        return response
