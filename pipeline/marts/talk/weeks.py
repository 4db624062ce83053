"""The trend: whole weeks of talk, as those of the game."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.domain.window import Window
from pipeline.marts.talk.messages import Hearing
from pipeline.marts.talk.people import People
from pipeline.marts.talk.questions import Asked, response, within
from pipeline.marts.talk_model import TalkWeek


def last_weeks(week: Window, number: int, first_word_at: datetime | None) -> list[Window]:
    """Up to *number* weeks that end with *week*, oldest first, from the one on in which the first message was sent."""
    found: list[Window] = []
    while first_word_at is not None and len(found) < number and week.until > first_word_at:
        found.append(week)
        week = week.before()
    return found[::-1]


def weeks(
    windows: Iterable[Window],
    hearing: Hearing,
    questions: Sequence[Asked],
    people: People,
    now: datetime,
) -> tuple[TalkWeek, ...]:
    """One line for each of *windows*."""
    found = []
    for window in windows:
        written = hearing.written.within(window)
        fared = response(within(questions, window), now)
        found.append(
            TalkWeek(
                window=window,
                messages=len(written.ids),
                people=len({people.author(row.speaker) for row in written.by_channel()}),
                clan_chat=len(hearing.relayed.within(window).ids),
                asked=fared.asked,
                answered=fared.answered,
                within_day=fared.within_day,
            )
        )
    return tuple(found)
