"""The channels of the guild on the sheet Activity: how much is written in each, by how many, and why one is not read."""

from collections.abc import Callable, Mapping
from typing import Final

from pipeline.domain.talk import Access, ChannelKind
from pipeline.marts.talk_model import TalkChannel, TalkMarts
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.rules import bars, unknown, where
from pipeline.outputs.excel.sheet import Column, Table

_KINDS: Final[Mapping[ChannelKind, str]] = {
    "text": "text", "announcement": "news", "forum": "forum", "voice": "voice", "thread": "thread", "unknown": "unknown",
}  # fmt: skip
_ACCESS: Final[Mapping[Access, str]] = {
    "open": "yes",
    "hidden": "no: cannot see it",
    "no_history": "no: cannot read back",
    "no_connect": "no: cannot join",
    "unknown_type": "no: kind not known",
    "gone": "no: it is gone",
}
_PERMISSIONS: Final[Mapping[Access, str]] = {
    "hidden": "View Channel", "no_history": "Read Message History", "no_connect": "Connect",
}  # fmt: skip
_GOLD: Final = (bars(), unknown())
_GREEN: Final = (bars(GREEN_SOFT), unknown())


def channels_table(talk: TalkMarts) -> Table[TalkChannel]:
    """Every channel, and in plain words why one is not read."""
    rules = (where('LEFT([read],3)<>"yes"', "warn"),)
    columns = (
        Column[TalkChannel]("channel", "Channel", lambda c: f"#{c.name}", "name", 22),
        Column[TalkChannel]("kind", "Kind", lambda c: _KINDS[c.kind], width=10),
        Column[TalkChannel]("messages_7d", "Messages 7d", _count_of("7d"), "count", rules=_GOLD),
        Column[TalkChannel]("messages_30d", "Messages 30d", _count_of("30d"), "count", rules=_GOLD),
        Column[TalkChannel]("messages_90d", "Messages 90d", _count_of("90d"), "count", rules=_GOLD),
        Column[TalkChannel]("people_7d", "People 7d", _people_of("7d"), "count", rules=_GREEN),
        Column[TalkChannel]("people_30d", "People 30d", _people_of("30d"), "count", rules=_GREEN),
        Column[TalkChannel]("people_90d", "People 90d", _people_of("90d"), "count", rules=_GREEN),
        Column[TalkChannel]("last", "Last word", lambda c: c.last_word_at, "day"),
        Column[TalkChannel]("read", "Read by the bot", lambda c: _ACCESS[c.access], width=22, rules=rules),
        Column[TalkChannel]("allow", "To read it, allow", lambda c: _PERMISSIONS.get(c.access), width=22),
        Column[TalkChannel]("messages", "All messages held", _count_of("all"), "count", 17),
        Column[TalkChannel]("people", "All people", _people_of("all"), "count"),
    )
    return Table("Channels", "", columns, talk.channels, "Nothing is known of the guild's channels yet.")


def _count_of(period: str) -> Callable[[TalkChannel], int | None]:
    return lambda channel: _held(channel, channel.messages, period)


def _people_of(period: str) -> Callable[[TalkChannel], int | None]:
    return lambda channel: _held(channel, channel.people, period)


def _held(channel: TalkChannel, counts: Mapping[str, int], period: str) -> int | None:
    """A count; none in a channel that is read is 0, none in another is not known."""
    return counts.get(period, 0 if channel.access == "open" else None)
