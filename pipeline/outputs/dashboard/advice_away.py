"""Inactivity beside the list of who could be removed: the clan's slots, who is away with leave, of whom nobody can know."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.activity import Hindrance
from pipeline.domain.names import role_name
from pipeline.marts.advice_model import SLOTS, Inactivity, Soul, Verdict
from pipeline.marts.model import Marts
from pipeline.marts.wording import listed
from pipeline.outputs.dashboard.advice_who import Names, Souls
from pipeline.outputs.dashboard.who import Who
from pipeline.outputs.figures import number, people, plural

EXEMPT: Final = 30
UNKNOWN: Final = 40
"""People named for one reason."""

_REASONS: Final[Mapping[Hindrance, str]] = {
    "not_seen": "Wise Old Man has not looked at them lately",
    "too_new": "They have not been watched for long enough",
    "flagged": "Wise Old Man doubts their numbers",
    "opted_out": "They asked not to be watched",
    "unmatched": "Nobody knows which account in Discord is theirs",
    "discord_missing": "Discord could not be read",
}
_OTHERWISE: Final = "Too little is known"


@dataclass(frozen=True, slots=True)
class Excused:
    """Somebody who is away and may be."""

    who: Who
    rank: str
    days: str
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """People of whom nobody can tell, for the same reason."""

    reason: str
    count: int
    remedy: str
    names: Names


@dataclass(frozen=True, slots=True)
class Slots:
    """The clan's slots in hundredths of them all, for a bar, and in words."""

    used: int
    freed: int
    words: str


@dataclass(frozen=True, slots=True)
class Absence:
    """How the clan stands, and who is silent without being on the list of those who could be removed."""

    is_judged: bool
    answer: str
    slots: Slots
    unknown: tuple[Unknown, ...]
    unknown_count: int
    exempt: tuple[Excused, ...]
    exempt_count: int


def absence(marts: Marts, souls: Souls) -> Absence:
    """Who is away, and of whom nobody can tell."""
    told = marts.advice.inactivity
    excused = [verdict for verdict in told.verdicts if verdict.state == "inactive" and verdict.exempt]
    unknown = [verdict for verdict in told.verdicts if verdict.state == "unknown"]
    return Absence(
        is_judged=bool(told.verdicts),
        answer=_answer(told),
        slots=_slots(told),
        unknown=tuple(_unknown(unknown, souls)),
        unknown_count=len(unknown),
        exempt=tuple(_excused(verdict, souls) for verdict in excused[:EXEMPT]),
        exempt_count=len(excused),
    )


def _answer(told: Inactivity) -> str:
    """How many take part, are away, and nobody can tell of."""
    count = Counter(verdict.state for verdict in told.verdicts)
    active, inactive, unknown = count["active"], count["inactive"], count["unknown"]
    parts = [f"{people(active)} {'takes' if active == 1 else 'take'} part"]
    if inactive:
        parts.append(f"{number(inactive)} {'is' if inactive == 1 else 'are'} away")
    if unknown:
        parts.append(f"of {number(unknown)} nobody can tell")
    return f"{listed(parts)}."


def _slots(told: Inactivity) -> Slots:
    words = f"{number(told.slots_used)} of {number(SLOTS)} slots are used."
    if told.would_free:
        words += f" Without those below it would be {number(told.slots_used - told.would_free)}."
    used, freed = _hundredths(told.slots_used), _hundredths(told.would_free)
    return Slots(used - freed, freed, words)


def _hundredths(slots: int) -> int:
    """At least one where there is any."""
    return min(100, max(1 if slots else 0, 100 * slots // SLOTS))


def _excused(verdict: Verdict, souls: Souls) -> Excused:
    return Excused(_who(verdict, souls), role_name(verdict.role), _days(verdict), verdict.exempt or "")


def _unknown(verdicts: Iterable[Verdict], souls: Souls) -> Iterable[Unknown]:
    """Reasons, that of the most people first."""
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        reason = _REASONS[verdict.hindrances[0]] if verdict.hindrances else _OTHERWISE
        groups.setdefault((reason, verdict.flips_if), []).append(verdict)
    for (reason, remedy), mine in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        yield Unknown(reason, len(mine), remedy, souls.names(_souls(mine), UNKNOWN))


def _souls(verdicts: Sequence[Verdict]) -> list[Soul]:
    return [Soul(each.person_id, next(iter(each.player_ids), None), each.name) for each in verdicts]


def _who(verdict: Verdict, souls: Souls) -> Who:
    return souls.account(next(iter(verdict.player_ids), None), verdict.name)


def _days(verdict: Verdict) -> str:
    return "no sign of life" if verdict.idle_days is None else plural(verdict.idle_days, "day")
