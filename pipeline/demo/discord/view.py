"""What the guild's bot can see of it at one instant."""

from dataclasses import dataclass

from pipeline.demo.discord.archive import Archive
from pipeline.demo.discord.refusal import no_access, unknown
from pipeline.demo.guild.model import (
    PRIVATE_THREAD,
    STAGE,
    VOICE,
    DemoGuild,
    GuildMember,
    Post,
    Room,
    ThreadRoom,
)
from pipeline.demo.guild.permissions import CONNECT, MANAGE_THREADS, READ_MESSAGE_HISTORY, VIEW_CHANNEL, permissions

Place = Room | ThreadRoom


@dataclass(frozen=True, slots=True)
class View:
    """The guild at the instant `at`. Without `content_intent` others' texts are withheld, without `members_intent` the list.

    `other_guilds` are id and name of more guilds that the bot is in, of which nothing else is known.
    """

    guild: DemoGuild
    archive: Archive
    at: int
    content_intent: bool
    members_intent: bool
    other_guilds: tuple[tuple[int, str], ...] = ()

    @property
    def bot(self) -> GuildMember:
        """The account that asks."""
        return self.archive.accounts[self.guild.bot_id]

    def members(self) -> list[GuildMember]:
        """Who is in the guild, by id."""
        return sorted(
            (member for member in self.guild.members if member.present(self.at)), key=lambda member: member.id
        )

    def post(self, post_id: int) -> Post | None:
        """The post of that id, if it exists now."""
        post = self.archive.post(post_id)
        return post if post is not None and post.exists(self.at) else None

    def thread(self, thread_id: int) -> ThreadRoom | None:
        """The thread of that id, if it was begun by now."""
        thread = self.archive.threads.get(thread_id)
        return thread if thread is not None and thread.created_at <= self.at else None

    def threads(self) -> list[ThreadRoom]:
        """The threads begun by now that the bot can see, newest first."""
        begun = (thread for thread in self.guild.threads if thread.created_at <= self.at)
        return sorted((thread for thread in begun if self.sees(thread)), key=lambda thread: thread.id, reverse=True)

    def archived(self, thread: ThreadRoom) -> bool:
        """Whether *thread* is archived now."""
        return thread.archived_at is not None and thread.archived_at <= self.at

    def room_of(self, place: Place) -> Room:
        """The channel itself, or the one that a thread hangs on."""
        if isinstance(place, Room):
            return place
        return next(room for room in self.guild.rooms if room.id == place.parent_id)

    def may(self, place: Place, bits: int) -> bool:
        """Whether the bot has all of *bits* there."""
        return permissions(self.guild, self.room_of(place), self.guild.bot_id, self.at) & bits == bits

    def sees(self, place: Place) -> bool:
        """Whether the bot knows of it; private threads of others want Manage Threads."""
        bits = VIEW_CHANNEL
        if isinstance(place, ThreadRoom) and place.type == PRIVATE_THREAD and place.owner_id != self.guild.bot_id:
            bits |= MANAGE_THREADS
        return self.may(place, bits)

    def place(self, place_id: int) -> Place:
        """The channel or thread of that id, if the bot can see it."""
        place: Place | None = next((room for room in self.guild.rooms if room.id == place_id), None)
        place = place or self.thread(place_id)
        if place is None or not self.bot.present(self.at):
            raise unknown("Channel")
        if not self.sees(place):
            raise no_access()
        return place

    def listens(self, place: Place) -> bool:
        """Whether what is written in a place the bot sees may be asked for at all: a voice channel wants Connect."""
        return self.room_of(place).type not in (VOICE, STAGE) or self.may(place, CONNECT)

    def remembers(self, place: Place) -> bool:
        """Whether the bot may read what was written before."""
        return self.may(place, READ_MESSAGE_HISTORY)
