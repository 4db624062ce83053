"""Small words of advice: dates, counts and lists as people say them. Dates are those of the clan's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Calendar:
    """The clan's calendar tonight: a date of another year says which."""

    zone: ZoneInfo
    now: datetime

    def on(self, at: datetime) -> date:
        """The date of an instant."""
        return at.astimezone(self.zone).date()

    def day(self, at: datetime | date) -> str:
        """`12 Oct`, or `12 Oct 2025` where that is another year."""
        on = self.on(at) if isinstance(at, datetime) else at
        return f"{on.day} {on:%b}" + ("" if on.year == self.on(self.now).year else f" {on.year}")


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 member`, `2 members`, `1,200 replies`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; or another word before the *last*."""
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def capital(words: str) -> str:
    """*words* as the beginning of a sentence; names and abbreviations in it stay as they are."""
    return words[:1].upper() + words[1:]
