"""What a night brought, for people who read it over coffee: in the words of the page, the most personal first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.marts.model import Marts, NightGains, NightLine
from pipeline.marts.wording import capital, listed, plural
from pipeline.outputs.digest.names import Shy
from pipeline.outputs.digest.pieces import Section, new_cards, section, standing_out, tasks, to_do, trouble
from pipeline.outputs.figures import compact, number

_ABOUT_ALL: Final = frozenset({"talk", "waiting"})
_GROUPS: Final = (
    ("Congratulations", frozenset({"achievement"})),
    ("Welcome", frozenset({"joined", "arrived"})),
    ("Farewell", frozenset({"left", "departed"})),
    ("Ranks and names", frozenset({"promoted", "demoted", "role_changed", "renamed", "status"})),
)
_COUNTED: Final = (
    ("achievement", "milestone"),
    ("joined", "newcomer"),
    ("left", "leaver"),
    ("promoted", "promotion"),
)
"""What the headline counts; the other lines speak for themselves."""


@dataclass(frozen=True, slots=True)
class NightNews:
    """What a message about a night says. `is_quiet`: nothing happened that is worth one."""

    headline: str
    since: tuple[str, ...]
    sections: tuple[Section, ...]
    trouble: str
    is_quiet: bool


def night_news(marts: Marts, gained: NightGains, shy: Shy, wrong: str = "") -> NightNews:
    """The news of tonight; *wrong* is what went wrong with the run."""
    lines = marts.since_last_night.lines
    told = [line for line in lines if line.kind in _ABOUT_ALL or not _is_about(line, shy)]
    cards = new_cards(marts, shy)
    todo = tasks(marts, shy, cards)
    since = [*_earned(gained), *(f"{capital(line.text)}." for line in told if line.kind in _ABOUT_ALL)]
    groups = [
        each for title, kinds in _GROUPS for each in section(title, [line.text for line in told if line.kind in kinds])
    ]
    is_first = marts.since_last_night.since is None
    return NightNews(
        headline=_headline(lines, len(cards), len(todo)),
        since=tuple(since),
        sections=(*groups, *standing_out(cards), *to_do(todo, marts, shy)),
        trouble=trouble(marts, wrong),
        is_quiet=is_first or not (since or groups or cards or any(each.is_new for each in todo)),
    )


def _is_about(line: NightLine, shy: Shy) -> bool:
    return shy.is_one(line.player_id, line.player) or shy.is_in(line.text)


def _earned(gained: NightGains) -> list[str]:
    """What moved, in a sentence."""
    parts = [
        *([f"earned {compact(gained.xp)} XP"] if gained.xp else []),
        *([f"made {number(gained.kills)} boss {'kill' if gained.kills == 1 else 'kills'}"] if gained.kills else []),
    ]
    return [f"Members {listed(parts)}."] if parts else []


def _headline(lines: Iterable[NightLine], cards: int, todo: int) -> str:
    """What there is to read, counted, those who are not named included."""
    kinds = Counter[str](line.kind for line in lines)
    parts = [plural(kinds[kind], word) for kind, word in _COUNTED if kinds[kind]]
    parts += [plural(cards, "thing that stands out", "things that stand out")] if cards else []
    parts += [plural(todo, "thing to do", "things to do")] if todo else []
    return f"{listed(parts)}." if parts else "a calm night."
