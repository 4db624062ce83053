"""What was asked, who answered first, and what still waits."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Final, NamedTuple

from pipeline.domain.talk import instant_of, ms_of, snowflake_at
from pipeline.domain.window import DAY, TICK, Window
from pipeline.marts.talk.layers import Periods
from pipeline.marts.talk.people import People
from pipeline.marts.talk_model import Question, Response
from pipeline.storage.sum_queries import SettledRow
from pipeline.storage.talk_queries import AskedRow

PATIENCE: Final = DAY
"""How long a question may wait."""

REMEMBERED: Final = timedelta(days=30)
"""Older questions are not brought up any more."""

NOBODY_KNOWN: Final = "Somebody unknown"


class Asked(NamedTuple):
    """A question of a person (`asker`), the person whose message answered it first, and how long that took, in milliseconds."""

    row: AskedRow
    asker: int
    helper: int | None
    wait: int | None


class Settled(NamedTuple):
    """Old questions of a person, of which only a daily sum is kept, and the person who answered them first."""

    asker: int
    helper: int | None
    questions: int
    within_day: int


@dataclass(frozen=True, slots=True)
class Rooms:
    """The names of channels and threads, those that are `gone` from the guild, and the way to a message."""

    guild_id: int
    names: Mapping[int, str]
    gone: frozenset[int] = frozenset()

    def url(self, *places: int) -> str:
        """The address of a channel, or of a message in it."""
        return "/".join(("https://discord.com/channels", *map(str, (self.guild_id, *places))))


def asked(rows: Iterable[AskedRow], people: People) -> list[Asked]:
    """Questions with the people behind them, oldest first."""
    return [
        Asked(
            row,
            people.author(row.author_id),
            None if row.helper_id is None else people.author(row.helper_id),
            None if row.answer_id is None else ms_of(row.answer_id) - ms_of(row.message_id),
        )
        for row in rows
    ]


def settled(rows: Iterable[SettledRow], people: People) -> list[Settled]:
    """Old questions with the people behind them. Who answered themself, as we know by now, got no answer that we know of."""
    found = []
    for row in rows:
        asker = people.author(row.author_id)
        helper = None if row.helper_id is None else people.author(row.helper_id)
        is_answer = helper is not None and helper != asker
        found.append(Settled(asker, helper if is_answer else None, row.questions, row.within_day if is_answer else 0))
    return found


def by_period(questions: Iterable[Asked], periods: Periods) -> dict[str, list[Asked]]:
    """Questions by the periods in which they were asked."""
    found: dict[str, list[Asked]] = {key: [] for key in periods.windows}
    for keys, group in groupby(questions, lambda question: periods.keys_of(question.row.message_id)):
        held = list(group)
        for key in keys:
            found[key] += held
    return found


def within(questions: Iterable[Asked], window: Window) -> list[Asked]:
    """Questions that were asked in *window*."""
    since, until = snowflake_at(window.since), snowflake_at(window.until)
    return [question for question in questions if since <= question.row.message_id < until]


def response(questions: Sequence[Asked], now: datetime, old: Sequence[Settled] = ()) -> Response:
    """How *questions* fared up to *now*, and *old* ones, whose waiting times nobody knows any more."""
    waits = [question.wait for question in questions if question.wait is not None]
    ripened = snowflake_at(now - PATIENCE + timedelta(milliseconds=1))
    return Response(
        asked=len(questions) + sum(each.questions for each in old),
        answered=len(waits) + sum(each.questions for each in old if each.helper is not None),
        within_day=sum(wait <= PATIENCE // TICK for wait in waits) + sum(each.within_day for each in old),
        ripe=sum(question.wait is not None or question.row.message_id < ripened for question in questions)
        + sum(each.questions for each in old),
        median=typical(waits) if waits else None,
    )


def typical(waits: Sequence[int]) -> float:
    """The median of *waits* (milliseconds, at least one) in seconds, as exact as they are."""
    return round(median(waits) / 1000, 4)


def unanswered(questions: Iterable[Asked], rooms: Rooms, people: People, now: datetime) -> tuple[Question, ...]:
    """Questions that have waited for more than a day, but not for ever, where somebody can still answer; newest first."""
    since, until = snowflake_at(now - REMEMBERED), snowflake_at(now - PATIENCE)
    waiting = [question for question in questions if question.wait is None and since <= question.row.message_id < until]
    return tuple(
        _question(question, rooms, people)
        for question in reversed(waiting)
        if rooms.gone.isdisjoint((question.row.channel_id, question.row.thread_id))
    )


def _question(question: Asked, rooms: Rooms, people: People) -> Question:
    row, is_known = question.row, question.asker in people.faces
    return Question(
        message_id=row.message_id,
        channel_id=row.channel_id,
        channel=rooms.names[row.channel_id],
        thread=None if row.thread_id is None else rooms.names.get(row.thread_id),
        person_id=question.asker if is_known else None,
        asker=people.name(question.asker) or NOBODY_KNOWN,
        asked_at=instant_of(row.message_id),
        url=rooms.url(row.channel_id if row.thread_id is None else row.thread_id, row.message_id),
        metrics=tuple(json.loads(row.metrics)),
        account_id=row.author_id if is_known or row.author_id not in people.of_account else None,
    )
