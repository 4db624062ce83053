"""Discord's answers through an unmodified discord.py, and its many ways to fail in our few words.

REST alone: no gateway, no cache. discord.py waits for rate limits and tries 500, 502, 504 and 524 again by itself; what it gives up
at once though the next attempt may work (503, a reset, a silence, a page that is not JSON) is tried again here.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, Final, TypeVar, cast

import aiohttp
import discord
import tenacity
from discord.channel import _guild_channel_factory

from pipeline.domain.names import printable
from pipeline.errors import Denied, Retriable, SourceError, Unreadable
from pipeline.sources.answers import wait_in
from pipeline.sources.proxies import proxy_for

T = TypeVar("T")
Channels = tuple[list[discord.abc.GuildChannel], list[dict[str, Any]]]

PAGE: Final = 100
"""Messages, and archived threads, in one answer."""
ATTEMPTS: Final = 4
PATIENCE_S: Final = 60.0
"""For one answer, discord.py's own waiting included: it waits for rate limits, and 25 s over five tries of a 500."""
LONGEST_WAIT_S: Final = 30.0
"""A rate limit that lasts longer is not waited for tonight."""
REFUSED: Final = "Discord refuses the token: set DISCORD_TOKEN to the bot's present one."
TRIED_ALREADY: Final = frozenset({500, 502, 504, 524})
"""Statuses that discord.py has asked again five times before it says so."""
CODES: Final = range(1, 1_000_000)
"""What Discord's own codes lie in; a stranger may write anything there."""
PLACES: Final = range(100_000)
"""Where a channel may stand in the list; a server has 500 of them."""
MAX_BODY: Final = 64 * 1024 * 1024
"""Largest answer once unpacked; a thousand members are 1 MB, and so are a hundred long messages."""

logging.getLogger("discord").setLevel(logging.WARNING)  # its debug lines hold what people wrote
logging.getLogger("discord.client").setLevel(logging.ERROR)  # warns of voice libraries that nobody here needs


class Closed(Denied):
    """This one thing is refused (403), not the token."""


class Missing(SourceError):
    """Discord does not know what was asked for (404)."""


class Fleeting(Retriable):
    """One attempt failed, and discord.py has not tried again."""


class Garbled(Fleeting):
    """An answer came, and is not of the agreed form: a proxy's page, mostly."""


class _Astray(Exception):
    """Discord's address leads elsewhere; aiohttp would follow."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _TooLarge(Exception):
    """An answer does not fit in `max_body`."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class GuildClient:
    """One guild as its bot may see it. `requests` counts what went out, `bytes` what came back, unpacked; `date` is the last
    answer's header. `hears` tells whether the bot is shown what people write, `may_list` whether it is shown who is in the guild.
    """

    def __init__(
        self,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        on_attempt: Callable[[], object] = lambda: None,
        patience_s: float = PATIENCE_S,
        attempts: int = ATTEMPTS,
        max_body: int = MAX_BODY,
    ) -> None:
        self.requests = 0
        self.bytes = 0
        self.date: str | None = None
        self.hears = self.may_list = False
        self._sleep, self._jitter, self._on_attempt = sleep, jitter, on_attempt
        self._patience_s, self._attempts, self._max_body = patience_s, attempts, max_body
        intents = discord.Intents.none()
        intents.guilds = intents.members = True  # discord.py wants it said before it lists members
        self._client = discord.Client(
            intents=intents,
            http_trace=self._trace(),
            max_ratelimit_timeout=LONGEST_WAIT_S,
            chunk_guilds_at_startup=False,
        )
        self.guild: discord.Guild

    @asynccontextmanager
    async def open(self, token: str, base_url: str, guild_id: int | None) -> AsyncIterator["GuildClient"]:
        """Log in and find the guild; without *guild_id*, the only one there is."""
        async with self.logged_in(token, base_url):
            await self.find(guild_id)
            yield self

    @asynccontextmanager
    async def logged_in(self, token: str, base_url: str) -> AsyncIterator["GuildClient"]:
        """Log in, without looking for a guild."""
        discord.http.Route.BASE = base_url
        self._client.http.proxy = proxy_for(base_url)
        async with self._client:
            await self.ask("the login", lambda: self._log_in(token))
            yield self

    @property
    def name(self) -> str:
        """What the bot is called."""
        user = self._client.user
        return "" if user is None else user.name

    async def guilds(self) -> list[discord.Guild]:
        """Every guild that the bot is in."""
        return await self.ask("the list of servers", lambda: _all(self._client.fetch_guilds(limit=None)))

    async def me(self) -> discord.Member:
        """The bot itself, with its roles."""
        user = self._client.user
        assert user is not None
        return await self.ask("the bot's own membership", lambda: self.guild.fetch_member(user.id))

    async def members(self) -> list[discord.Member]:
        """Everybody in the guild; `Closed` without the Server Members intent."""

        async def somebody() -> list[discord.Member]:
            found = await _all(self.guild.fetch_members(limit=None))
            if not found:
                raise ValueError("the bot itself is a member")
            return found

        return await self.ask("the list of members", somebody)

    async def channels(self) -> Channels:
        """The channels, and what Discord says of those whose kind this discord.py does not know."""
        try:
            found, unknown = await self.ask("the channels", self._known_channels)
        except discord.InvalidData:
            found, unknown = await self.ask("the channels", self._all_channels)
        return _named(found), unknown

    async def _known_channels(self) -> Channels:
        return list(await self.guild.fetch_channels()), []

    async def _all_channels(self) -> Channels:
        """One channel of an unknown kind makes discord.py refuse the whole list, so it is made here, row by row."""
        state = self.guild._state  # noqa: SLF001 - the public call has no way around the refusal
        found: list[discord.abc.GuildChannel] = []
        unknown = []
        for row in await self._client.http.get_all_guild_channels(self.guild.id):
            factory, _ = _guild_channel_factory(row["type"])
            if factory is None:
                unknown.append({**row, "id": int(row["id"])})
            else:
                found.append(factory(guild=self.guild, state=state, data=row))
        return found, unknown

    async def active_threads(self) -> list[discord.Thread]:
        """Threads that are not archived, in channels that the bot may see."""
        return _named(await self.ask("the active threads", self.guild.active_threads))

    async def archived_threads(
        self, channel: discord.TextChannel | discord.ForumChannel, since: datetime, *, private: bool
    ) -> list[discord.Thread]:
        """Threads of *channel* archived at or after *since*; Discord lists the last archived first."""

        async def until_older() -> list[discord.Thread]:
            found = []
            listing = (
                channel.archived_threads(private=private, limit=None)
                if isinstance(channel, discord.TextChannel)
                else channel.archived_threads(limit=None)
            )
            async for thread in listing:
                if thread.archive_timestamp < since:
                    break
                found.append(thread)
            return found

        return _named(await self.ask(f"the archived threads of #{printable(channel.name)}", until_older))

    async def page(self, room: discord.abc.Messageable, name: str, after: int) -> list[discord.Message]:
        """The next messages after the id *after*, oldest first, at most `PAGE`; fewer mean that there are no more."""
        history = room.history
        return await self.ask(
            f"the messages of {name}",
            lambda: _all(history(limit=PAGE, after=discord.Object(after), oldest_first=True)),
        )

    async def ask(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        """The answer to *call*, in bounded time, tried again where that may help and discord.py does not; *what* is for people."""

        async def once() -> T:
            with in_our_words(what):
                async with asyncio.timeout(self._patience_s):
                    return await call()

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(Fleeting),
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=lambda state: 2.0 ** (state.attempt_number - 1) * (0.5 + self._jitter()),
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(once)

    async def _log_in(self, token: str) -> None:
        # discord.py opens a session at every attempt, and would leave the one before it open
        await self._client.http.close()
        self._client.http.connector = discord.utils.MISSING
        await self._client.login(token)
        flags = self._client.application_flags
        self.hears = flags.gateway_message_content or flags.gateway_message_content_limited
        self.may_list = flags.gateway_guild_members or flags.gateway_guild_members_limited

    async def find(self, guild_id: int | None) -> None:
        """Turn to the guild of that id or, without one, to the only one there is."""
        if guild_id is None:
            found = await self.guilds()
            if len(found) != 1:
                raise Denied(_which(found))
            guild_id = found[0].id
        wanted = guild_id
        try:
            guild = await self.ask("the server", lambda: self._client.fetch_guild(wanted, with_counts=False))
        except (Closed, Missing) as error:
            raise Denied(
                f"The bot is not in the Discord server {wanted}: invite it there, or correct DISCORD_GUILD_ID."
            ) from error
        if guild.get_role(guild.id) is None:
            # discord.py would then take every channel for closed
            raise Unreadable("Discord does not tell the server's roles, so nobody knows what the bot may read.")
        self.guild = guild

    def _trace(self) -> aiohttp.TraceConfig:
        trace = aiohttp.TraceConfig()

        async def went_out(*_: object) -> None:
            self.requests += 1
            self._on_attempt()

        async def points_elsewhere(
            _session: object, _context: object, params: aiohttp.TraceRequestRedirectParams
        ) -> None:
            params.response.close()
            raise _Astray(params.response.status)

        async def came(_session: object, _context: object, params: aiohttp.TraceRequestEndParams) -> None:
            await self._read(params.response)

        async def answered(_session: object, _context: object, params: aiohttp.TraceRequestEndParams) -> None:
            self.date = params.response.headers.get("Date")

        trace.on_request_end.append(answered)
        trace.on_request_headers_sent.append(went_out)  # aiohttp itself repeats a GET after a reset
        trace.on_request_redirect.append(points_elsewhere)
        trace.on_request_end.append(came)
        return trace

    async def _read(self, response: aiohttp.ClientResponse) -> None:
        """The whole body of *response*, in bounded memory: discord.py would unpack whatever comes."""
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > self._max_body:
                response.close()
                raise _TooLarge(self._max_body)
        self.bytes += len(body)
        response._body = bytes(body)  # noqa: SLF001 - where aiohttp itself keeps what it has read


async def _all(found: AsyncIterator[T]) -> list[T]:
    return [one async for one in found]


def _named(rooms: list[T]) -> list[T]:
    """*rooms*, each with a name and a place: one that Discord sends without must not cost the others."""
    for room in cast(list[Any], rooms):
        room.name = str(room.name or room.id)
        if not isinstance(room, discord.Thread):
            room.position = int(room.position) if room.position in PLACES else 0
    return rooms


def _which(found: list[discord.Guild]) -> str:
    if not found:
        return "The bot is in no Discord server: invite it to yours (README, Discord)."
    named = ", ".join(f"{printable(guild.name)} ({guild.id})" for guild in found)
    return f"The bot is in several Discord servers, {named}: say which in DISCORD_GUILD_ID."


@contextmanager
def in_our_words(what: str) -> Iterator[None]:
    """Turn whatever goes wrong while asking for *what* into an error of our tree; `discord.InvalidData` passes."""
    try:
        yield
    except discord.LoginFailure:
        raise Denied(REFUSED) from None
    except discord.RateLimited as error:
        raise Retriable(f"Discord asks to wait {wait_in(error.retry_after):.0f} s before {what} can be read.") from None
    except discord.HTTPException as error:
        raise _refusal(what, error) from None
    except _Astray as error:
        raise Unreadable(
            f"Discord answered {error.status} when asked for {what}: it points elsewhere, and the token is not sent there. "
            "Check DISCORD_BASE_URL."
        ) from None
    except _TooLarge as error:
        raise Unreadable(f"Discord's answer for {what} is larger than {error.most // 1024**2} MB unpacked.") from None
    except TimeoutError:
        raise Fleeting(f"Discord did not answer in time when asked for {what}.") from None
    except (aiohttp.ClientError, OSError) as error:
        raise Fleeting(f"The connection to Discord broke when asked for {what} ({type(error).__name__}).") from None
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        # discord.py hands on what is no JSON as text, and stumbles over it
        raise Garbled(f"Discord's answer for {what} is not of the agreed form ({type(error).__name__}).") from None


def _refusal(what: str, error: discord.HTTPException) -> SourceError:
    """The error that an answer with a bad status stands for; its body may be a web page, so only Discord's own code is told."""
    status, code = error.status, f", code {error.code}" if error.code in CODES else ""
    if status == 401:
        return Denied(REFUSED)
    if status == 403:
        return Closed(f"Discord does not let the bot see {what} (403{code}).")
    if status == 404:
        return Missing(f"Discord does not know {what} (404{code}).")
    if status == 503:
        return Fleeting(f"Discord is out of service: it answered 503 when asked for {what}.")
    if status in TRIED_ALREADY or status == 429 or status > 500:
        return Retriable(f"Discord answered {status} when asked for {what}.")
    return Unreadable(f"Discord answered {status}{code} when asked for {what}.")
