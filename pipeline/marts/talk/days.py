"""Who wrote how much on which day of the clan's zone."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta, tzinfo
from typing import Final

from pipeline.domain.window import Window
from pipeline.domain.zones import stretches
from pipeline.marts.talk.people import People

Days = Callable[[Window, timedelta], Iterable[tuple[int, int, int]]]
"""Messages of a window by account and days since 1970, by a clock that shows UTC plus an offset."""

_FIRST: Final = date(1970, 1, 1).toordinal()


def days_of(people: People, year: Window, zone: tzinfo, days: Days) -> dict[int, dict[date, int]]:
    """Messages in *year* by person and day of *zone*: each stretch of its steady clocks is asked for once."""
    found: dict[int, dict[date, int]] = {}
    for stretch in stretches(year, zone):
        for author_id, number, messages in days(stretch.window, stretch.offset):
            mine = found.setdefault(people.author(author_id), {})
            day = date.fromordinal(_FIRST + number)
            mine[day] = mine.get(day, 0) + messages
    return found
