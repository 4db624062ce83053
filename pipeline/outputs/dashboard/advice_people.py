"""The page To do, people who need a word: those who slip away, are back, rise, or reached something this week."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from pipeline.marts.advice_model import Drift, Milestone
from pipeline.marts.model import Marts
from pipeline.marts.wording import listed
from pipeline.outputs.dashboard.advice_who import Souls
from pipeline.outputs.dashboard.filters import compact, plural
from pipeline.outputs.dashboard.who import Who
from pipeline.outputs.retention_words import CROWDS

SHOWN: Final = 6
"""People named in a group."""

LATELY: Final = timedelta(days=7)
TITLES: Final = 2
"""Milestones told of one member."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody, what there is to say of them, and when it was, where it was at an instant."""

    who: Who
    what: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """People to speak to for one reason. `anchor` is the id of its heading, `advice` what to do."""

    anchor: str
    title: str
    advice: str
    shown: tuple[Told, ...]
    more: int

    @property
    def count(self) -> int:
        """Everybody in it."""
        return len(self.shown) + self.more


def groups(marts: Marts, souls: Souls) -> tuple[Group, ...]:
    """All groups that have somebody in them."""
    told, crossed = marts.advice.retention, [m for m in marts.advice.milestones if m.by_at > marts.as_of - LATELY]
    found = (
        _group(
            "drifting",
            *CROWDS["drifting"],
            [Told(souls.who(each.who), _habit(each)) for each in told.drifting],
        ),
        _group(
            "returners",
            *CROWDS["returners"],
            [
                Told(souls.who(each.who), f"after {plural(each.days, 'day')} away", each.back_at)
                for each in told.returners
            ],
        ),
        _group(
            "stars",
            *CROWDS["stars"],
            [Told(souls.who(each.who), each.text) for each in told.stars],
        ),
        _group(
            "milestones",
            "Reached this week",
            "Congratulate them where everybody can read it.",
            list(_reached(crossed, souls)),
        ),
    )
    return tuple(group for group in found if group.shown)


def _group(anchor: str, title: str, advice: str, told: Sequence[Told]) -> Group:
    return Group(anchor, title, advice, tuple(told[:SHOWN]), max(0, len(told) - SHOWN))


def _habit(drift: Drift) -> str:
    """4.20M XP a week, by habit 31.0M."""
    unit = "XP" if drift.unit == "experience" else drift.unit
    return f"{compact(round(drift.lately))} {unit} a week, by habit {compact(round(drift.habit))}"


def _reached(crossed: Sequence[Milestone], souls: Souls) -> Iterator[Told]:
    """One line for each member, those with the newest first."""
    newest_first = sorted(crossed, key=lambda m: -m.by_at.timestamp())
    order = {player_id: place for place, player_id in reversed(list(enumerate(m.player_id for m in newest_first)))}
    for _, group in groupby(sorted(newest_first, key=lambda m: order[m.player_id]), key=lambda m: m.player_id):
        mine = list(group)
        titles = [m.title for m in mine[:TITLES]]
        if len(mine) > TITLES:
            titles.append(f"{len(mine) - TITLES} more")
        yield Told(souls.account(mine[0].player_id, mine[0].player), listed(titles), mine[0].by_at)
