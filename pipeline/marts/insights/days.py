"""The clan's days, as insights look at them: whole UTC days up to the last midnight, in arrays of equal length.

Experience between two looks is spread evenly over the time between them, for looks do not fall on midnights. Only the time that
somebody was in the clan counts, a first look brings nothing, and a rollback takes nothing away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

import numpy as np
from sqlalchemy import Connection

from pipeline.domain.talk import instant_of
from pipeline.domain.window import DAY, Window, midnight
from pipeline.marts.insights.statistics import Numbers
from pipeline.marts.signs import talk_scope
from pipeline.storage import identity, insight_queries, queries, talk_queries
from pipeline.storage.insight_queries import SeenRow, WroteRow
from pipeline.storage.types import to_ms

LENGTH: Final = 126
"""Days that insights look back."""

COVERED: Final = 0.9
"""Experience of a day is known once so many of those looked at lately were looked at after it."""

_DAY_MS: Final = 86_400_000
_LATELY: Final = 14


@dataclass(frozen=True, slots=True)
class Days:
    """`first` is the first day. Of experience the days from `seen_from` on are known, up to the first `known` of all.

    `messages` is None where no Discord was read. They begin where reading began, and end where it ended: days before `heard_from`
    are not known, nor those from `heard_until` on.
    `hours` holds, by person, the hours since 1970 in which they wrote; `answers`, by person, how many questions they answered a
    day.
    """

    first: date
    experience: Numbers
    seen_from: int
    known: int
    messages: Numbers | None
    writers: Numbers | None
    heard_from: int
    heard_until: int
    hours: Mapping[int, Sequence[int]]
    answers: Mapping[int, Numbers]

    @property
    def measures(self) -> list[tuple[str, Numbers, int]]:
        """What the clan did a day, up to the last day that is known, by name; and the first day that is."""
        found = [("experience", self.experience[: self.known], self.seen_from)]
        if self.messages is not None and self.writers is not None:
            found += [
                ("messages", self.messages[: self.heard_until], self.heard_from),
                ("writers", self.writers[: self.heard_until], self.heard_from),
            ]
        return found

    def on(self, day: int) -> date:
        """The date of a day by its number."""
        return self.first + timedelta(days=day)


def days(connection: Connection, now: datetime, *, discord: bool) -> Days:
    """The last `LENGTH` whole days before *now*."""
    window = Window(midnight(now) - LENGTH * DAY, midnight(now))
    experience, seen_from, known = _experience(connection, window, now)
    first = window.since.date()
    scope = talk_scope(connection, now) if discord else None
    begun = None if scope is None else talk_queries.first_word_at(connection, scope)
    if scope is None or begun is None:
        return Days(first, experience, seen_from, known, None, None, LENGTH, 0, {}, {})
    owners = {row.id: row.person_id for row in identity.accounts(connection) if row.person_id is not None}
    rows = insight_queries.wrote(connection, scope, window)
    messages, writers = _talk(rows, owners, first)
    hours: dict[int, list[int]] = {}
    for row in rows:
        hours.setdefault(owners.get(row.author_id, row.author_id), []).append(row.hour)
    heard_from = max(0, (begun.date() - first).days + 1)
    asked = talk_queries.asked(connection, scope, window)
    answers = _answers(
        [(owners.get(row.helper_id, row.helper_id), row.answer_id) for row in asked if row.helper_id], first
    )
    read_until = talk_queries.heard_until(connection, now)
    heard_until = 0 if read_until is None else min(LENGTH, max(0, (read_until.date() - first).days))
    return Days(first, experience, seen_from, known, messages, writers, heard_from, heard_until, hours, answers)


def _experience(connection: Connection, window: Window, now: datetime) -> tuple[Numbers, int, int]:
    """Experience of everybody a day, the first day after the first look, and how many days are known."""
    midnights = np.array([to_ms(window.since) + number * _DAY_MS for number in range(LENGTH + 1)], dtype=np.float64)
    stays: dict[int, list[tuple[int, int]]] = {}
    for stay in queries.stays(connection, now):
        until = to_ms(now) if stay.left_at is None or stay.left_at > now else to_ms(stay.left_at)
        stays.setdefault(stay.player_id, []).append((to_ms(stay.created_at), until))
    total, begun, last = np.zeros(LENGTH), LENGTH, []
    rows = insight_queries.overall_seen(connection, Window(window.since, now))
    for player_id, group in groupby(rows, key=lambda row: row.player_id):
        seen = [row for row in group if row.value]
        if player_id in stays and len(seen) > 1:
            total += _gained(seen, midnights, stays[player_id])
            begun = min(begun, int(np.searchsorted(midnights, seen[0].taken_ms)))
            last.append(seen[-1].taken_ms)
    return total, begun, _known(np.array(last), midnights)


def _gained(seen: Sequence[SeenRow], midnights: Numbers, stays: Sequence[tuple[int, int]]) -> Numbers:
    """What somebody gained on each day of their stays, spread evenly between looks."""
    at = np.array([row.taken_ms for row in seen], dtype=np.float64)
    values = np.maximum.accumulate(np.array([row.value or 0 for row in seen], dtype=np.float64))
    gained = np.zeros(LENGTH)
    for since, until in stays:
        clipped = np.clip(midnights, since, until)
        gained += np.diff(np.interp(clipped, at, values))
    return gained


def _known(last: Numbers, midnights: Numbers) -> int:
    """Up to which day nearly all who are looked at were looked at afterwards."""
    lately = last[last >= midnights[-1] - _LATELY * _DAY_MS] if len(last) else last
    if not len(lately):
        return 0
    covered = [(lately >= end).mean() >= COVERED for end in midnights[1:]]
    return LENGTH - next((back for back, is_covered in enumerate(reversed(covered)) if is_covered), LENGTH)


def _talk(rows: Sequence[WroteRow], owners: Mapping[int, int], first: date) -> tuple[Numbers, Numbers]:
    """Messages, and different people who wrote, a day."""
    begins = first.toordinal() - date(1970, 1, 1).toordinal()
    messages = np.zeros(LENGTH)
    people: list[set[int]] = [set() for _ in range(LENGTH)]
    for row in rows:
        day = row.hour // 24 - begins
        messages[day] += row.messages
        people[day].add(owners.get(row.author_id, row.author_id))
    return messages, np.array([len(each) for each in people], dtype=np.float64)


def _answers(given: Sequence[tuple[int, int | None]], first: date) -> dict[int, Numbers]:
    """Answers a day, by person."""
    found: dict[int, Numbers] = {}
    for person_id, message_id in given:
        day = 0 if message_id is None else (instant_of(message_id).date() - first).days
        if 0 <= day < LENGTH:
            found.setdefault(person_id, np.zeros(LENGTH))[day] += 1
    return found
