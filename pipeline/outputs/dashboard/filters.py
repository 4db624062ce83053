"""Numbers and dates as people read them; templates do no arithmetic and no dates.

`assets/js/words.js` says the same for what the page draws later: a browser test holds the two together.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pipeline.domain.metrics import HOUR, Metric
from pipeline.domain.names import role_name
from pipeline.domain.talk import ChannelKind
from pipeline.domain.window import Window
from pipeline.outputs.advice_words import STATES
from pipeline.outputs.dashboard.encode import instant
from pipeline.outputs.member_words import account

MINUS: Final = "−"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL: Final = 10_000
"""Below this a number is written out: kills and clues are counted, not measured."""

_STEPS: Final = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"))


def number(value: int | float | None) -> str:
    """1234567 → 1,234,567; unknown is a dash."""
    if value is None:
        return "–"
    return f"{value:,}".replace("-", MINUS) if isinstance(value, int) else f"{value:,.1f}".replace("-", MINUS)


def compact(value: int | float | None) -> str:
    """1234567 → 1.23M: three digits that matter, cut off, never rounded up to a milestone not yet reached; to 9,999 whole."""
    if value is None:
        return "–"
    size = abs(value)
    sign = MINUS if value < 0 else ""
    for step, letter in _STEPS:
        if size >= max(step, FULL):
            whole = int(size) // step
            places = 2 if whole < 10 else 1 if whole < 100 else 0
            cut = int(size) * 10**places // step
            text = f"{cut / 10**places:.{places}f}"
            return f"{sign}{text}{letter}"
    return number(value)


def signed(text: str, value: int | float) -> str:
    """*text* of *value* with a plus where it grew."""
    return f"+{text}" if value > 0 else text


def amount(value: int | None, metric: Metric, *, short: bool = False) -> str:
    """A stored value of *metric* as people say it: hours with one decimal, everything else whole."""
    if value is None:
        return "–"
    if metric.kind == "computed":
        return hours(value)
    return compact(value) if short else number(value)


def hours(value: int) -> str:
    """A stored value of ehp or ehb as hours with one decimal, rounded half up as the page's script does."""
    tenths = (abs(value) * 10 + HOUR // 2) // HOUR
    if not value:
        return "0"
    return f"{MINUS if value < 0 and tenths else ''}{tenths // 10:,}.{tenths % 10}"


def plural(count: int, one: str) -> str:
    """1 member, 2 members."""
    return f"{count:,} {one if count == 1 else one + 's'}"


def people(count: int) -> str:
    """1 person, 2 people."""
    return f"{count:,} {'person' if count == 1 else 'people'}"


def places(value: float) -> str:
    """A figure between −1 and 1, with two decimals."""
    return f"{value:.2f}".replace("-", MINUS)


def lasting(seconds: float) -> str:
    """A wait as people tell it, in one unit: under a minute, 12 min, 3 h, 4 days."""
    if seconds < 60:
        return "under a minute"
    for unit, size, until in (("min", 60, 5_400), ("h", 3_600, 172_800)):
        if seconds < until:
            return f"{int(seconds / size + 0.5)} {unit}"
    return plural(int(seconds / 86_400), "day")


def discord_link(url: str) -> str | None:
    """*url* if it leads to Discord and nowhere else."""
    return url if url.startswith("https://discord.com/") else None


def hashed(name: str, kind: ChannelKind) -> str:
    """A channel as Discord writes it: #general, but the voice channel Lounge."""
    return name if kind == "voice" else f"#{name}"


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
