"""The invented guild on loopback, as Discord's REST API v10."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from pipeline.demo.discord.archive import Archive
from pipeline.demo.discord.closing import RIGHTS, Closing, Right, with_strange_room, without
from pipeline.demo.discord.faults import KINDS, PLANS, SHORT_WAIT_S
from pipeline.demo.discord.refusal import Refusal, not_found, unauthorized
from pipeline.demo.discord.reply import limits, of_fault, of_json, of_limit, of_refusal
from pipeline.demo.discord.routes import Ask, Route, find
from pipeline.demo.discord.view import View
from pipeline.demo.discord.webhooks import Webhooks
from pipeline.demo.fault import Fault
from pipeline.demo.guild.model import DemoGuild
from pipeline.demo.guild.permissions import readable
from pipeline.demo.instants import instant
from pipeline.demo.limiter import Limiter
from pipeline.demo.serving import Loopback

DEMO_TOKEN: Final = "demo-token-of-an-invented-bot"  # noqa: S105 - it opens nothing but the demo's own server
DEMO_LIMIT: Final = 50
"""What a route allows in a second."""

_PREFIX: Final = "/api/v10"
_WEBHOOKS: Final = "webhooks"
_UNVERSIONED: Final = "/api"
"""Where Discord's own addresses of webhooks begin."""


class DemoDiscord(Loopback):
    """Serves *guild* as Discord would show it to the guild's bot at the instant `now`, which may be set between requests.

    `content_intent` and `members_intent` are the switches of the developer portal and may be set as well. The bot is in
    *other_guilds* (id, name) too, of which it knows no more. *limit* requests within *window_s* seconds of *clock* are
    allowed to each route of each channel or guild.
    """

    prefix = _PREFIX
    kinds = KINDS
    cut_short = b'[{"id":"1","type":0,"content":"cut sho'

    def __init__(
        self,
        guild: DemoGuild,
        *,
        now: datetime,
        token: str = DEMO_TOKEN,
        content_intent: bool = True,
        members_intent: bool = True,
        other_guilds: tuple[tuple[int, str], ...] = (),
        limit: int = DEMO_LIMIT,
        window_s: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.now = now
        self.content_intent = content_intent
        self.members_intent = members_intent
        self._founded = self._guild = guild
        self._intents = (content_intent, members_intent)
        self._archive = Archive(guild)
        self.webhooks = Webhooks(guild)
        self._token = token
        self._other_guilds = other_guilds
        self._limit = limit
        self._limiter = Limiter(window_s, clock)
        self._closings: list[Closing] = []
        self._lock = threading.Lock()

    def webhook_url(self, name: str) -> str:
        """The address of the webhook *name*, `digest` or `alert`, as Discord shows it to be copied."""
        return self.base_url.removesuffix(_PREFIX) + _UNVERSIONED + self.webhooks[name].path

    def fault(
        self,
        path_pattern: str,
        kind: str | int,
        times: int | None = 1,
        after: int = 0,
        *,
        retry_after: float = SHORT_WAIT_S,
    ) -> None:
        """Spoil requests that match the glob *path_pattern* (path and query after /api/v10), once *after* have passed."""
        super().fault(path_pattern, kind, times, after, retry_after=retry_after)

    def close_room(self, room_id: int, right: Right, after: int = 0) -> None:
        """Take View Channel, Read Message History or Connect in a channel from the bot, after *after* pages of it."""
        if right not in RIGHTS or all(room.id != room_id for room in self._guild.rooms):
            raise ValueError(
                f"there is no channel {room_id}, or no right called {right!r}; rights: {', '.join(RIGHTS)}"
            )
        with self._lock:
            self._closings.append(Closing(room_id, right, after))
            self._close()

    def play(self, name: str) -> None:
        """Put the plan *name* of `PLANS` in place."""
        plan = PLANS[name]
        self._strew(plan.faults)
        self.content_intent = self.content_intent and plan.content_intent
        self.members_intent = self.members_intent and plan.members_intent
        if plan.strange_room:
            self._guild = with_strange_room(self._guild)
        busiest = self._busiest() if plan.loses_room else None
        if busiest is not None:
            self.close_room(busiest, "view", after=1)

    def mend(self) -> None:
        """Take away every fault, give the bot its rooms back, and set the intents as they were at the start."""
        super().mend()
        with self._lock:
            self._closings.clear()
            self._guild = self._founded
            self.content_intent, self.members_intent = self._intents

    def _spoilt(self, fault: Fault) -> web.Response:
        return of_fault(fault)

    def _reply(self, request: web.Request, body: bytes) -> web.Response:
        told = request.path.removeprefix(_PREFIX if request.path.startswith(_PREFIX) else _UNVERSIONED).split("/")
        if told[1:2] == [_WEBHOOKS]:
            return self._told(request, tuple(told[2:]))
        if request.headers.get("Authorization") != f"Bot {self._token}":
            return of_refusal(unauthorized(), {})
        try:
            route = self._route(request)
        except Refusal as refusal:
            return of_refusal(refusal, {})
        allowed = self._limiter.ask(f"{route.bucket} {route.major}", self._limit)
        left = limits(allowed, route.bucket)
        if not allowed.allowed:
            return of_limit(allowed.wait_s, left)
        try:
            with self._lock:
                return of_json(self._answer(request, route), left)
        except Refusal as refusal:
            return of_refusal(refusal, left)

    def _told(self, request: web.Request, segments: tuple[str, ...]) -> web.Response:
        """The answer about a webhook, which wants no token but its own."""
        try:
            with self._lock:
                return of_json(self.webhooks.answer(request.method, segments), {})
        except Refusal as refusal:
            return of_refusal(refusal, {})

    def _route(self, request: web.Request) -> Route:
        path = request.raw_path.partition("?")[0]
        if not path.startswith(f"{_PREFIX}/"):
            raise not_found()
        return find(request.method, tuple(unquote(part) for part in path.removeprefix(f"{_PREFIX}/").split("/")))

    def _answer(self, request: web.Request, route: Route) -> object:
        ids = route.ids()
        told = route.answer(Ask(self._view(), ids, request.query))
        if route.template[2:] == ("messages",):
            for closing in self._closings:
                closing.after -= closing.room_id == ids[0]
            self._close()
        return told

    def _close(self) -> None:
        for closing in self._closings:
            if closing.after <= 0:
                self._guild = without(self._guild, closing.room_id, closing.right)
        self._closings = [closing for closing in self._closings if closing.after > 0]

    def _view(self) -> View:
        return View(
            self._guild, self._archive, instant(self.now), self.content_intent, self.members_intent, self._other_guilds
        )

    def _busiest(self) -> int | None:
        """The readable channel in which most was written by now."""
        at = instant(self.now)
        rooms = [room.id for room in self._guild.rooms if readable(self._guild, room, at)]
        return max(rooms, key=lambda room_id: (self._archive.count(room_id, at), room_id), default=None)

    async def _prepared(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Everything of Discord's comes through the same proxy."""
        response.headers["Server"] = "cloudflare"
