"""What the game's hiscores show of an account at an instant: ranks, thresholds, and -1 where it is not ranked."""

from collections.abc import Mapping
from typing import Final
from zlib import crc32

from pipeline.demo.account import Account
from pipeline.demo.instants import DAY
from pipeline.domain.levels import level
from pipeline.domain.metrics import BY_KEY, METRICS, OVERALL, SKILLS

UNRANKED: Final = -1
COUNTED: Final = tuple(metric.key for metric in METRICS if metric.kind != "computed")

_LEAST_KILLS: Final = 5
_LEAST_EXPERIENCE: Final = 1_200
_FROM_THE_FIRST: Final = {"mimic", "tzkal_zuk", "sol_heredit", "collections_logged"}
_HALFWAY: Final = {"skill": 4_000_000, "boss": 22, "activity": 40, "computed": 45}
_RANKED: Final = 2_000_000
_FIRST_DAY: Final = 20_000


def least(metric: str) -> int:
    """The smallest value that earns a rank."""
    if BY_KEY[metric].kind == "skill":
        return _LEAST_EXPERIENCE
    return 1 if metric in _FROM_THE_FIRST else _LEAST_KILLS


_LEAST: Final = {metric: least(metric) for metric in COUNTED}


def value(account: Account, metric: str, at: int) -> int:
    """What the hiscores say for *metric* at the instant *at*; -1 when unranked."""
    track = account.tracks.get(metric)
    if metric == OVERALL and (account.overall_ranked_since is None or at < account.overall_ranked_since):
        return UNRANKED
    true = 0 if track is None else track.value(at)
    if true >= _LEAST[metric]:
        return true
    return 0 if metric in account.zeroes else UNRANKED


def values(account: Account, at: int) -> dict[str, int]:
    """Every counted metric of *account* at the instant *at*."""
    return {metric: value(account, metric, at) for metric in COUNTED}


def rank(metric: str, kind: str, amount: float, at: int) -> int:
    """Place in the game's table: better with a higher *amount*, a little worse every night, as others play on."""
    if amount <= 0:
        return UNRANKED
    halfway = _HALFWAY[kind] * (12 if metric == OVERALL else 1)
    day = at // DAY - _FIRST_DAY
    place = _RANKED / (1 + amount / halfway) * (1 + 0.0003 * day)
    return max(1, int(place) + 2 * day + crc32(metric.encode()) % 7)


def total_level(shown: Mapping[str, int]) -> int:
    """Sum of the levels of all skills."""
    return sum(level(max(0, shown[skill])) for skill in SKILLS)


def combat_level(shown: Mapping[str, int]) -> int:
    """Combat level by the game's formula."""

    def of(skill: str) -> int:
        return level(max(0, shown[skill]))

    base = (of("defence") + max(10, of("hitpoints")) + of("prayer") // 2) / 4
    melee = 0.325 * (of("attack") + of("strength"))
    distance = 0.325 * (of("ranged") * 3 // 2)
    spells = 0.325 * (of("magic") * 3 // 2)
    return int(base + max(melee, distance, spells))
