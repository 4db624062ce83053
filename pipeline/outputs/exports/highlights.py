"""Bosses and skills at a glance."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.marts.model import Highlight, Marts
from pipeline.outputs.exports.resource import METRIC, OF_METRIC, Field, Resource, same
from pipeline.outputs.exports.units import Units

Number = int | float


class Glance(NamedTuple):
    """A highlight with its place on its list, and the metric's totals in people's units."""

    place: int
    line: Highlight
    week_total: Number | None
    month_total: Number | None
    led: Number | None
    held: Number | None


def _highlights(marts: Marts) -> Iterator[Glance]:
    units = Units(marts)
    for lines in (marts.bosses, marts.skills):
        for place, line in enumerate(lines, start=1):
            shown, led, held = units.of(line.metric), line.week_leader, line.holder
            yield Glance(
                place,
                line,
                shown(line.week_total),
                shown(line.month_total),
                shown(led.value if led else None),
                shown(held.value if held else None),
            )


HIGHLIGHTS: Final = Resource[Glance](
    "highlights",
    "Bosses and skills at a glance",
    "One row for each boss and each skill in which anybody of the clan is ranked, the busiest of the week first of its kind.",
    _highlights,
    (
        Field[Glance]("metric", "string", "Metric: metrics.csv.", lambda row: row.line.metric),
        Field[Glance]("place", "integer", "Place among its kind, bosses or skills.", lambda row: row.place, "place"),
        Field[Glance]("week_total", "number", "Gained by the clan in 7 days.", lambda row: row.week_total, OF_METRIC),
        Field[Glance]("month_total", "number", "Gained by the clan in 30 days.", lambda row: row.month_total, OF_METRIC),
        Field[Glance]("week_players", "integer", "Accounts that gained any in 7 days.", lambda row: row.line.week_players, "accounts"),
        Field[Glance]("week_leader_id", "integer", "Account that gained most in 7 days.", lambda row: row.line.week_leader.player_id if row.line.week_leader else None),
        Field[Glance]("week_leader_gained", "number", "What it gained.", lambda row: row.led, OF_METRIC),
        Field[Glance]("holder_id", "integer", "Account that holds most.", lambda row: row.line.holder.player_id if row.line.holder else None),
        Field[Glance]("holder_value", "number", "What it holds.", lambda row: row.held, OF_METRIC),
    ),
    ("metric",),
    (METRIC, same("week_leader_id", "members", "player_id"), same("holder_id", "members", "player_id")),
)  # fmt: skip

TABLES: Final = (HIGHLIGHTS,)
