"""Numbers as people read them, on the pages and in the workbook's sentences.

`assets/js/words.js` says the same for what the page draws later: a browser test holds the two together.
"""

from typing import Final

from pipeline.domain.metrics import HOUR, Metric
from pipeline.domain.talk import ChannelKind

MINUS: Final = "−"
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
