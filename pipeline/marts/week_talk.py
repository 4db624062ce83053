"""What was heard of everybody, week by week: messages of the week, and the last words by its end."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from pipeline.domain.window import Window
from pipeline.marts.signs import Heard, heard, heard_from, owners
from pipeline.storage import history_queries, talk_queries
from pipeline.storage.history_queries import SpokenRow
from pipeline.storage.talk_queries import Scope


@dataclass(frozen=True, slots=True)
class Said:
    """The talk by the end of a week. `messages` of the week are by person, None where it was not read to its end."""

    heard: Heard
    messages: Mapping[int, int] | None


SILENT: Final = Said(heard(None), None)
"""Where no Discord is set up, or none was read."""


def talk_by_week(connection: Connection, scope: Scope | None, windows: Sequence[Window]) -> list[Said]:
    """What was said by the end of each of *windows*, as known at the scope's now; they stand in order without a gap."""
    if scope is None:
        return [SILENT] * len(windows)
    span, step = Window(windows[0].since, windows[-1].until), windows[0].until - windows[0].since
    words = history_queries.words(connection, scope, span, step)
    chats = history_queries.chats(connection, scope, span, step)
    whose, persons = owners(connection), talk_queries.persons(connection)
    counts = _counts(words, whose, scope.now)
    return [
        Said(
            heard_from(last_words, whose, last_lines, persons),
            counts.get(number, {}) if is_read else None,
        )
        for number, (last_words, last_lines, is_read) in enumerate(
            zip(_last(words, windows), _last(chats, windows), _is_read(connection, scope, windows), strict=True)
        )
    ]


def _is_read(connection: Connection, scope: Scope, windows: Sequence[Window]) -> Iterator[bool]:
    """Whether all of a week's messages are known: it is no earlier than the first word, and was read to its end."""
    first = talk_queries.first_word_at(connection, scope)
    until = talk_queries.heard_until(connection, scope.now)
    return (first is not None and until is not None and first < week.until <= until for week in windows)


def _counts(words: Sequence[SpokenRow], whose: Mapping[int, int], now: datetime) -> dict[int, Counter[int]]:
    """Messages by week and person that still stand *now*, as everywhere."""
    found: dict[int, Counter[int]] = {}
    for row in words:
        if row.speaker_id in whose and (row.deleted_at is None or row.deleted_at > now):
            found.setdefault(row.week, Counter())[whose[row.speaker_id]] += row.messages
    return found


def _last(rows: Sequence[SpokenRow], windows: Sequence[Window]) -> Iterator[dict[int, datetime]]:
    """The last of *rows* by speaker at the end of each week; what was deleted later still stood then."""
    of_week: dict[int, list[SpokenRow]] = {}
    for row in rows:
        of_week.setdefault(max(row.week, 0), []).append(row)
    kept: dict[int, datetime] = {}
    gone: list[SpokenRow] = []
    for number, window in enumerate(windows):
        for row in of_week.get(number, ()):
            if row.deleted_at is None:
                kept[row.speaker_id] = max(row.last_at, kept.get(row.speaker_id, row.last_at))
            else:
                gone.append(row)
        found = dict(kept)
        for row in gone:
            if row.deleted_at is not None and row.deleted_at > window.last:
                found[row.speaker_id] = max(row.last_at, found.get(row.speaker_id, row.last_at))
        yield found
