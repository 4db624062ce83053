"""What was heard of everybody, week by week: messages of the week, and the last words by its end."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import Connection

from pipeline.domain.talk import instant_of, snowflake_at
from pipeline.domain.window import TICK, Window
from pipeline.marts.signs import Heard, heard, heard_from, owners
from pipeline.marts.talk.messages import Hearing, Messages, rows
from pipeline.storage import talk_queries
from pipeline.storage.sum_queries import WeekRow
from pipeline.storage.types import from_ms, to_ms

BEFORE: Final = -1
"""Number of the week in which everything before the first week lies."""


class Spoken(NamedTuple):
    """Messages of an account, or lines of a player, in a week counted from 0; what was deleted stands apart, with the instant of it."""

    speaker: int
    week: int
    deleted_at: datetime | None
    messages: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """The talk by the end of a week. `messages` of the week are by person, None where it was not read to its end."""

    heard: Heard
    messages: Mapping[int, int] | None


SILENT: Final = Said(heard(None), None)
"""Where no Discord is set up, or none was read."""


def talk_by_week(connection: Connection, hearing: Hearing | None, windows: Sequence[Window]) -> list[Said]:
    """What was said by the end of each of *windows*, as known at the hearing's now; they stand in order without a gap."""
    if hearing is None:
        return [SILENT] * len(windows)
    words, chats = _spoken(hearing.all_written, windows), _spoken(hearing.all_relayed, windows)
    if hearing.sums:
        words += _summed(hearing.sums.weeks_written(windows[0]), windows)
        chats += _summed(hearing.sums.weeks_relayed(windows[0]), windows)
    whose, persons = owners(connection), talk_queries.persons(connection)
    counts = _counts(words, whose, hearing.scope.now)
    return [
        Said(
            heard_from(last_words, whose, last_lines, persons),
            counts.get(number, {}) if is_read else None,
        )
        for number, (last_words, last_lines, is_read) in enumerate(
            zip(_last(words, windows), _last(chats, windows), _is_read(connection, hearing, windows), strict=True)
        )
    ]


def _spoken(messages: Messages, windows: Sequence[Window]) -> list[Spoken]:
    """What was said up to the end of the last of *windows*; of nobody in particular nothing."""
    since, until = windows[0].since, windows[-1].until
    held = messages.only((messages.speakers[messages.who] != 0) & (messages.ids < snowflake_at(until)))
    weeks = np.maximum((held.sent_ms - to_ms(since)) // ((until - since) // len(windows) // TICK), BEFORE)
    stands, length = held.deleted_ms == 0, len(windows) - BEFORE
    kept, gone = held.only(stands), held.only(~stands)
    code, number, last = kept.counted(kept.who * length + weeks[stands] - BEFORE)
    who, week = np.divmod(code, length)
    return [
        *(
            Spoken(speaker, place, None, count, instant_of(last_id))
            for speaker, place, count, last_id in rows(held.speakers[who], week + BEFORE, number, last)
        ),
        *(
            Spoken(speaker, place, from_ms(deleted_ms), 1, instant_of(last_id))
            for speaker, place, deleted_ms, last_id in rows(
                held.speakers[gone.who], weeks[~stands], gone.deleted_ms, gone.ids
            )
        ),
    ]


def _summed(rows: Iterable[WeekRow], windows: Sequence[Window]) -> list[Spoken]:
    """The same of days that are sums."""
    return [Spoken(row.speaker, row.week, None, row.messages, row.last_at) for row in rows if row.week < len(windows)]


def _is_read(connection: Connection, hearing: Hearing, windows: Sequence[Window]) -> Iterator[bool]:
    """Whether all of a week's messages are known: it is no earlier than the first word, and was read to its end."""
    first, until = hearing.first_word_at, talk_queries.heard_until(connection, hearing.scope.now)
    return (first is not None and until is not None and first < week.until <= until for week in windows)


def _counts(words: Sequence[Spoken], whose: Mapping[int, int], now: datetime) -> dict[int, Counter[int]]:
    """Messages by week and person that still stand *now*, as everywhere."""
    found: dict[int, Counter[int]] = {}
    for row in words:
        if row.speaker in whose and (row.deleted_at is None or row.deleted_at > now):
            found.setdefault(row.week, Counter())[whose[row.speaker]] += row.messages
    return found


def _last(spoken: Sequence[Spoken], windows: Sequence[Window]) -> Iterator[dict[int, datetime]]:
    """The last of *spoken* by speaker at the end of each week; what was deleted later still stood then."""
    of_week: dict[int, list[Spoken]] = {}
    for row in spoken:
        of_week.setdefault(max(row.week, 0), []).append(row)
    kept: dict[int, datetime] = {}
    gone: list[Spoken] = []
    for number, window in enumerate(windows):
        for row in of_week.get(number, ()):
            if row.deleted_at is None:
                kept[row.speaker] = max(row.last_at, kept.get(row.speaker, row.last_at))
            else:
                gone.append(row)
        found = dict(kept)
        for row in gone:
            if row.deleted_at is not None and row.deleted_at > window.last:
                found[row.speaker] = max(row.last_at, found.get(row.speaker, row.last_at))
        yield found
