"""What comes over a whole clan: a weekday on which nobody is there any more, a fortnight in which everybody does half as much."""

from dataclasses import dataclass
from random import Random
from typing import Final
from zlib import crc32

from pipeline.demo.instants import DAY
from pipeline.demo.script import Calendar

FEWEST: Final = 20
SHORTEST: Final = 100 * DAY
"""Smaller and younger clans have no moods: nobody could tell one from chance."""

DEAD_SINCE: Final = 63 * DAY
DEAD_SHARE: Final = 0.1
QUIET_SINCE: Final = 8 * DAY
QUIET_FOR: Final = 14 * DAY
QUIET_SHARE: Final = 0.5
DRIFT_SINCE: Final = 25 * DAY
"""How long before the end of the history the three begin."""

_ALL: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Mood:
    """From `since` to `until` things happen with the chance `share`, on one `weekday` (0 is Monday) of UTC or on all."""

    kind: str
    since: int
    until: int
    share: float
    weekday: int | None = None

    def holds(self, at: int) -> bool:
        """Whether it lies upon the instant *at*."""
        return self.since <= at < self.until and self.weekday in (None, (at // DAY + 3) % 7)


@dataclass(frozen=True, slots=True)
class Moods:
    """The moods of a clan; those of a calm one are none."""

    seed: int = 0
    all_of_them: tuple[Mood, ...] = ()
    drift_since: int | None = None
    """When a key helper stops writing, if one does."""

    def happens(self, at: int, what: object) -> bool:
        """Whether *what* comes about at the instant *at*. It draws from no stream: nothing else changes with the answer."""
        chance = 1.0
        for mood in self.all_of_them:
            if mood.holds(at):
                chance *= mood.share
        return chance == 1.0 or crc32(f"{self.seed}/{what}/{at}".encode()) < chance * _ALL


def moods(seed: int, calendar: Calendar, members: int, *, calm: bool) -> Moods:
    """The moods of the clan of *seed*."""
    if calm or members < FEWEST or calendar.span < SHORTEST:
        return Moods(seed)
    today = calendar.now // DAY * DAY
    weekday = Random(f"{seed}/moods").randrange(4)
    return Moods(
        seed,
        (
            Mood("dead_weekday", today - DEAD_SINCE, calendar.now + DAY, DEAD_SHARE, weekday),
            Mood("quiet_fortnight", today - QUIET_SINCE, today - QUIET_SINCE + QUIET_FOR, QUIET_SHARE),
        ),
        today - DRIFT_SINCE,
    )
