"""Where people talk: the guild's channels, each with all of its threads."""

from collections.abc import Iterator
from typing import Final, NamedTuple, get_args

from pipeline.domain.talk import Access, ChannelKind
from pipeline.marts.talk_model import TalkChannel, TalkMarts
from pipeline.outputs.exports.resource import PERIOD, Field, Resource, same
from pipeline.outputs.exports.talk import is_told, of_talk

READ: Final = frozenset({"open", "gone"})
"""Accesses of channels of which it is known what was written while they could be read."""


CHANNELS: Final = Resource[TalkChannel](
    "channels",
    "Channels",
    "The server's channels; each counts with all of its threads.",
    of_talk(lambda talk: talk.channels),
    (
        Field[TalkChannel]("channel_id", "string", "Its id at Discord.", lambda c: str(c.channel_id)),
        Field[TalkChannel]("name", "string", "Its name.", lambda c: c.name),
        Field[TalkChannel]("kind", "string", "What it is.", lambda c: c.kind, among=get_args(ChannelKind)),
        Field[TalkChannel]("access", "string", "Whether the bot may read it, or why not.", lambda c: c.access, among=get_args(Access)),
        Field[TalkChannel]("url", "string", "Where it is.", lambda c: c.url),
        Field[TalkChannel]("last_word_at", "datetime", "The last message of a person.", lambda c: c.last_word_at),
    ),
    ("channel_id",),
    known=is_told,
)  # fmt: skip


class Written(NamedTuple):
    """What was written in a channel in a period; None: it cannot be read."""

    period: str
    channel_id: int
    messages: int | None
    people: int | None


def _written(talk: TalkMarts) -> Iterator[Written]:
    for channel in talk.channels:
        nothing = 0 if channel.access in READ else None
        for key in talk.heat:
            messages, people = channel.messages.get(key, nothing), channel.people.get(key, nothing)
            yield Written(key, channel.channel_id, messages, people)


CHANNEL_COUNTS: Final = Resource[Written](
    "channel_counts",
    "Where people talk",
    "Messages and people by channel and period; empty where the bot may not read.",
    of_talk(_written),
    (
        Field[Written]("period", "string", "Period: periods.csv.", lambda row: row.period),
        Field[Written]("channel_id", "string", "Channel: channels.csv.", lambda row: str(row.channel_id)),
        Field[Written]("messages", "integer", "Messages in it.", lambda row: row.messages, "messages"),
        Field[Written]("people", "integer", "People who wrote them.", lambda row: row.people, "people"),
    ),
    ("period", "channel_id"),
    (PERIOD, same("channel_id", "channels")),
    is_told,
)

TABLES: Final = (CHANNELS, CHANNEL_COUNTS)
