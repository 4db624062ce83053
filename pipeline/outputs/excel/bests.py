"""The week's best and the other end of the boards, on the Summary: short lists side by side."""

from collections.abc import Sequence
from typing import Final

from pipeline.domain.metrics import HOUR, OVERALL
from pipeline.marts.model import Person, Place
from pipeline.marts.quiet import quietest
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.retention import habit
from pipeline.outputs.excel.rules import bars

BOARDS: Final = ((OVERALL, "Most experience this week"), ("ehp", "Most EHP this week"), ("ehb", "Most EHB this week"))
SHOWN: Final = 5
NOBODY_QUIET: Final = "Nobody who takes part is known to have had a quiet week."
NOBODY_FALLS: Final = "Nobody is far under their own habit."

_WIDE: Final = 4
"""Columns of a list: the place, two of the name, and what is told of them."""


def draw_bests(answers: Answers, page: Page, row: int) -> int:
    """Who gained most, by three measures; returns the first free row."""
    for number, (metric, title) in enumerate(BOARDS):
        _best(answers, page, (row, _WIDE * number), metric, title)
    return row + 1 + SHOWN


def draw_quiet(answers: Answers, page: Page, row: int) -> int:
    """Who had a quiet week, and who is far under their own habit: two reasons for a kind word; returns the first free row."""
    marts = answers.marts
    quiet = quietest(marts.people, marts.periods["7d"].window.since)
    falling = marts.advice.retention.drifting[:SHOWN]
    nothing = sum(not person.xp for person in quiet)
    page.section(row, 1, 5, f"Take part, but gained least{f' ({nothing:,} of them nothing)' if nothing else ''}")
    page.section(row, 7, 11, "Far under their own habit: ask how they are")
    _quiet(answers, page, row + 1, quiet[:SHOWN])
    for at, drift in enumerate(falling, start=row + 1):
        page.merge(at, 7, at, 8, answers.linked(drift.who.player_id, drift.who.name), "name_link")
        page.merge(at, 9, at, 11, habit(drift), "text")
    if not falling:
        page.write(row + 1, 7, NOBODY_FALLS, "note")
    return row + 1 + SHOWN


def _quiet(answers: Answers, page: Page, row: int, quiet: Sequence[Person]) -> None:
    """Their experience, their efficient hours of both sorts, and the day of their last gain."""
    if not quiet:
        page.write(row, 1, NOBODY_QUIET, "note")
        return
    for at, person in enumerate(quiet, start=row):
        page.merge(at, 1, at, 2, answers.linked(person.player_ids[0], person.name), "name_link")
        page.write(at, 3, person.xp, "xp_said")
        page.write(at, 4, ((person.ehp or 0) + (person.ehb or 0)) / HOUR, "hours_said")
        page.write(at, 5, person.last_gain_at, "day")


def _best(answers: Answers, page: Page, corner: tuple[int, int], metric: str, title: str) -> None:
    row, column = corner
    page.section(row, column + 1, column + 3, title)
    places: tuple[Place, ...] = answers.marts.boards["7d"].get(metric, ())[:SHOWN]
    if not places:
        page.write(row + 1, column + 1, "Nobody gained any.", "note")
        return
    style = "count" if metric == OVERALL else "hours"
    for offset, place in enumerate(places, start=1):
        page.write(row + offset, column, place.place, "place")
        page.merge(row + offset, column + 1, row + offset, column + 2, answers.leader(place), "name_link")
        page.write(row + offset, column + 3, answers.score(metric, place), style)
    page.rule((row + 1, column + 3, row + len(places), column + 3), bars(GREEN_SOFT))
