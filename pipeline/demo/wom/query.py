"""Reading the parameters of a request, with WOM's own complaints about them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from pipeline.demo.instants import DAY, HOUR, MINUTE, instant
from pipeline.demo.wom.refusal import Refusal, invalid, unexpected

Span = tuple[int, int]
Query = Mapping[str, str]

PERIODS: Final = {"five_min": 5 * MINUTE, "day": DAY, "week": 7 * DAY, "month": 31 * DAY, "year": 366 * DAY}
_UNITS: Final = {"y": 365 * DAY, "m": 30 * DAY, "w": 7 * DAY, "d": DAY, "h": HOUR}
_EXPRESSION: Final = re.compile(r"(?:\d+y)?(?:\d+m)?(?:\d+w)?(?:\d+d)?(?:\d+h)?")
_LARGEST_ID: Final = 2**31 - 1


def number_of(text: str, name: str = "id") -> int:
    """An id from the path; one beyond the database's integers breaks the real server too."""
    if not re.fullmatch(r"-?\d+", text):
        raise invalid(f"Parameter '{name}' is not a valid number.")
    if abs(int(text)) > _LARGEST_ID:
        raise Refusal(
            500, "UNEXPECTED_DATABASE_ERROR", "An unexpected database error occurred. Please try again later."
        )
    return int(text)


def page(query: Query, *, most: int) -> tuple[int, int]:
    """Limit and offset; 20 and 0 unless asked otherwise."""
    limit, offset = (_count(query, name, least) for name, least in (("limit", 1), ("offset", 0)))
    if limit is not None and limit > most:
        raise invalid(
            f"The maximum results limit is {most}. Please consider using the 'offset' parameter to load more data."
        )
    return (20 if limit is None else limit, offset or 0)


def _count(query: Query, name: str, least: int) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"-?\d+", text):
        raise invalid(f"Parameter '{name}' is not a valid number.")
    if int(text) < least:
        raise invalid(f"Parameter '{name}' must be > {least - 1}." if least else f"Parameter '{name}' must be >= 0.")
    return int(text)


def _date(query: Query, name: str) -> int:
    text = query.get(name, "")
    if " " in text or not re.match(r"\d{4}-\d\d", text):
        raise invalid(f"Parameter '{name}' is not a valid date.")
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"Parameter '{name}' is not a valid date.") from None
    return instant(read if read.tzinfo else read.replace(tzinfo=UTC))


def _between_dates(query: Query) -> Span:
    since, until = _date(query, "startDate"), _date(query, "endDate")
    if since > until:
        raise Refusal(400, "INVALID_DATE_RANGE", "Invalid date range")
    return since, until


def _period(text: str) -> int | None:
    if text in PERIODS:
        return PERIODS[text]
    if not text or not _EXPRESSION.fullmatch(text):
        return None
    return sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([ymwdh])", text))


def gained_span(query: Query, now: int, *, of_group: bool) -> Span | None:
    """The window of a gained endpoint: the period wins over dates. None for an empty period, which matches nothing."""
    period = query.get("period")
    if period is None:
        return _between_dates(query)
    if not period:
        return None
    length = _period(period)
    if length is None:
        raise (
            Refusal(400, "INVALID_PERIOD", "Invalid period")
            if of_group
            else unexpected(400, f"Invalid period: {period}.")
        )
    return now - length, now


def snapshots_span(query: Query, now: int) -> Span | None:
    """The window of /snapshots: both dates win over the period, one date alone counts for nothing; None means everything."""
    if "startDate" in query and "endDate" in query:
        return _between_dates(query)
    period = query.get("period")
    if period is None:
        return None
    if not period:
        return now, now - 1
    length = _period(period)
    if length is None:
        raise unexpected(400, f"Invalid period: {period}.")
    return now - length, now
