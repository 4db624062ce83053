"""What a Discord guild says, without a word of what was written: channels, accounts, and a few facts of each message.

Ids are Discord's snowflakes: they count upwards with time, and tell the instant at which they were made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple

DISCORD_EPOCH_MS: Final = 1_420_070_400_000
"""The first instant of 2015 UTC in milliseconds since 1970, from which snowflakes count."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

ChannelKind = Literal["text", "announcement", "forum", "voice", "thread", "unknown"]

Access = Literal["open", "hidden", "no_history", "no_connect", "unknown_type", "gone"]
"""Whether the bot may read a channel, else the reason: View Channel, Read Message History or Connect is missing, discord.py
does not know its type, or the guild no longer lists it."""

MessageKind = Literal["human", "relay", "bot", "webhook", "system"]
"""`human`: ordinary messages and replies of people, the only ones that count as talk. `relay`: the in-game clan chat, as a bot
or webhook repeats it. `system`: joins, pins, boosts, thread starters and the like, whoever caused them."""


def ms_of(snowflake: int) -> int:
    """Milliseconds since 1970 UTC at which *snowflake* was made."""
    return (snowflake >> 22) + DISCORD_EPOCH_MS


def instant_of(snowflake: int) -> datetime:
    """The instant at which *snowflake* was made."""
    return _EPOCH + ms_of(snowflake) * _MILLISECOND


def snowflake_at(instant: datetime) -> int:
    """The smallest snowflake that can be made at *instant*."""
    return max(0, (instant - _EPOCH) // _MILLISECOND - DISCORD_EPOCH_MS) << 22


@dataclass(frozen=True, slots=True)
class Guild:
    """The Discord server of the clan."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, or a thread (a forum post is one), whose `parent_id` is its channel; categories are left out.

    `owner_id` is who began a thread, and most often gave it its name. `archives_read` says that its archived threads, if it can have any,
    were all listed as far back as was needed.
    """

    id: int
    parent_id: int | None
    name: str
    kind: ChannelKind
    position: int
    access: Access
    archived_at: datetime | None = None
    archives_read: bool = False
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who is in the guild (`in_guild`), or only wrote there once: then nick, roles and joined_at are not known.

    `roles` are the names of roles, highest first, without @everyone.
    """

    id: int
    username: str
    global_name: str | None
    nick: str | None
    is_bot: bool
    in_guild: bool
    joined_at: datetime | None
    roles: tuple[str, ...]


class MessageFact(NamedTuple):
    """What is kept of a message. When it was sent is in its id; `thread_id` is None outside threads.

    `length` in characters and `is_question` are None where Discord withheld the text (no Message Content intent); a system
    message has no words of its own.
    `edited_ms` is in milliseconds since 1970 UTC: a landing holds 100,000 of these, and the database keeps integers.
    `metrics` are keys of the metrics that the text names; `relayed_name` is the player whom a relay quotes.
    """

    id: int
    channel_id: int
    thread_id: int | None
    author_id: int
    kind: MessageKind
    length: int | None
    is_question: bool | None
    reply_to_id: int | None = None
    edited_ms: int | None = None
    attachments: int = 0
    metrics: tuple[str, ...] = ()
    relayed_name: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A stretch of a channel or thread that was read without a gap: every message in (`after`, `until`] that exists has come.

    What is held from inside that stretch and did not come was deleted. `reread` says that the days of which edits and
    deletions are looked for again lie inside.
    """

    source_id: int
    after: int
    until: int
    reread: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """All that one landing says of the guild. `accounts` is None when the list of members was refused.

    `authors` are accounts as their messages show them: they add names, never a nickname, a role or a membership.
    `messages` is read once, from the landing, as load drains it.
    """

    guild: Guild
    channels: tuple[Channel, ...]
    accounts: tuple[Account, ...] | None
    authors: tuple[Account, ...]
    reads: tuple[Read, ...]
    messages: Iterable[MessageFact]


@dataclass(frozen=True, slots=True)
class KnownSource:
    """What is held of a channel or thread: read to the id `cursor`, looked at again at `reread_at`.

    `blind_from` is the first message whose text Discord withheld. `archives_read_at` is when its archived threads were last
    listed whole. `newest` is the newest message held.
    """

    access: Access
    cursor: int | None = None
    reread_at: datetime | None = None
    archives_read_at: datetime | None = None
    blind_from: int | None = None
    newest: int | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownTalk:
    """What the database holds of the guild already, so that a harvest asks only for what is new."""

    sources: Mapping[int, KnownSource] = field(default_factory=dict)
