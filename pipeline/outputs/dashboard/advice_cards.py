"""The first half of the page To do: tonight's list, and the cards of what stands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from pipeline.marts.advice_model import Card, Evidence, Todo, TodoKind
from pipeline.marts.model import Marts
from pipeline.marts.rules import Severity
from pipeline.outputs.advice_words import CATEGORIES, SEVERITIES, confidence_word, percent
from pipeline.outputs.dashboard.advice_who import Names, Souls

CARDS: Final = 12
NAMES: Final = 5
"""People named in a line or on a card."""

PAGE: Final = "#todo/"
_OF_DISCORD: Final = frozenset({"#activity", "#helpers"})
_WAY: Final = "See who"
_WAYS: Final[Mapping[TodoKind, str]] = {"card": "See why", "thank": "See why", "answer": "See which"}
"""What a link to the place of a line is called."""

_PIPS: Final[dict[Severity, int]] = {"low": 1, "medium": 2, "high": 3, "critical": 4}


@dataclass(frozen=True, slots=True)
class Grade:
    """How pressing something is: a word, its key, and so many of four pips."""

    key: Severity
    word: str
    pips: int


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do. `about` is the title of the card it comes from; `href` is empty where there is no place for it on the page."""

    grade: Grade
    text: str
    about: str
    is_new: bool
    names: Names
    href: str
    way: str


@dataclass(frozen=True, slots=True)
class CardView:
    """A card; `anchor` is the id by which lines and other pages lead to it."""

    anchor: str
    grade: Grade
    category: str
    title: str
    text: str
    recommendation: str
    names: Names
    since: datetime
    is_new: bool
    word: str
    sure: str
    reach: str
    evidence: tuple[Evidence, ...]
    until: datetime


def grade(severity: Severity) -> Grade:
    """How pressing *severity* is."""
    return Grade(severity, SEVERITIES[severity], _PIPS[severity])


def lines(marts: Marts, souls: Souls) -> tuple[Line, ...]:
    """Everything there is to do, in its order."""
    titles = {f"{PAGE}{card.id}": card.title for card in marts.advice.cards}
    return tuple(_line(todo, titles.get(todo.href, ""), marts, souls) for todo in marts.advice.todo)


def cards(marts: Marts, souls: Souls) -> tuple[CardView, ...]:
    """The first cards."""
    night = marts.advice.last_night
    return tuple(_card(card, souls, night) for card in marts.advice.cards[:CARDS])


def place(text: str) -> str:
    """*text* as a part of an address: the same in the id of an element and behind the `#` of a link to it."""
    return quote(text, safe=":@,+", errors="replace")


def _line(todo: Todo, about: str, marts: Marts, souls: Souls) -> Line:
    return Line(
        grade(todo.severity),
        todo.text,
        about,
        todo.is_new,
        souls.names(todo.who, NAMES),
        _href(todo.href, marts),
        _WAYS.get(todo.kind, _WAY),
    )


def _href(href: str, marts: Marts) -> str:
    """*href* if its place is on the page: pages of Discord are not always there, and only the first cards are."""
    if href in _OF_DISCORD:
        return href if marts.talk is not None else ""
    if not href.startswith(PAGE):
        return href
    spot = href.removeprefix(PAGE)
    later = {card.id for card in marts.advice.cards[CARDS:]}
    return "" if spot in later else f"{PAGE}{place(spot)}"


def _card(card: Card, souls: Souls, last_night: datetime | None) -> CardView:
    return CardView(
        anchor=f"todo/{place(card.id)}",
        grade=grade(card.severity),
        category=CATEGORIES[card.category],
        title=card.title,
        text=card.text,
        recommendation=card.recommendation,
        names=souls.names(card.who, NAMES),
        since=card.created_at,
        is_new=last_night is not None and card.created_at > last_night,
        word=confidence_word(card.confidence),
        sure=_sure(card.confidence),
        reach=_reach(card.impact, card.touches),
        evidence=card.evidence,
        until=card.expires_at,
    )


def _sure(confidence: float) -> str:
    if confidence >= 1:
        return "This was counted, so chance has no part in it."
    return f"With {percent(confidence)} confidence this is more than chance."


def _reach(impact: float, touches: str) -> str:
    """What share it touches, and of what; nothing where that is nothing."""
    return f"It touches about {max(1, round(100 * impact))} % of {touches}." if impact > 0 else ""
