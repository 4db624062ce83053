"""Who wrote how much on which day of the clan's zone."""

from datetime import date, tzinfo
from typing import Final

from pipeline.domain.window import DAY, Window
from pipeline.domain.zones import stretches
from pipeline.marts.talk.messages import Messages, Sums
from pipeline.marts.talk.people import People

_FIRST: Final = date(1970, 1, 1).toordinal()


def days_of(
    people: People, year: Window, zone: tzinfo, written: Messages, sums: Sums | None = None
) -> dict[int, dict[date, int]]:
    """Messages in *year* by person and day of *zone*, stretch by stretch of its steady clocks; *sums* know only days of UTC."""
    found: dict[int, dict[date, int]] = {}
    for stretch in stretches(year, zone):
        for author_id, number, messages in written.within(stretch.window).by_time(DAY, stretch.offset):
            mine = found.setdefault(people.author(author_id), {})
            day = date.fromordinal(_FIRST + number)
            mine[day] = mine.get(day, 0) + messages
    for row in sums.days_written(year) if sums else ():
        mine = found.setdefault(people.author(row.speaker), {})
        mine[row.day.date()] = mine.get(row.day.date(), 0) + row.messages
    return found
