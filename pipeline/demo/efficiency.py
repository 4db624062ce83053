"""Efficient hours (ehp, ehb) as a plain function of values and account type, with rates of our own invention.

WOM keeps per-type tables of rates and bonus experience; here a type scales all of them, which is enough for what matters:
the same values are worth other hours once the type changes.
"""

from collections.abc import Mapping
from typing import Final

from pipeline.domain.metrics import METRICS, SKILLS

BOSSES: Final = tuple(metric.key for metric in METRICS if metric.kind == "boss")

_PER_HOUR: Final = dict.fromkeys(SKILLS, 200_000) | {
    "attack": 0,
    "strength": 0,
    "hitpoints": 0,
    "defence": 450_000,
    "ranged": 900_000,
    "magic": 950_000,
    "prayer": 1_250_000,
    "cooking": 750_000,
    "fletching": 1_100_000,
    "construction": 950_000,
    "farming": 1_500_000,
    "firemaking": 550_000,
    "herblore": 460_000,
    "smithing": 410_000,
    "runecrafting": 72_000,
    "agility": 65_000,
    "mining": 92_000,
    "slayer": 64_000,
    "fishing": 115_000,
}
_SLOW: Final = {"theatre_of_blood", "theatre_of_blood_hard_mode", "chambers_of_xeric", "tombs_of_amascut_expert", "nex"}
_FAST: Final = {"kraken", "thermonuclear_smoke_devil", "king_black_dragon", "giant_mole", "scorpia", "dagannoth_rex"}
_NO_HOURS: Final = {"wintertodt", "tempoross", "zalcano", "mimic"}

_SKILL_FACTOR: Final = {"regular": 1.0, "ironman": 1.85, "hardcore": 1.9, "ultimate": 2.35, "unknown": 1.0}
_BOSS_FACTOR: Final = {"regular": 1.0, "ironman": 1.12, "hardcore": 1.15, "ultimate": 1.3, "unknown": 1.0}


def _kills_per_hour(boss: str) -> float:
    if boss in _NO_HOURS:
        return 0
    if boss in _SLOW:
        return 3.5
    return 110 if boss in _FAST else 20 + 2 * (len(boss) % 12)


_KILLS_PER_HOUR: Final = {boss: _kills_per_hour(boss) for boss in BOSSES}


def skill_hours(skill: str, experience: int, type_: str) -> float:
    """Hours that *experience* in *skill* is worth to an account of *type_*, five decimals."""
    rate = _PER_HOUR[skill]
    return round(experience / rate * _SKILL_FACTOR[type_], 5) if rate and experience > 0 else 0


def boss_hours(boss: str, kills: int, type_: str) -> float:
    """Hours that *kills* of *boss* are worth to an account of *type_*; a boss without a rate is worth none."""
    rate = _KILLS_PER_HOUR.get(boss, 0)
    return round(kills / rate * _BOSS_FACTOR[type_], 5) if rate and kills > 0 else 0


def ehp(values: Mapping[str, int], type_: str) -> float:
    """Sum over the skills, with the noise that adding floats brings, as WOM's own has."""
    return sum(skill_hours(skill, values[skill], type_) for skill in SKILLS)


def ehb(values: Mapping[str, int], type_: str) -> float:
    """Sum over the bosses."""
    return sum(boss_hours(boss, values[boss], type_) for boss in BOSSES)
