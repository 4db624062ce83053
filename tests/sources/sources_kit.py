"""What tests of sources share: a server that says what it is told to, a clock that only moves when slept on, and a memory."""

import json
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.domain.records import Harvest, Known
from pipeline.sources.http import Session
from pipeline.sources.landing import LandingWriter, landing_name, read_manifest
from pipeline.sources.wom.decode import decode

Reply = bytes
"""All bytes a server sends on one connection."""


def reply(
    body: object = None, status: int = 200, headers: Mapping[str, str] | None = None, *, raw: bytes | None = None
) -> Reply:
    """A whole answer; *raw* instead of *body* for what is no JSON. A None in *headers* is not possible: leave the key out."""
    content = json.dumps(body).encode() if raw is None else raw
    lines = {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Said\r\n{head}Connection: close\r\n\r\n".encode() + content


class Scripted:
    """A server on loopback that gives one reply a connection, in order, the last one for ever; keeps what it was sent."""

    def __init__(self, replies: Iterable[Reply | Callable[[socket.socket], None]]) -> None:
        self.replies = list(replies)
        self.heads: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v2"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            with wire:
                try:
                    self._answer(wire)
                except OSError:
                    continue

    def _answer(self, wire: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            got = wire.recv(65536)
            if not got:
                return
            head += got
        self.heads.append(head.decode("latin-1"))
        said = self.replies[0] if len(self.replies) == 1 else self.replies.pop(0)
        if callable(said):
            said(wire)
        else:
            wire.sendall(said)


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def monotonic(self) -> float:
        return self.at


def session(url: str, clock: Clock | None = None, *, budget: int = 100, key: str = "", timeout: float = 2.0) -> Session:
    """A session without waiting and without chance."""
    clock = clock or Clock()
    headers = {"User-Agent": "ClanStats test", **({"x-api-key": key} if key else {})}
    return Session(
        url,
        headers=headers,
        budget=budget,
        sleep=clock.sleep,
        jitter=lambda: 0.5,
        monotonic=clock.monotonic,
        timeout=(timeout, timeout),
    )


def landing_of(root: Path, now: datetime, parts: Iterable[tuple[str, object]]) -> Path:
    """A landing with hand-made bodies."""
    name = landing_name(now, "wom", "by-hand")
    with LandingWriter(root, name, source="wom", run_id="by-hand", now=now) as writer:
        for role, body in parts:
            writer.write(role, json.dumps(body).encode(), path=f"/{role}", query={})
    return writer.path


class Memory:
    """What a database would remember of landings: just enough to make the next `Known`."""

    def __init__(self) -> None:
        self.harvests: list[Harvest] = []
        self.days: set[date] = set()
        self.histories: dict[int, datetime] = {}
        self.walked = False
        self.settled: set[int] = set()
        self.first: frozenset[int] | None = None

    def load(self, landing: Path) -> Harvest:
        """Remember *landing*."""
        harvest, manifest = decode(landing), read_manifest(landing)
        self.harvests.append(harvest)
        self.days |= set(manifest.days)
        self.histories |= manifest.histories
        self.walked = self.walked or manifest.walked
        if self.first is None and harvest.memberships is not None:
            self.first = frozenset(member.player_id for member in harvest.memberships)
        scored = {row.competition_id for row in harvest.participations}
        self.settled |= {row.id for row in harvest.competitions if row.id in scored and row.ends_at < manifest.now}
        return harvest

    def known(self) -> Known:
        """What is known by now; members of the first night need no history of their own."""
        return Known(
            members=None if self.first is None else self.first | self.histories.keys(),
            histories=dict(self.histories),
            days=frozenset(self.days),
            roster_events=frozenset(
                (row.player_id, row.kind, row.created_at) for harvest in self.harvests for row in harvest.roster_events
            ),
            name_changes=frozenset(row.id for harvest in self.harvests for row in harvest.name_changes),
            achievements=frozenset(
                (row.player_id, row.name) for harvest in self.harvests for row in harvest.achievements
            ),
            settled_competitions=frozenset(self.settled),
            walked=self.walked,
        )
