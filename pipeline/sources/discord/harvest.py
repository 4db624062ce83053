"""One night's questions to Discord, in the order in which they are asked, and the landing they leave: facts, never a text."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import discord

from pipeline.domain.names import printable
from pipeline.domain.talk import Account, Channel, Guild, KnownSource, KnownTalk, Read
from pipeline.errors import Denied, Retriable, SourceError, Unreadable
from pipeline.sources.discord import facts, rows
from pipeline.sources.discord.client import PAGE, Closed, GuildClient, Missing
from pipeline.sources.discord.facts import Ear
from pipeline.sources.discord.patience import Patience
from pipeline.sources.discord.plan import Orders, Start, archives_since, start
from pipeline.sources.landing import LandingWriter, LineWriter

log = logging.getLogger(__name__)

WORTH_A_LINE: Final = 500
"""Messages of one channel that are worth a line of the log."""
BESIDE: Final = (Retriable, Closed, Missing, Unreadable)
"""What may become of one list while the others can still be had; that the token is refused is not among it."""

_WHY: Final = {
    "hidden": "the bot may not view it",
    "no_history": "the bot may not read its message history",
    "no_connect": "the bot may not connect to it",
    "unknown_type": "this version does not know channels of its kind",
}


@dataclass(frozen=True, slots=True)
class TalkReport:
    """What one landing cost and what it lacks. `rereads` are the requests, of `requests`, that looked again for edits."""

    landing: str
    requests: int
    rereads: int
    bytes: int
    messages: int
    sources: int
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that messages can be read from: a channel, or a thread of the channel `home`."""

    room: discord.abc.Messageable
    id: int
    home: int
    name: str
    last_message_id: int | None
    opener_asks: bool = False

    @property
    def thread_id(self) -> int | None:
        """The thread's id, None for a channel."""
        return None if self.id == self.home else self.id


class Lost(SourceError):
    """A permission went while we read."""


@dataclass(slots=True)
class Harvester:
    """Asks, and keeps facts in a landing. What is beside the guild and its channels may fail; the landing then says so."""

    client: GuildClient
    writer: LandingWriter
    known: KnownTalk
    orders: Orders
    ear: Ear
    patience: Patience
    channels: dict[int, Channel] = field(default_factory=dict)
    authors: dict[int, Account] = field(default_factory=dict)
    reads: list[Read] = field(default_factory=list)
    shut: set[int] = field(default_factory=set)
    messages: int = 0
    rereads: int = 0

    def fail(self, role: str, sentence: str) -> None:
        """Note what is missing, and go on."""
        log.warning("%s", sentence)
        self.writer.fail(role, sentence)

    async def members(self) -> tuple[Account, ...] | None:
        """Everybody in the guild; None when Discord will not say."""
        try:
            return self.ear.forgotten.others(facts.account(member) for member in await self.client.members())
        except Closed:
            self.fail(
                "members",
                "Discord does not list the server's members: switch on the Server Members Intent of the bot in Discord's "
                "developer portal. Nicknames and roles are as they were.",
            )
        except BESIDE as error:
            self.fail("members", str(error))
        return None

    async def sources(self) -> list[Source]:
        """What the bot may read, channels first, and the channels of which to say why it may not."""
        me = await self.client.me()
        found, unknown = await self.client.channels()
        for row in unknown:
            name = str(row.get("name"))
            log.warning("#%s is of a kind (%s) not known yet; it is left out.", printable(name), row["type"])
            self._see(Channel(int(row["id"]), None, name, "unknown", 0, "unknown_type"))
        readable: list[Source] = []
        homes: dict[int, discord.abc.GuildChannel] = {}
        for channel in sorted(found, key=lambda channel: (channel.position, channel.id)):
            if isinstance(channel, discord.CategoryChannel):
                continue
            seen = facts.channel(channel, me, archives_read=False)
            self._see(seen)
            if seen.access == "open":
                homes[channel.id] = channel
                if isinstance(channel, discord.abc.Messageable):
                    last = getattr(channel, "last_message_id", None)
                    readable.append(Source(channel, channel.id, channel.id, f"#{printable(channel.name)}", last))
        return readable + await self._threads(homes, me)

    def _see(self, channel: Channel) -> None:
        """Note *channel*, and say when it was open until now."""
        before = self.known.sources.get(channel.id)
        if channel.access != "open" and before is not None and before.access == "open":
            self.fail("channels", f"#{printable(channel.name)} can no longer be read: {_WHY[channel.access]}.")
        self.channels[channel.id] = channel

    async def _threads(self, homes: dict[int, discord.abc.GuildChannel], me: discord.Member) -> list[Source]:
        """Threads of the open channels, active and archived."""
        found: dict[int, discord.Thread] = {}
        try:
            active = await self.client.active_threads()
        except BESIDE as error:
            self.fail(_role(rows.THREADS, error), str(error))
            active = []
        found |= {thread.id: thread for thread in active if thread.parent_id in homes}
        for channel in homes.values():
            if isinstance(channel, discord.TextChannel | discord.ForumChannel):
                found |= {thread.id: thread for thread in await self._archived(channel, me)}
        for thread in found.values():
            self.channels[thread.id] = self.ear.forgotten.channel(facts.thread(thread))
        return [self._thread(thread) for thread in sorted(found.values(), key=lambda thread: thread.id)]

    async def _archived(
        self, channel: discord.TextChannel | discord.ForumChannel, me: discord.Member
    ) -> list[discord.Thread]:
        since = archives_since(channel.id, self.known, self.orders, deaf=self.ear.deaf)
        private = isinstance(channel, discord.TextChannel) and channel.permissions_for(me).manage_threads
        found: list[discord.Thread] = []
        if refusal := self.patience.refusal():
            self._give_up(channel.id, rows.THREADS, refusal)
            return found
        try:
            for hidden in (False, True) if private else (False,):
                found += await self.client.archived_threads(channel, since, private=hidden)
        except BESIDE as error:
            self.patience.lost(error)
            self.fail(_role(rows.THREADS, error), str(error))
        else:
            self.patience.went_well()
            self.channels[channel.id] = replace(self.channels[channel.id], archives_read=True)
        return found

    def _thread(self, thread: discord.Thread) -> Source:
        home = self.channels[thread.parent_id]
        asks = home.kind == "forum" and home.name.lower() in self.ear.forums
        title = self.channels[thread.id].name  # none of somebody's who is forgotten
        return Source(thread, thread.id, home.id, f"the thread “{printable(title)}”", thread.last_message_id, asks)

    async def read(self, sources: Sequence[Source], out: LineWriter) -> int:
        """Read what is new in *sources*; returns how many were asked."""
        asked = 0
        for source in sources:
            known = self.known.sources.get(source.id)
            begin = start(known, source.last_message_id, self.orders, deaf=self.ear.deaf)
            if begin is None:
                continue
            if refusal := self._refusal(source):
                self._give_up(source.home, rows.CLOSED if source.home in self.shut else rows.MESSAGES, refusal)
                continue
            asked += 1
            try:
                await self._read(source, begin, known, out)
                self.patience.went_well()
            except Missing:
                log.info("%s is gone.", source.name)
            except SourceError as error:
                if isinstance(error, Denied) and not isinstance(error, Closed):
                    raise
                self.patience.lost(error)
                if isinstance(error, Closed | Lost):
                    self.shut.add(source.home)
                self._give_up(
                    source.home, _role(rows.MESSAGES, error), f"{source.name} could not be read to its end: {error}"
                )
        return asked

    def _refusal(self, source: Source) -> str | None:
        """Why *source* is not asked, None if it is."""
        if source.home in self.shut:
            return f"Threads of #{printable(self.channels[source.home].name)} could not be read either."
        return self.patience.refusal()

    def _give_up(self, channel_id: int, role: str, sentence: str) -> None:
        """The rest is for another night; the channel's archived threads are listed again then."""
        self.channels[channel_id] = replace(self.channels[channel_id], archives_read=False)
        if sentence not in {failure.error for failure in self.writer.failed}:
            self.fail(role, sentence)

    async def _read(self, source: Source, begin: Start, known: KnownSource | None, out: LineWriter) -> None:
        """Every message after `begin.after`; the stretch that came whole is noted even if the rest does not come."""
        seen, came, last = begin.after, 0, source.last_message_id or 0
        try:
            while True:
                self.patience.check_time()
                self.rereads += seen < begin.again
                page = await self.client.page(source.room, source.name, seen)
                for message in page:
                    self._keep(source, message, out)
                came += len(page)
                before, seen = seen, max([seen, *(message.id for message in page)])
                if not page or (len(page) < PAGE and seen >= last):  # a short page alone may be a server's own limit
                    break
                if seen == before:
                    raise Retriable(f"Discord gives the same messages of {source.name} again and again.")
            silent = known is not None and known.newest is not None and begin.after < known.newest and not came
            if (seen < last or silent) and not await self._is_open(source):
                raise Lost("The permission was taken away; what was written since is read once it is back.")
            seen = max(seen, last)
        except SourceError:
            self._note(source, begin, seen, reread=False)
            raise
        self._note(source, begin, seen, reread=begin.reread)
        if came >= WORTH_A_LINE:
            log.info("Read %d messages of %s.", came, source.name)

    def _note(self, source: Source, begin: Start, seen: int, *, reread: bool) -> None:
        if seen > begin.after:
            self.reads.append(Read(source.id, begin.after, seen, reread))

    def _keep(self, source: Source, message: discord.Message, out: LineWriter) -> None:
        asks = source.opener_asks and message.id == source.id
        fact = facts.message_fact(message, source.home, source.thread_id, self.ear, asks=asks)
        if self.ear.forgotten.wrote(fact):
            return
        out.write(rows.of_message(fact))
        self.messages += 1
        if message.webhook_id is None and not message.author.bot:
            self.authors[message.author.id] = facts.account(message.author)

    async def _is_open(self, source: Source) -> bool:
        """Whether the bot may still read *source*: no message where there should be one means deleted, or shut out."""
        me = await self.client.me()
        found, _ = await self.client.channels()
        return any(channel.id == source.home and facts.access(channel, me) == "open" for channel in found)


async def harvest_guild(
    client: GuildClient, writer: LandingWriter, known: KnownTalk, orders: Orders, ear: Ear, patience: Patience
) -> TalkReport:
    """Ask what a night needs and keep it in *writer*, which the caller has entered; *client* is open.

    What came before Discord went down is kept; if nothing did, that is `Retriable`.
    """
    guild = Guild(client.guild.id, client.guild.name)
    night = Harvester(client, writer, known, orders, replace(ear, deaf=not client.hears), patience)
    if night.ear.deaf:
        night.fail(
            "text",
            "Discord withholds what is written: switch on the Message Content Intent of the bot in Discord's developer "
            "portal. Until then nobody's questions, and no clan chat, can be told.",
        )
    accounts = await night.members()
    sources = await night.sources()
    with writer.lines("messages", path="/channels/*/messages") as out:
        asked = await night.read(sources, out)
    if patience.is_down and not night.reads:
        raise Retriable(writer.failed[0].error)
    _write(writer, "guild", f"/guilds/{guild.id}", [rows.of_guild(guild, lists_members=accounts is not None)])
    _write(writer, "accounts", f"/guilds/{guild.id}/members", map(rows.of_account, accounts or ()))
    _write(writer, "authors", "/channels/*/messages", map(rows.of_account, night.authors.values()))
    _write(writer, "channels", f"/guilds/{guild.id}/channels", map(rows.of_channel, night.channels.values()))
    _write(writer, "reads", "/channels/*/messages", map(rows.of_read, night.reads))
    return TalkReport(
        landing=writer.name, requests=client.requests, rereads=night.rereads, bytes=client.bytes, messages=night.messages,
        sources=asked,
        failed=tuple(failure.error for failure in writer.failed),
    )  # fmt: skip


def _role(role: str, error: SourceError) -> str:
    """The role under which *error* is noted: what is shut to us, or not there, is no gap in the reading of *role*."""
    return rows.CLOSED if isinstance(error, Closed | Lost | Missing) else role


def _write(writer: LandingWriter, role: str, path: str, found: Iterable[rows.Row]) -> None:
    with writer.lines(role, path=path) as out:
        for row in found:
            out.write(row)
