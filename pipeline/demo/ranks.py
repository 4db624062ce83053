"""How the invented clan hands out ranks: by time and level, mostly in time."""

from collections.abc import Mapping
from random import Random
from typing import Final

from pipeline.demo.instants import DAY
from pipeline.demo.track import Track
from pipeline.domain.levels import total_level
from pipeline.domain.metrics import SKILLS

LADDER: Final = {
    "recruit": (0, 0), "corporal": (30, 1000), "sergeant": (150, 1300), "lieutenant": (330, 1500), "captain": (600, 1700),
}  # fmt: skip
"""Days in the clan and total level that a rank takes, the lowest first."""

_LATE: Final = 0.12
_EARLY: Final = 0.08


def held(tenure: int, tracks: Mapping[str, Track], now: int, rng: Random) -> str:
    """The rank that somebody holds at *now* after *tenure*: mostly what they earned, now and then a step less or more."""
    level = total_level({skill: tracks[skill].value(now) for skill in SKILLS if skill in tracks})
    names = list(LADDER)
    place = max(at for at, (days, least) in enumerate(LADDER.values()) if tenure >= days * DAY and level >= least)
    chance = rng.random()
    step = -1 if chance < _LATE else 1 if chance > 1 - _EARLY else 0
    return names[min(len(names) - 1, max(0, place + step))]
