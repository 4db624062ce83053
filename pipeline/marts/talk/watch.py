"""When officers are there: the hours of the clan's day in which members write, and those in which an officer writes, too."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.marts.talk_model import WatchHour

DAYS: Final = 56
"""Days that are looked at: eight weeks, as the card about missing officers does."""

HOUR: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def watch(wrote: Iterable[tuple[int, int]], officers: frozenset[int], zone: ZoneInfo) -> tuple[WatchHour, ...]:
    """The 24 hours of the clan's clock, from people and the hours since 1970 in which they *wrote*; nothing without officers."""
    if not officers:
        return ()
    places: dict[int, tuple[int, int]] = {}
    members: set[tuple[int, int]] = set()
    covered: set[tuple[int, int]] = set()
    for person_id, hour in wrote:
        if hour not in places:
            local = (_EPOCH + hour * HOUR).astimezone(zone)
            places[hour] = (local.toordinal(), local.hour)
        (covered if person_id in officers else members).add(places[hour])
    talked = [0] * 24
    there = [0] * 24
    for place in members:
        talked[place[1]] += 1
        there[place[1]] += place in covered
    return tuple(WatchHour(hour, talked[hour], there[hour]) for hour in range(24))
