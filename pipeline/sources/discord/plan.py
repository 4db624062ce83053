"""What to ask of each channel and thread tonight: pure, from what is held and what Discord lists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.domain.talk import KnownSource, KnownTalk, instant_of, snowflake_at

ARCHIVE_MARGIN: Final = timedelta(days=1)
"""Archived threads are listed this much further back than the last time: a night takes a while."""


NIGHTLY: Final = timedelta(days=1)
"""Between two readings of the last days, where no night is missed."""


@dataclass(frozen=True, slots=True)
class Orders:
    """How far back to read: a channel never read before, and for edits and deletions. `tonight` is when the clan's date began."""

    now: datetime
    first_since: datetime
    reread_since: datetime
    tonight: datetime


@dataclass(frozen=True, slots=True)
class Start:
    """Read every message after the id `after`; up to the id `again` it was held already. `reread`: see `talk.Read`."""

    after: int
    again: int
    reread: bool


def start(known: KnownSource | None, last_message_id: int | None, orders: Orders, *, deaf: bool) -> Start | None:
    """Where to begin, or None when there is nothing to ask.

    New messages are read from the cursor on, or from `orders.first_since`. Once a date the last days are read again where
    messages of theirs are held, back to those that a missed night would have read again; and once Discord shows texts that it
    withheld, everything from the first of them.
    """
    if last_message_id is None:
        return None
    bound = _before(orders.first_since)
    if known is None or known.cursor is None:
        return Start(bound, bound, reread=True) if last_message_id > bound else None
    days = _before(_reread_since(known, orders))
    begins = [known.cursor] if last_message_id > known.cursor else []
    due = known.reread_at is None or known.reread_at < orders.tonight
    if due and known.newest is not None and known.newest > days:
        begins.append(min(days, known.cursor))
    if known.blind_from is not None and not deaf:
        begins.append(min(known.blind_from - 1, known.cursor))
    # of a channel that was silent for days there is nothing to read again: what is due is done by reading on
    return Start(min(begins), known.cursor, reread=due) if begins else None


def _reread_since(known: KnownSource, orders: Orders) -> datetime:
    """From when on messages are read again: as the first night that was missed would have, for they may have been edited since."""
    if known.reread_at is None or known.reread_at >= orders.tonight - NIGHTLY:
        return orders.reread_since
    return min(orders.reread_since, known.reread_at + NIGHTLY - (orders.now - orders.reread_since))


def archives_since(channel_id: int, known: KnownTalk, orders: Orders, *, deaf: bool) -> datetime:
    """Back to when archived threads of the channel may hold something to read: new, edited, deleted, or withheld until now."""
    held = known.sources.get(channel_id)
    if held is None or held.archives_read_at is None:
        return orders.first_since
    blind = [
        instant_of(thread.blind_from)
        for thread in known.sources.values()
        if thread.parent_id == channel_id and thread.blind_from is not None and not deaf
    ]
    return min(held.archives_read_at - ARCHIVE_MARGIN, orders.reread_since, *blind)


def _before(instant: datetime) -> int:
    """The id after which everything was sent at *instant* or later."""
    return snowflake_at(instant) - 1
