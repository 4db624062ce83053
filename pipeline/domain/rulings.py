"""What follows from a decision and for how long: the rules behind To do."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from pipeline.domain.decisions import CHOICES, Choice, EntryKind

FITS: Final[Mapping[EntryKind, frozenset[Choice]]] = {
    "remove": frozenset({"keep", "remove", "leave", "not_yet", "done"}),
    "slot": frozenset({"keep", "remove", "not_yet", "done"}),
    "role": frozenset({"keep", "remove", "not_yet", "done"}),
    "promote": frozenset({"keep", "promote", "not_yet", "done"}),
    "rank": frozenset({"keep", "not_yet", "done"}),
    "answer": frozenset({"keep", "not_yet", "reject", "done"}),
    "identify": frozenset({"confirm", "reject", "not_yet", "done"}),
    "card": frozenset({"keep", "not_yet", "done"}),
    "thank": frozenset({"not_yet", "done"}),
    "drift": frozenset({"keep", "not_yet", "done"}),
    "return": frozenset({"keep", "not_yet", "done"}),
    "star": frozenset({"keep", "not_yet", "done"}),
    "milestone": frozenset({"not_yet", "done"}),
}
"""What can be decided about each kind of entry. Anything else is told as a mistake, and nothing follows from it."""

LEAVE: Final = timedelta(days=30)
"""A leave without a date, and "Not yet": so long nobody is asked again."""

SEEN_TO: Final = timedelta(days=3)
"""What was done in the game or in Discord should be seen within so many days, else it is asked again."""

_IS_SEEN: Final = frozenset({"remove", "slot", "role", "promote", "rank"})
"""Kinds of which our own sources tell when they are done."""

_DONE: Final[Mapping[str, timedelta]] = {
    "thank": timedelta(days=7),
    "milestone": timedelta(days=7),
    "identify": LEAVE,
    "drift": LEAVE,
    "return": LEAVE,
    "star": LEAVE,
}
"""How long "Done" keeps the others off the list; an answered question and a card for good."""

_QUIET: Final = frozenset({"keep", "leave", "not_yet", "done", "reject"})
"""Decisions that take an entry off the list for as long as they hold."""


def fits(kind: str, choice: Choice) -> bool:
    """Whether *choice* can be decided about an entry of *kind*."""
    return choice in FITS.get(kind, ())  # type: ignore[call-overload]    # of a kind that nobody knows any more nothing fits


def words_that_fit(kind: str) -> list[str]:
    """The words of the list that can be decided about an entry of *kind*, in their order."""
    return [word for choice, word in CHOICES.items() if fits(kind, choice)]


def last_day(kind: str, choice: Choice, decided_on: date, until: date | None) -> date | None:
    """The last day on which *choice* holds, by the clan's calendar; None: for as long as the matter is the same."""
    if until is not None and choice in ("keep", "leave", "not_yet"):
        return until
    if choice in ("leave", "not_yet"):
        return decided_on + LEAVE
    if choice == "done":
        lasts = SEEN_TO if kind in _IS_SEEN else _DONE.get(kind)
        return None if lasts is None else decided_on + lasts
    return None


def silences(choice: Choice) -> bool:
    """Whether *choice* takes its entry off the list for as long as it holds; the others wait there to be seen done."""
    return choice in _QUIET
