"""Of those who joined in a month, how many are still here after a week, a month, a year."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.domain.survival import Lasted, survival
from pipeline.marts.advice_model import Cohort, CohortCell
from pipeline.marts.retention.stays import Stay

DAYS: Final = (7, 30, 60, 90, 180, 365)
MONTHS: Final = 24
_DAY: Final = timedelta(days=1)


def cohorts(stays: Sequence[Stay], now: datetime, zone: ZoneInfo) -> tuple[Cohort, ...]:
    """All who joined together, then each month of the clan's calendar, the newest first; nothing while nobody has joined."""
    if not stays:
        return ()
    months: dict[date, list[Stay]] = {}
    for stay in stays:
        months.setdefault(stay.joined_at.astimezone(zone).date().replace(day=1), []).append(stay)
    newest = sorted(months, reverse=True)[:MONTHS]
    return (_cohort(None, stays, now), *(_cohort(month, months[month], now) for month in newest))


def _cohort(month: date | None, stays: Sequence[Stay], now: datetime) -> Cohort:
    lasted = [Lasted(((stay.left_at or now) - stay.joined_at) / _DAY, stay.left_at is not None) for stay in stays]
    cells = tuple(CohortCell(each.days, each.at_risk, each.left, each.share) for each in _told(lasted))
    return Cohort(month, len(stays), sum(stay.left_at is None for stay in stays), cells)


def _told(lasted: Sequence[Lasted]) -> list[CohortCell]:
    """Survival, but nothing of days that nobody of a cohort could have reached yet."""
    longest = max(each.days for each in lasted)
    everybody_left = all(each.left for each in lasted)
    return [
        CohortCell(each.days, each.at_risk, each.left, each.share if longest >= each.days or everybody_left else None)
        for each in survival(lasted, DAYS)
    ]
