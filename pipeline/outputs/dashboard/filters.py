"""Dates as people read them, and what templates may call: they do no arithmetic and no dates.

`assets/js/words.js` says the same for what the page draws later: a browser test holds the two together.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pipeline.domain.names import role_name
from pipeline.domain.window import Window
from pipeline.outputs.advice_words import STATES
from pipeline.outputs.dashboard.encode import instant
from pipeline.outputs.figures import number, people, places, plural
from pipeline.outputs.member_words import account

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Words:
    """Dates and times in the clan's zone, seen from the night *now*."""

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone = ZoneInfo(zone)
        self._today = self.on(now)

    def on(self, at: datetime) -> date:
        """The clan's date at *at*."""
        return at.astimezone(self._zone).date()

    def day(self, at: datetime | None) -> str:
        """21 Nov 2026."""
        return "–" if at is None else f"{self.day_month(at)} {self.on(at).year}"

    def day_month(self, at: datetime) -> str:
        """21 Nov."""
        day = self.on(at)
        return f"{day.day} {_MONTHS[day.month - 1]}"

    def clock(self, at: datetime) -> str:
        """05:10."""
        return f"{at.astimezone(self._zone):%H:%M}"

    def moment(self, at: datetime | None) -> str:
        """21 Nov 2026, 05:10."""
        return "–" if at is None else f"{self.day(at)}, {self.clock(at)}"

    def ago(self, at: datetime | None) -> str:
        """How long before tonight, in clan days: today, yesterday, 12 d ago, then the date, with its year if that is another one."""
        if at is None:
            return "never"
        days = (self._today - self.on(at)).days
        if days < 2:
            return "yesterday" if days == 1 else "today"
        if days < 31:
            return f"{days} d ago"
        return self.day_month(at) if self.on(at).year == self._today.year else self.day(at)

    def span(self, window: Window) -> str:
        """The UTC days of *window*, which are what is counted: 14–20 Nov."""
        first, last = window.since.astimezone(UTC), window.last.astimezone(UTC)
        until = f"{last.day} {_MONTHS[last.month - 1]}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{until}"
        begins = f"{first.day} {_MONTHS[first.month - 1]}"
        return f"{begins} – {until}" if first.year == last.year else f"{begins} {first.year} – {until} {last.year}"

    def heading(self, day: date) -> str:
        """Sat 21 Nov 2026."""
        return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"

    def filters(self) -> dict[str, Callable[..., Any]]:
        """What templates may call."""
        return {
            "account": account,
            "ago": self.ago,
            "clock": self.clock,
            "day": self.day,
            "day_month": self.day_month,
            "heading": self.heading,
            "iso": instant,
            "moment": self.moment,
            "number": number,
            "people": people,
            "places": places,
            "plural": plural,
            "role": role_name,
            "span": self.span,
            "state": STATES.__getitem__,
        }
