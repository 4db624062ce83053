"""What the ladder says beside promotions: who earned a rank and should wait, who stands above, who is nearly there."""

from dataclasses import dataclass
from typing import Final

from pipeline.domain.names import role_name
from pipeline.marts.advice_model import RankLine
from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.advice_who import Names, Souls
from pipeline.outputs.dashboard.who import Who

NEAR: Final = 15
UNDECIDED: Final = 12


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody's way from one rank to another, with what speaks for it and what is missing."""

    who: Who
    rank_now: str
    rank: str
    proof: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """The first of some steps, and how many more there are."""

    shown: tuple[Step, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Ranks:
    """All of it; `has_ladder` is False where clan.toml has none."""

    has_ladder: bool
    waiting: Steps
    above: Steps
    near: Steps
    undecided: Names


def ranks(marts: Marts, souls: Souls) -> Ranks:
    """What the ladder says tonight."""
    told = marts.advice.promotions
    return Ranks(
        bool(told.ladder),
        _steps(tuple(line for line in told.due if line.waits), souls, NEAR),
        _steps(told.above, souls, NEAR),
        _steps(told.near, souls, NEAR),
        souls.names(told.undecided, UNDECIDED),
    )


def _steps(lines: tuple[RankLine, ...], souls: Souls, most: int) -> Steps:
    return Steps(tuple(_step(line, souls) for line in lines[:most]), max(0, len(lines) - most))


def _step(line: RankLine, souls: Souls) -> Step:
    return Step(
        souls.account(line.player_id, line.name),
        role_name(line.role),
        role_name(line.rank),
        (*line.proof, line.waits) if line.waits else line.proof,
        tuple(shortfall.text for shortfall in line.missing),
    )
