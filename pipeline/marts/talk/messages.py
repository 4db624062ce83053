"""Messages of people, or lines of clan chat, counted in memory by whom, where and when.

A dozen answers count the same quarter of a million messages. Asked of the database one by one, each is a walk over all of them and
a sort; here their keys are small numbers, and to count is one pass of numpy.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

import numpy as np
from sqlalchemy import Connection

from pipeline.domain.talk import DISCORD_EPOCH_MS, instant_of, snowflake_at
from pipeline.domain.window import TICK, Window
from pipeline.storage import message_columns, sum_queries
from pipeline.storage.columns import Numbers
from pipeline.storage.message_columns import MessageColumns
from pipeline.storage.sum_queries import DayRow, SettledRow, WeekRow
from pipeline.storage.talk_queries import Scope
from pipeline.storage.types import to_ms


class Written(NamedTuple):
    """What one speaker wrote in one channel, its threads included; `last_id` is the newest message."""

    speaker: int
    channel_id: int
    messages: int
    last_id: int


class Lines(NamedTuple):
    """What one speaker said in clan chat; None: a name that is nobody's."""

    speaker: int | None
    messages: int
    last_id: int


@dataclass(frozen=True, slots=True)
class Messages:
    """Columns in step, oldest first. `who` and `where` are places in `speakers` and `channels`, which are in order."""

    ids: Numbers
    who: Numbers
    where: Numbers
    deleted_ms: Numbers
    speakers: Numbers
    channels: Numbers

    @classmethod
    def of(cls, columns: MessageColumns) -> Self:
        """All of *columns*."""
        speakers, who = np.unique(columns.speakers, return_inverse=True)
        channels, where = np.unique(columns.channels, return_inverse=True)
        return cls(columns.ids, who, where, columns.deleted_ms, speakers, channels)

    def standing(self, now: datetime) -> Self:
        """Those that were not deleted by *now*."""
        return self.only((self.deleted_ms == 0) | (self.deleted_ms > to_ms(now)))

    def within(self, window: Window) -> Self:
        """Those that were sent in *window*."""
        first, last = np.searchsorted(self.ids, [snowflake_at(window.since), snowflake_at(window.until)])
        return self.only(slice(first, last))

    @property
    def first_at(self) -> datetime | None:
        """When the first one was sent."""
        return instant_of(int(self.ids[0])) if len(self.ids) else None

    def by_channel(self) -> list[Written]:
        """By speaker and channel, in the order of both."""
        code, messages, last = self.counted(self.who * len(self.channels) + self.where)
        who, where = np.divmod(code, max(1, len(self.channels)))
        return list(map(Written._make, rows(self.speakers[who], self.channels[where], messages, last)))

    def by_speaker(self) -> list[Lines]:
        """By speaker, those who are nobody first."""
        who, messages, last = self.counted(self.who)
        return [Lines(speaker or None, *row) for speaker, *row in rows(self.speakers[who], messages, last)]

    def by_time(self, step: timedelta, offset: timedelta = timedelta(0)) -> list[tuple[int, int, int]]:
        """(speaker, how many times *step* had passed since 1970 by a clock that shows UTC plus *offset*, messages)."""
        if not len(self.ids):
            return []
        passed = (self.sent_ms + offset // TICK) // (step // TICK)
        first, length = passed[0], passed[-1] - passed[0] + 1
        code, messages, _ = self.counted(self.who * length + passed - first)
        who, place = np.divmod(code, length)
        return list(rows(self.speakers[who], place + first, messages))

    def by_step(self, step: timedelta) -> list[tuple[int, int]]:
        """(how many times *step* had passed since 1970, messages)."""
        if not len(self.ids):
            return []
        passed = self.sent_ms // (step // TICK)
        code, messages, _ = self.counted(passed - passed[0])
        return list(rows(code + passed[0], messages))

    @property
    def sent_ms(self) -> Numbers:
        """When each was sent, in milliseconds since 1970."""
        return (self.ids >> 22) + DISCORD_EPOCH_MS

    def only(self, those: Numbers | slice) -> Self:
        """The same of *those* rows."""
        return replace(
            self, ids=self.ids[those], who=self.who[those], where=self.where[those], deleted_ms=self.deleted_ms[those]
        )

    def counted(self, code: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """By any small numbers in step with the rows: which there are, how often, and the last message of each."""
        counts = np.bincount(code)
        last = np.zeros(len(counts), np.int64)
        last[code] = self.ids  # the newest is written last
        found = np.flatnonzero(counts)
        return found, counts[found], last[found]


def rows(*columns: Numbers) -> Iterator[tuple[Any, ...]]:
    """Columns in step as rows of Python's own numbers."""
    return zip(*(column.tolist() for column in columns), strict=True)


class Sums:
    """What daily sums tell of a scope's talk."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self._connection = connection
        self._scope = scope
        self.first_day = sum_queries.first_day(connection, scope)

    def written(self, window: Window) -> list[Written]:
        """By account and channel."""
        return [Written._make(row) for row in sum_queries.written(self._connection, self._scope, window)]

    def relayed(self, window: Window) -> list[Lines]:
        """By player, those who are nobody first."""
        found = sum_queries.relayed(self._connection, self._scope, window)
        return [Lines(row.speaker or None, row.messages, row.last_id) for row in found]

    def days_written(self, window: Window) -> list[DayRow]:
        """By account and UTC day."""
        return sum_queries.days_written(self._connection, self._scope, window)

    def weeks_written(self, first: Window) -> list[WeekRow]:
        """By account and week, counted from the *first*."""
        return sum_queries.weeks_written(self._connection, self._scope, first)

    def weeks_relayed(self, first: Window) -> list[WeekRow]:
        """By player and week."""
        return sum_queries.weeks_relayed(self._connection, self._scope, first)

    def settled(self, window: Window) -> list[SettledRow]:
        """Questions by who asked and who answered."""
        return sum_queries.settled(self._connection, self._scope, window)


class Hearing:
    """All of the guild's talk that was heard by a scope's now.

    `written` and `relayed` are what stood then, in Discord and in clan chat; `all_written` and `all_relayed` hold what was deleted, too.
    Of what was sent before `singly_since` there are only `sums`; None: there are none.
    """

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self.scope = scope
        self.all_written = Messages.of(message_columns.written(connection, scope))
        self.all_relayed = Messages.of(message_columns.relayed(connection, scope))
        self.written = self.all_written.standing(scope.now)
        self.relayed = self.all_relayed.standing(scope.now)
        self.singly_since = sum_queries.singly_since(connection, scope.guild_id)
        self.sums = None if self.singly_since is None else Sums(connection, scope)

    @property
    def first_word_at(self) -> datetime | None:
        """When the first message was sent that counts, in Discord or in clan chat; the day's first instant if that is all we know."""
        summed = self.sums.first_day if self.sums else None
        return min(filter(None, (self.written.first_at, self.relayed.first_at, summed)), default=None)
