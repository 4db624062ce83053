"""The page To do, people who need a word: those who slip away, are back, rise, or reached something this week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.advice_who import Souls
from pipeline.outputs.dashboard.who import Who
from pipeline.outputs.entries import WORDS, habit, reached
from pipeline.outputs.figures import plural
from pipeline.outputs.retention_words import CROWDS

SHOWN: Final = 6
"""People named in a group."""


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
    told = marts.advice.retention
    found = (
        _group(
            "drifting",
            *CROWDS["drifting"],
            [Told(souls.who(each.who), habit(each)) for each in told.drifting],
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
            WORDS["milestone"].suggestion,
            [Told(souls.who(soul), what, newest.by_at) for soul, what, newest in reached(marts)],
        ),
    )
    return tuple(group for group in found if group.shown)


def _group(anchor: str, title: str, advice: str, told: Sequence[Told]) -> Group:
    return Group(anchor, title, advice, tuple(told[:SHOWN]), max(0, len(told) - SHOWN))
