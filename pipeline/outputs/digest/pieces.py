"""What messages about a night and about a week share: sections of lines, what stands out, what there is to do, and what went wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.marts.advice_model import Card, Todo
from pipeline.marts.model import Marts
from pipeline.marts.wording import Calendar, listed
from pipeline.outputs.digest.markdown import clipped
from pipeline.outputs.digest.names import Shy, few
from pipeline.outputs.trust import NAMES

LINES: Final = 8
"""Lines of a section; more are counted."""
TASKS: Final = 5
CARDS: Final = 3
LONGEST: Final = 600
"""Letters of what went wrong."""
TODO: Final = "To do tonight"
CARD: Final = "#todo/"


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a title; `more` says how many are left out, empty: none."""

    title: str
    lines: tuple[str, ...]
    more: str = ""


def section(title: str, lines: Sequence[str], most: int = LINES) -> list[Section]:
    """The first *most* of *lines* under *title*; nothing without lines."""
    left = len(lines) - most
    return [Section(title, tuple(lines[:most]), f"and {left:,} more" if left > 0 else "")] if lines else []


def new_cards(marts: Marts, shy: Shy) -> list[Card]:
    """What stands out since tonight."""
    last = marts.advice.last_night
    return [
        card for card in marts.advice.open_cards if last is not None and card.created_at > last and shy.spares(card)
    ]


def standing_out(cards: Iterable[Card]) -> list[Section]:
    """What *cards* tell, and what to do about it."""
    lines = [f"{card.title}: {' '.join(filter(None, (card.text, card.recommendation)))}" for card in cards]
    return section("New tonight", lines, CARDS)


def tasks(marts: Marts, shy: Shy, without: Iterable[Card] = ()) -> list[Todo]:
    """What there is to do, in the order of the page; *without* what is told of elsewhere, and of whom nobody may be told."""
    told = {f"{CARD}{card.id}" for card in without}
    kept = {f"{CARD}{card.id}" for card in marts.advice.open_cards if shy.spares(card)}
    return [each for each in marts.advice.todo if each.href not in told and (each.kind != "card" or each.href in kept)]


def to_do(todo: Iterable[Todo], marts: Marts, shy: Shy) -> list[Section]:
    """The first of *todo*, with the people whom it is about."""
    titles = {f"{CARD}{card.id}": card.title for card in marts.advice.cards}
    return section(TODO, [_task(each, titles.get(each.href), shy) for each in todo], TASKS)


def _task(todo: Todo, title: str | None, shy: Shy) -> str:
    """A card's advice stands behind its title, which says what it is about."""
    names = shy.shown(todo.who)
    who = f" ({few(names, todo.count)})" if names and not title else ""
    return f"{title}: {todo.text}" if title else f"{todo.text}{who}"


def trouble(marts: Marts, said: str) -> str:
    """What is not well tonight, in a line: what was *said* of the run, else which source is silent; empty: all is well."""
    if said:
        return clipped(said, LONGEST)
    calendar = Calendar(ZoneInfo(marts.clan.time_zone), marts.as_of)
    return listed(
        [
            f"{NAMES[source.source]} was never read"
            if source.fetched_at is None
            else f"{NAMES[source.source]} has been silent since {calendar.day(source.fetched_at)}"
            for source in marts.freshness.sources
            if source.state != "fresh"
        ]
    )
