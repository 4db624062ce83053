"""Formulas of the clan, thresholds that were crossed, and those that come."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.marts.advice_model import FormulaBoard, FormulaRow, HitRate, Milestone, Upcoming
from pipeline.marts.model import Marts
from pipeline.outputs.exports.resource import METRIC, OF_METRIC, Field, Resource, same
from pipeline.outputs.exports.units import Units

FORMULAS: Final = Resource[FormulaBoard](
    "formulas",
    "Formulas",
    "The formulas of clan.toml; their values stand in formula_values.csv.",
    lambda marts: marts.advice.formulas,
    (
        Field[FormulaBoard]("name", "string", "Its name.", lambda f: f.name),
        Field[FormulaBoard]("text", "string", "The expression.", lambda f: f.text),
        Field[FormulaBoard]("unknown", "integer", "Of how many people a fact it needs is not known.", lambda f: f.unknown, "people"),
    ),
    ("name",),
)  # fmt: skip

Valued = tuple[FormulaBoard, FormulaRow]


def _values(marts: Marts) -> Iterator[Valued]:
    return ((board, row) for board in marts.advice.formulas for row in board.rows)


FORMULA_VALUES: Final = Resource[Valued](
    "formula_values",
    "Values of the formulas",
    "What each formula gives for each person, best first.",
    _values,
    (
        Field[Valued]("formula", "string", "Formula: formulas.csv.", lambda row: row[0].name),
        Field[Valued]("place", "integer", "1 is the best; ties share a place.", lambda row: row[1].place, "place"),
        Field[Valued]("person_id", "integer", "Who.", lambda row: row[1].who.person_id),
        Field[Valued]("player_id", "integer", "Their main account.", lambda row: row[1].who.player_id),
        Field[Valued]("name", "string", "Its name.", lambda row: row[1].who.name),
        Field[Valued]("value", "number", "What the formula gives.", lambda row: row[1].value, "that of the formula"),
    ),
    ("formula", "person_id"),
    (same("formula", "formulas", "name"),),
)


class Crossed(NamedTuple):
    """A milestone with its number in the list, the threshold in people's units."""

    number: int
    line: Milestone
    threshold: int | float | None


class Coming(NamedTuple):
    """A forecast with its number in the list, threshold and value in people's units."""

    number: int
    line: Upcoming
    threshold: int | float | None
    value: int | float | None


def _milestones(marts: Marts) -> Iterator[Crossed]:
    units = Units(marts)
    for number, line in enumerate(marts.advice.milestones, start=1):
        yield Crossed(number, line, units.of(line.metric)(line.threshold))


def _upcoming(marts: Marts) -> Iterator[Coming]:
    units = Units(marts)
    for number, line in enumerate(marts.advice.upcoming, start=1):
        shown = units.of(line.metric)
        yield Coming(number, line, shown(line.threshold), shown(line.value))


MILESTONES: Final = Resource[Crossed](
    "milestones",
    "Milestones",
    "Thresholds that were crossed between two looks.",
    _milestones,
    (
        Field[Crossed]("number", "integer", "Place in the list.", lambda row: row.number, "place"),
        Field[Crossed]("player_id", "integer", "Account.", lambda row: row.line.player_id),
        Field[Crossed]("player", "string", "Its name.", lambda row: row.line.player),
        Field[Crossed]("title", "string", "What was reached.", lambda row: row.line.title),
        Field[Crossed]("metric", "string", "Metric it is of.", lambda row: row.line.metric),
        Field[Crossed]("threshold", "number", "The value that was reached.", lambda row: row.threshold, OF_METRIC),
        Field[Crossed]("after_at", "datetime", "The look before it; empty: there was none.", lambda row: row.line.after_at),
        Field[Crossed]("by_at", "datetime", "The look that first saw it.", lambda row: row.line.by_at),
        Field[Crossed]("told_by", "string", "Who tells of it: Wise Old Man, our looks, or both.", lambda row: row.line.told_by, among=("wom", "looks", "both")),
    ),
    ("number",),
    (METRIC,),
)  # fmt: skip

UPCOMING: Final = Resource[Coming](
    "upcoming",
    "Milestones ahead",
    "Thresholds that come, with their forecasts: with a chance of 10, 50 and 90 % they are reached by these instants.",
    _upcoming,
    (
        Field[Coming]("number", "integer", "Place in the list.", lambda row: row.number, "place"),
        Field[Coming]("player_id", "integer", "Account.", lambda row: row.line.player_id),
        Field[Coming]("player", "string", "Its name.", lambda row: row.line.player),
        Field[Coming]("title", "string", "What comes.", lambda row: row.line.title),
        Field[Coming]("metric", "string", "Metric it is of.", lambda row: row.line.metric),
        Field[Coming]("threshold", "number", "The value to reach.", lambda row: row.threshold, OF_METRIC),
        Field[Coming]("value", "number", "The present value.", lambda row: row.value, OF_METRIC),
        Field[Coming]("made_at", "datetime", "When the forecast was made.", lambda row: row.line.made_at),
        Field[Coming]("low_at", "datetime", "In one of ten cases it comes before.", lambda row: row.line.low_at),
        Field[Coming]("mid_at", "datetime", "In half of the cases it comes before.", lambda row: row.line.mid_at),
        Field[Coming]("high_at", "datetime", "In nine of ten cases it comes before; empty: that is more than a year away.", lambda row: row.line.high_at),
    ),
    ("number",),
    (METRIC,),
)  # fmt: skip

HITS: Final = Resource[HitRate](
    "forecast_hits",
    "What became of forecasts",
    "One row: past forecasts whose milestones were reached.",
    lambda marts: (marts.advice.hit_rate,),
    (
        Field[HitRate]("resolved", "integer", "Forecasts of which it is known what became of them.", lambda h: h.resolved, "forecasts"),
        Field[HitRate]("inside", "integer", "Came between their 10 % and 90 % dates.", lambda h: h.inside, "forecasts"),
        Field[HitRate]("early", "integer", "Came earlier.", lambda h: h.early, "forecasts"),
        Field[HitRate]("late", "integer", "Came later.", lambda h: h.late, "forecasts"),
    ),
    ("resolved",),
)  # fmt: skip

TABLES: Final = (FORMULAS, FORMULA_VALUES, MILESTONES, UPCOMING, HITS)
