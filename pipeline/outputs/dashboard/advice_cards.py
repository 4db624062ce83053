"""The cards of what stands out, as the Overview and the page To do show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from pipeline.marts.advice_model import Card, Evidence
from pipeline.marts.model import Marts
from pipeline.marts.rules import Severity
from pipeline.outputs.advice_words import CATEGORIES, SEVERITIES, confidence_word, percent
from pipeline.outputs.dashboard.advice_who import Names, Souls
from pipeline.outputs.dashboard.messages import Messages

CARDS: Final = 12
NAMES: Final = 5
"""People named on a card."""

_PIPS: Final[dict[Severity, int]] = {"low": 1, "medium": 2, "high": 3, "critical": 4}


@dataclass(frozen=True, slots=True)
class Grade:
    """How pressing something is: a word, its key, and so many of four pips."""

    key: Severity
    word: str
    pips: int


@dataclass(frozen=True, slots=True)
class CardView:
    """A card; `anchor` is the id by which other pages lead to it, `message` is ready to be copied.

    What `is_counted` goes as soon as it is no longer true; what was found by a test stays `until` then. `flips_if` may be empty.
    """

    anchor: str
    grade: Grade
    category: str
    title: str
    text: str
    recommendation: str
    message: str
    names: Names
    since: datetime
    is_new: bool
    word: str
    sure: str
    is_counted: bool
    flips_if: str
    reach: str
    evidence: tuple[Evidence, ...]
    until: datetime


def grade(severity: Severity) -> Grade:
    """How pressing *severity* is."""
    return Grade(severity, SEVERITIES[severity], _PIPS[severity])


def cards(marts: Marts, souls: Souls) -> tuple[CardView, ...]:
    """The first cards."""
    night, messages = marts.advice.last_night, Messages(marts)
    return tuple(_card(card, souls, messages, night) for card in marts.advice.open_cards[:CARDS])


def place(text: str) -> str:
    """*text* as a part of an address: the same in the id of an element and behind the `#` of a link to it."""
    return quote(text, safe=":@,+", errors="replace")


def _card(card: Card, souls: Souls, messages: Messages, last_night: datetime | None) -> CardView:
    return CardView(
        anchor=f"todo/{place(card.id)}",
        grade=grade(card.severity),
        category=CATEGORIES[card.category],
        title=card.title,
        text=card.text,
        recommendation=card.recommendation,
        message=messages.finding(card.title, card.text, card.recommendation),
        names=souls.names(card.who, NAMES),
        since=card.created_at,
        is_new=last_night is not None and card.created_at > last_night,
        word=confidence_word(card.confidence),
        sure=_sure(card.confidence),
        is_counted=card.confidence >= 1,
        flips_if=card.flips_if,
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
