"""What kinds of players there are: how often they sit down, for how long, and what they do then."""

from dataclasses import dataclass
from random import Random
from typing import Final


@dataclass(frozen=True, slots=True)
class Temperament:
    """Chances of a session's parts, hours of a session, and the chance to play at all on a weekday and at the weekend."""

    training: float
    bossing: float
    clues: float
    hours: float
    weekday: float
    weekend: float
    wealth: float


TEMPERAMENTS: Final = {
    "skiller": Temperament(0.97, 0.04, 0.06, 2.4, 0.80, 0.85, 6e6),
    "bosser": Temperament(0.25, 0.92, 0.12, 2.2, 0.62, 0.85, 5e6),
    "all-rounder": Temperament(0.75, 0.45, 0.18, 1.8, 0.55, 0.80, 4e6),
    "weekender": Temperament(0.70, 0.55, 0.20, 3.0, 0.12, 0.92, 3e6),
    "casual": Temperament(0.80, 0.20, 0.08, 0.9, 0.30, 0.40, 1.2e6),
    "grinder": Temperament(0.95, 0.40, 0.15, 4.5, 0.95, 0.97, 12e6),
}

_SHARES: Final = {"skiller": 18, "bosser": 22, "all-rounder": 30, "weekender": 10, "casual": 14, "grinder": 6}


def draw(rng: Random) -> str:
    """The key of a temperament, as common as it is in a clan."""
    return rng.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]
