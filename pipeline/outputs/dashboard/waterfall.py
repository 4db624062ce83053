"""Why the clan's total moved, in words and as bars that add up to the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.marts.model import Bridge
from pipeline.outputs.bridge_words import headline, sentences
from pipeline.outputs.figures import compact, number, plural, signed

WIDTH: Final = 1000
"""The bars' own units: wide enough that a rounded coordinate is invisible."""

Tone = Literal["earned", "came", "went", "total"]
"""Work is told apart from what only came or went along with people."""


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: from where the step before ended, *width* wide, starting at *x*."""

    key: str
    label: str
    note: str
    short: str
    exact: str
    tone: Tone
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bridge, ready to show. `zero` is where nothing changed; `known` is False before there is a week to compare."""

    known: bool
    headline: str
    sentences: tuple[str, ...]
    steps: tuple[Step, ...]
    zero: int


def waterfall(bridge: Bridge) -> Waterfall:
    """*bridge* as a headline, sentences and bars."""
    if not (bridge.total_start or bridge.total_end):
        return Waterfall(False, "There is no week to compare yet.", (), (), 0)
    terms = _terms(bridge)
    levels = [0]
    for _key, _label, _note, value in terms:
        levels.append(levels[-1] + value)
    low, high = min(levels), max(levels)
    spread = max(high - low, 1)

    def across(value: int) -> int:
        return (value - low) * WIDTH // spread

    steps = [
        _step(term, across(min(start, end)), across(max(start, end)))
        for term, start, end in zip(terms, levels, levels[1:], strict=False)
        if term[3]
    ]
    total = _step(
        ("change", "Change", "all of the above", bridge.change),
        across(min(0, bridge.change)),
        across(max(0, bridge.change)),
        "total",
    )
    return Waterfall(True, headline(bridge), tuple(sentences(bridge)), (*steps, total), across(0))


Term = tuple[str, str, str, int]


def _terms(bridge: Bridge) -> Sequence[Term]:
    return (
        ("earned", "Earned by members", f"by {plural(bridge.same_count, 'member')} here all week", bridge.same_members),
        ("recruited", "Brought by recruits", plural(bridge.joined_count, "account"), bridge.joiners),
        ("lost", "Taken along by leavers", plural(bridge.left_count, "account"), bridge.leavers),
        ("visible", "Seen for the first time", plural(bridge.newly_visible_count, "account"), bridge.newly_visible),
        ("gap", "Between the looks", "before the week's first look", bridge.tracking_gap),
    )


def _step(term: Term, start: int, end: int, tone: Tone | None = None) -> Step:
    key, label, note, value = term
    return Step(
        key,
        label,
        note,
        signed(compact(value), value),
        signed(number(value), value),
        tone or ("earned" if key == "earned" else "came" if value > 0 else "went"),
        start,
        max(end - start, 3),
    )
