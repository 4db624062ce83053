"""The clan week by week. Most nights write none of it: only the dashboard's history assembles the past."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.marts.model import HistoryWeek, Marts, Person
from pipeline.outputs.exports.members import PERSON_FIELDS
from pipeline.outputs.exports.resource import METRIC, OF_METRIC, Field, Resource, same, within
from pipeline.outputs.exports.units import Units

Then = tuple[HistoryWeek, Person]
"""A person as they were at the end of a week."""

_WEEK: Final = same("week", "history_weeks", "since")


class Total(NamedTuple):
    """What the members of a week gained together of a metric, in people's units."""

    week: HistoryWeek
    metric: str
    gained: int | float | None


def is_told(marts: Marts) -> bool:
    """Whether the past was assembled."""
    return bool(marts.history.weeks)


def _people(marts: Marts) -> Iterator[Then]:
    return ((week, person) for week in marts.history.weeks for person in week.people)


def _totals(marts: Marts) -> Iterator[Total]:
    units = Units(marts)
    for metric, totals in marts.history.totals.items():
        shown = units.of(metric)
        for week, gained in zip(marts.history.weeks, totals, strict=True):
            yield Total(week, metric, shown(gained))


WEEKS: Final = Resource[HistoryWeek](
    "history_weeks",
    "Weeks of the history",
    "The oldest first; the last is the present one.",
    lambda marts: marts.history.weeks,
    (
        Field[HistoryWeek]("since", "datetime", "Its first instant.", lambda w: w.window.since),
        Field[HistoryWeek]("until", "datetime", "The first instant after it.", lambda w: w.window.until),
        Field[HistoryWeek]("members", "integer", "People in the clan at its end.", lambda w: len(w.people), "people"),
    ),
    ("since",),
    known=is_told,
)

PEOPLE: Final = Resource[Then](
    "history_people",
    "Members week by week",
    "people.csv as it was at the end of each week: its numbers are that week's, the rest is what was known then.",
    _people,
    (
        Field[Then]("week", "datetime", "First instant of the week: history_weeks.csv.", lambda row: row[0].window.since),
        *(within(field, lambda row: row[1]) for field in PERSON_FIELDS),
    ),
    ("week", "person_id"),
    (_WEEK,),
    is_told,
)  # fmt: skip

TOTALS: Final = Resource[Total](
    "history_totals",
    "Gains of the clan week by week",
    "What the members of each week gained together in it, of each metric in which anybody did.",
    _totals,
    (
        Field[Total]("week", "datetime", "First instant of the week: history_weeks.csv.", lambda row: row.week.window.since),
        Field[Total]("metric", "string", "Metric: metrics.csv.", lambda row: row.metric),
        Field[Total]("gained", "number", "What they gained together.", lambda row: row.gained, OF_METRIC),
    ),
    ("week", "metric"),
    (_WEEK, METRIC),
    is_told,
)  # fmt: skip

TABLES: Final = (WEEKS, PEOPLE, TOTALS)
