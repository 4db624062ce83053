"""A newcomer's way, step by step: how many took each, of those of whom it can be known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.domain.activity import SILENT, Signs
from pipeline.marts.advice_model import FunnelStep
from pipeline.marts.retention.stays import Stay

DAYS: Final = 180
MONTHS: Final = (30, 60, 90)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of newcomers, by person. `matched` is None without Discord; `looked_at` are last looks by player."""

    persons: Mapping[int, int]
    signs: Mapping[int, Signs]
    matched: frozenset[int] | None
    replied_at: Mapping[int, datetime]
    looked_at: Mapping[int, datetime]


def funnel(stays: Sequence[Stay], known: Known, now: datetime) -> tuple[FunnelStep, ...]:
    """The steps of all whose last coming was in the last `DAYS` days."""
    last = {stay.player_id: stay for stay in stays}
    joined = [stay for stay in last.values() if stay.joined_at > now - DAYS * _DAY]
    if not joined:
        return ()
    return (
        FunnelStep("joined", "Joined the clan", len(joined), len(joined)),
        *_talk(joined, known),
        _gains(joined, known),
        *(_stayed(joined, days, now) for days in MONTHS),
    )


def _talk(joined: Sequence[Stay], known: Known) -> Iterable[FunnelStep]:
    if known.matched is None:
        return ()
    people = {stay.player_id: known.persons.get(stay.player_id, stay.player_id) for stay in joined}
    matched = [stay for stay in joined if people[stay.player_id] in known.matched]
    wrote = [stay for stay in matched if _since(stay, _signs(known, people[stay.player_id]).word_at)]
    heard = sum(_since(stay, known.replied_at.get(people[stay.player_id])) for stay in wrote)
    return (
        FunnelStep("matched", "Known in Discord", len(matched), len(joined)),
        FunnelStep("message", "Wrote a first message", len(wrote), len(matched)),
        FunnelStep("reply", "Got a reply", heard, len(wrote)),
    )


def _gains(joined: Sequence[Stay], known: Known) -> FunnelStep:
    """Of those looked at after they came."""
    seen = [stay for stay in joined if _since(stay, known.looked_at.get(stay.player_id))]
    gained = sum(
        _since(stay, _signs(known, known.persons.get(stay.player_id, stay.player_id)).gain_at) for stay in seen
    )
    return FunnelStep("gains", "Gained something in the game", gained, len(seen))


def _stayed(joined: Sequence[Stay], days: int, now: datetime) -> FunnelStep:
    """Of those who came that long ago."""
    ripe = [stay for stay in joined if stay.joined_at + days * _DAY <= now]
    here = sum(stay.left_at is None or stay.left_at >= stay.joined_at + days * _DAY for stay in ripe)
    return FunnelStep(f"day_{days}", f"Still here after {days} days", here, len(ripe))


def _signs(known: Known, person_id: int) -> Signs:
    return known.signs.get(person_id, SILENT)


def _since(stay: Stay, at: datetime | None) -> bool:
    return at is not None and at > stay.joined_at
