"""What stands out, on the Summary: the most pressing cards with what to do, and the way to all of them."""

from collections.abc import Sequence
from typing import Final

from pipeline.marts.advice_model import Advice, Card
from pipeline.outputs.advice_words import SEVERITIES
from pipeline.outputs.excel.links import sheet_link
from pipeline.outputs.excel.measure import row_heights
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.rules import where

SHOWN: Final = 5
NOTHING: Final = "Nothing out of the ordinary tonight: the clan is as it always is."

_TITLE: Final = (1, 4)
_ADVICE: Final = (5, 11)
"""First and last column of a card's title and of what to do."""

_RULES: Final = (
    where('OR([severity]="Critical",[severity]="High")', "warn"),
    where('[severity]="Medium"', "top"),
    where('[severity]="Low"', "faded"),
)


def draw_cards(advice: Advice, page: Page, row: int, columns: int) -> int:
    """The cards from *row* on, *columns* wide; returns the first free row."""
    shown = advice.cards[:SHOWN]
    page.section(row, 0, columns - 1, "What stands out, and what to do about it")
    if not shown:
        page.write(row + 1, 0, NOTHING, "note")
        return _way(advice, page, row + 2)
    for at, (card, height) in enumerate(zip(shown, _heights(shown, page), strict=True), start=row + 1):
        page.heighten(at, height)
        page.write(at, 0, SEVERITIES[card.severity], "name")
        page.merge(at, _TITLE[0], at, _TITLE[1], card.title, "sentence")
        page.merge(at, _ADVICE[0], at, _ADVICE[1], card.recommendation or card.text, "sentence")
    first, last = row + 1, row + len(shown)
    for rule in _RULES:
        page.rule((first, 0, last, 0), rule, lambda _key: f"$A{first + 1}")
    return _way(advice, page, last + 1)


def _heights(shown: Sequence[Card], page: Page) -> list[float]:
    """Merged cells do not make their rows higher by themselves."""
    title, advice = (page.pixels(*place) / 7 for place in (_TITLE, _ADVICE))
    return row_heights(
        [(title, [card.title for card in shown]), (advice, [card.recommendation or card.text for card in shown])]
    )


def _way(advice: Advice, page: Page, row: int) -> int:
    """The link to all there is to do."""
    more, lines = len(advice.cards) - SHOWN, len(advice.todo)
    also = f"{more:,} more and " if more > 0 else ""
    page.merge(row, 0, row, 4, sheet_link("To do", f"To do has {also}tonight’s list of {lines:,}"), "link")
    return row + 1
