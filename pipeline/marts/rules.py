"""What the clan decides of its answers: clan.toml in plain values, as marts need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

LEADERS: Final = ("owner", "deputy_owner", "leader", "administrator", "moderator")
"""Ranks that lead where clan.toml does not say: Wise Old Man's own privileged roles (server code bc8aa02f)."""

Severity = Literal["low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class Exemption:
    """Somebody who is not to be removed, however long they are away: *who* is a player's name, or `rank:captain` for all who hold a rank.

    `until` is the last day of it by the clan's calendar, None for good.
    """

    who: str
    until: date | None
    why: str


@dataclass(frozen=True, slots=True)
class LadderRank:
    """A rank of the clan and what it takes: every expression of `all_of`, and one of `any_of` unless that is empty."""

    name: str
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """A card that appears while the expression `when`, over facts of the clan, is true: for a season, then it rests as long."""

    name: str
    when: str
    severity: Severity = "medium"
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the clan decides of its answers. `roles` maps a Discord role's name to a rank of the clan.

    `persons` are those of clan.toml: names of players, the main first, and the id or username of a Discord account.
    `discord` is False where no Discord is set up: then nothing of it is shown, whatever is held. `ladder` runs from the lowest
    rank upwards. `game_alone`: members of whom no Discord account is known are judged by the game alone.
    """

    time_zone: str = "UTC"
    look_at_age_days: int = 7
    discord: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    persons: tuple[tuple[tuple[str, ...], str | None], ...] = ()
    inactive_days: int = 30
    inactive_days_by_rank: Mapping[str, int] = field(default_factory=dict)
    newcomer_grace_days: int = 14
    game_alone: bool = False
    exempt: tuple[Exemption, ...] = ()
    opt_out: tuple[str, ...] = ()
    leaders: tuple[str, ...] = LEADERS
    ladder: tuple[LadderRank, ...] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
