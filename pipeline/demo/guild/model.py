"""The guild as it truly is: what a server shows of it at an instant is decided elsewhere. Instants are milliseconds UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.demo.instants import Timeline

TEXT: Final = 0
VOICE: Final = 2
CATEGORY: Final = 4
ANNOUNCEMENT: Final = 5
THREAD_OF_ANNOUNCEMENT: Final = 10
THREAD: Final = 11
PRIVATE_THREAD: Final = 12
STAGE: Final = 13
FORUM: Final = 15
MEDIA: Final = 16
"""Discord's channel types."""

DEFAULT: Final = 0
PINNED: Final = 6
JOINED: Final = 7
BOOSTED: Final = 8
THREAD_CREATED: Final = 18
REPLY: Final = 19
SLASH: Final = 20
THREAD_STARTER: Final = 21
"""Discord's message types."""


@dataclass(frozen=True, slots=True)
class GuildRole:
    """A role; `permissions` is Discord's bit set. The role with the guild's own id is @everyone."""

    id: int
    name: str
    permissions: int
    position: int
    color: int = 0


@dataclass(frozen=True, slots=True)
class Overwrite:
    """Permissions of a role (`of_role`) or of an account in one channel."""

    target_id: int
    of_role: bool
    allow: int
    deny: int


@dataclass(frozen=True, slots=True)
class Room:
    """A channel that is no thread."""

    id: int
    type: int
    name: str
    position: int
    parent_id: int | None
    overwrites: tuple[Overwrite, ...] = ()
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadRoom:
    """A thread or forum post. One begun from a message bears its id. `archived_at`: None while it is active."""

    id: int
    type: int
    name: str
    parent_id: int
    owner_id: int
    created_at: int
    archived_at: int | None = None


@dataclass(frozen=True, slots=True)
class GuildMember:
    """An account in the guild, now or once. `person` is the key of the clan's person, None for a stranger or a bot.

    `holds` are the ids of the players whose names the nickname of now truly holds, in any listed form.
    """

    id: int
    username: str
    global_name: str | None
    nicks: Timeline[str | None]
    roles: Timeline[tuple[int, ...]]
    joined_at: int
    left_at: int | None = None
    is_bot: bool = False
    person: str | None = None
    holds: tuple[int, ...] = ()

    def present(self, at: int) -> bool:
        """Whether the account was in the guild at the instant *at*."""
        return self.joined_at <= at and (self.left_at is None or at < self.left_at)


@dataclass(frozen=True, slots=True)
class Post:
    """A message in the room or thread `room_id`. `author_id` is a webhook's own id where `webhook_name` is set.

    After `edited_at` its text is `edited_text`; from `deleted_at` on it is gone. `relayed_id` is the player whose words in the
    game it repeats. `meant_as_question` and `answers` are the invented truth, whatever the text looks like.
    """

    id: int
    room_id: int
    author_id: int
    text: str
    type: int = DEFAULT
    reply_to: int | None = None
    edited_at: int | None = None
    edited_text: str | None = None
    deleted_at: int | None = None
    attachments: int = 0
    pinned: bool = False
    webhook_name: str | None = None
    relayed_id: int | None = None
    meant_as_question: bool = False
    answers: int | None = None

    def exists(self, at: int) -> bool:
        """Whether it can be seen at the instant *at*."""
        return sent_at(self.id) <= at and (self.deleted_at is None or at < self.deleted_at)


@dataclass(frozen=True, slots=True)
class Drift:
    """A helper who stops writing at `since`: an account, and the main player behind it."""

    account_id: int
    player_id: int
    since: int


@dataclass(frozen=True, slots=True)
class DemoGuild:
    """The whole guild. `posts` are in the order of their ids. `drift`: a helper who stopped writing, if one did."""

    id: int
    name: str
    created_at: int
    owner_id: int
    bot_id: int
    roles: tuple[GuildRole, ...]
    rooms: tuple[Room, ...]
    threads: tuple[ThreadRoom, ...]
    members: tuple[GuildMember, ...]
    posts: Sequence[Post]
    drift: Drift | None = None


def sent_at(post_id: int) -> int:
    """The instant in an id."""
    return (post_id >> 22) + 1_420_070_400_000
