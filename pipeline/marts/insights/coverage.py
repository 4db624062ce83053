"""Hours in which members talk and no officer is there."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.marts.advice_model import Evidence
from pipeline.marts.insights.days import LENGTH, Days
from pipeline.marts.insights.model import Finding, Tested
from pipeline.marts.insights.statistics import binomial_at_most
from pipeline.marts.wording import plural

DAYS: Final = 56
SPAN: Final = 3
"""Hours of the day that are looked at together."""

FEWEST: Final = 15
"""Evenings, or other times, on which members must have talked in such a span."""

SELDOM: Final = 0.4
"""Officers there so much more seldom than at other times."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def coverage(days: Days, officers: frozenset[int], zone: ZoneInfo) -> Iterator[Tested]:
    """The three hours of the clan's day in which officers are missed most, over the last eight weeks."""
    member, officer = _slots(days, officers, zone)
    spans = {begins: _counted(member, officer, begins) for begins in range(24)}
    talked, covered = _counted(member, officer, None)
    if not officers or not talked or not covered:
        return
    rate = covered / talked
    tested = {
        begins: binomial_at_most(there, number, rate) for begins, (number, there) in spans.items() if number >= FEWEST
    }
    if not tested:
        return
    begins = min(tested, key=lambda hour: (tested[hour], -_busy(member, hour), hour))
    number, there = spans[begins]
    is_gap = there / number <= SELDOM * rate
    yield Tested(min(1.0, tested[begins] * 24), _finding(begins, number, there, rate, talked, zone) if is_gap else None)


def _slots(days: Days, officers: frozenset[int], zone: ZoneInfo) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Days and hours of the clan's clock in which members, and in which officers, wrote."""
    since = (datetime.combine(days.on(LENGTH - DAYS), datetime.min.time(), UTC) - _EPOCH) // timedelta(hours=1)
    places: dict[int, tuple[int, int]] = {}
    member: set[tuple[int, int]] = set()
    officer: set[tuple[int, int]] = set()
    for person_id, hours in days.hours.items():
        mine = officer if person_id in officers else member
        for hour in hours:
            if hour >= since:
                if hour not in places:
                    local = (_EPOCH + timedelta(hours=hour)).astimezone(zone)
                    places[hour] = (local.toordinal(), local.hour)
                mine.add(places[hour])
    return member, officer


def _counted(member: set[tuple[int, int]], officer: set[tuple[int, int]], begins: int | None) -> tuple[int, int]:
    """On how many days members wrote in a span of hours (None: in any, span by span), and officers in the same one."""
    if begins is None:
        each = [_counted(member, officer, hour) for hour in range(0, 24, SPAN)]
        return sum(number for number, _ in each), sum(there for _, there in each)
    hours = {(begins + more) % 24 for more in range(SPAN)}
    talked = {day for day, hour in member if hour in hours}
    return len(talked), len({day for day, hour in officer if hour in hours} & talked)


def _busy(member: set[tuple[int, int]], begins: int) -> int:
    """Hours in a span of hours, over all days, in which members wrote."""
    return sum((hour - begins) % 24 < SPAN for _, hour in member)


def _finding(begins: int, number: int, there: int, rate: float, talked: int, zone: ZoneInfo) -> Finding:
    when = f"{begins:02d}:00–{(begins + SPAN) % 24:02d}:00"
    return Finding(
        "coverage",
        f"Members talk and no officer is there: {when}",
        f"Between {when} ({zone.key}) members wrote on {plural(number, 'day')} of the last {DAYS}, and an officer on {there:,} of them.",
        "coverage",
        "medium" if there / number <= SELDOM * rate / 2 else "low",
        number / talked,
        "Ask somebody who is awake then to help, or make one of them an officer.",
        (
            Evidence("Days with members' talk", f"{number:,}"),
            Evidence("With an officer, too", f"{there / number:.0%}"),
            Evidence("At other times", f"{rate:.0%}"),
        ),
        touches="the hours in which members talk",
        flips_if=f"An officer there on more than {SELDOM * rate:.0%} of the days on which members talk then.",
    )


def officers_of(roles: Mapping[int, str], leaders: tuple[str, ...]) -> frozenset[int]:
    """Persons whose rank leads, from the ranks of all."""
    return frozenset(person_id for person_id, role in roles.items() if role in leaders)
