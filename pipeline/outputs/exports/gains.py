"""What every account gained and holds, metric by metric: long tables."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from pipeline.marts.model import Coverage, Marts
from pipeline.outputs.exports.resource import METRIC, OF_METRIC, PERIOD, PLAYER, Field, Resource
from pipeline.outputs.exports.units import Units

Number = int | float


class Look(NamedTuple):
    """How a period saw an account; `compared`: it was looked at twice, so that its gains are known."""

    period: str
    player_id: int
    coverage: Coverage
    compared: bool


class Gained(NamedTuple):
    """A gain and its place among those of the clan, in people's units."""

    period: str
    player_id: int
    metric: str
    gained: Number | None
    start: Number | None
    end: Number | None
    coverage: Coverage
    newly_ranked: bool | None
    place: int | None


class Standing(NamedTuple):
    """What an account holds, in people's units, and its place in the clan."""

    metric: str
    place: int
    player_id: int
    value: Number | None


def _looks(marts: Marts) -> Iterator[Look]:
    for key, period in marts.periods.items():
        for player_id, coverage in period.looks.items():
            yield Look(key, player_id, coverage, player_id in period.gains)


def _gains(marts: Marts) -> Iterator[Gained]:
    units = Units(marts)
    for key, period in marts.periods.items():
        boards = marts.boards.get(key, {})
        # a night has a hundred thousand gains of a hundred metrics: what can be found by metric is
        known = {
            metric: (units.of(metric), {row.player_id: row.place for row in boards.get(metric, ())})
            for metric in {metric for gains in period.gains.values() for metric in gains}
        }
        for player_id, gains in period.gains.items():
            look = period.looks[player_id]
            for metric, (gained, start, end, fresh) in gains.items():
                shown, places = known[metric]
                yield Gained(
                    key, player_id, metric, shown(gained), shown(start), shown(end), look, fresh, places.get(player_id)
                )


def _standings(marts: Marts) -> Iterator[Standing]:
    units = Units(marts)
    for metric, board in marts.standings.items():
        shown = units.of(metric)
        for place, player_id, value in board:
            yield Standing(metric, place, player_id, shown(value))


LOOKS: Final = Resource[Look](
    "looks",
    "Looks",
    "The first and the last look at each account in each period. Who is not here was not looked at.",
    _looks,
    (
        Field[Look]("period", "string", "Period: periods.csv.", lambda row: row.period),
        Field[Look]("player_id", "integer", "Account.", lambda row: row.player_id),
        Field[Look]("start_at", "datetime", "The first look.", lambda row: row.coverage.start_at),
        Field[Look]("end_at", "datetime", "The last look.", lambda row: row.coverage.end_at),
        Field[Look]("compared", "boolean", "Whether there were two looks: then what gains.csv leaves out is 0, else it is unknown.", lambda row: row.compared),
    ),
    ("period", "player_id"),
    (PERIOD, PLAYER),
)  # fmt: skip

GAINS: Final = Resource[Gained](
    "gains",
    "Gains",
    "What each account gained of each metric in each period, and its place by that, by Wise Old Man's rule. Gains of 0 are left out: looks.csv tells them from gains that nobody knows.",
    _gains,
    (
        Field[Gained]("period", "string", "Period: periods.csv.", lambda row: row.period),
        Field[Gained]("player_id", "integer", "Account.", lambda row: row.player_id),
        Field[Gained]("metric", "string", "Metric: metrics.csv.", lambda row: row.metric),
        Field[Gained]("gained", "number", "Progress between the two looks.", lambda row: row.gained, OF_METRIC),
        Field[Gained]("place", "integer", "Place in the clan by what was gained, 1 gained most; ties share a place.", lambda row: row.place, "place"),
        Field[Gained]("start", "number", "Value at the first look; empty: unranked.", lambda row: row.start, OF_METRIC),
        Field[Gained]("end", "number", "Value at the last look.", lambda row: row.end, OF_METRIC),
        Field[Gained]("start_at", "datetime", "The first look.", lambda row: row.coverage.start_at),
        Field[Gained]("end_at", "datetime", "The last look.", lambda row: row.coverage.end_at),
        Field[Gained]("newly_ranked", "boolean", "Whether it entered the hiscores in between; empty: the start was 0 or unranked, nobody knows.", lambda row: row.newly_ranked),
    ),
    ("period", "player_id", "metric"),
    (PERIOD, PLAYER, METRIC),
)  # fmt: skip

STANDINGS: Final = Resource[Standing](
    "standings",
    "Standings",
    "What each account holds now of each metric in which it is ranked, and its place in the clan; ties share a place.",
    _standings,
    (
        Field[Standing]("metric", "string", "Metric: metrics.csv.", lambda row: row.metric),
        Field[Standing]("place", "integer", "1 holds most.", lambda row: row.place, "place"),
        Field[Standing]("player_id", "integer", "Account.", lambda row: row.player_id),
        Field[Standing]("value", "number", "What it holds.", lambda row: row.value, OF_METRIC),
    ),
    ("metric", "player_id"),
    (METRIC, PLAYER),
)

Day = tuple[int, date, int]
"""An account, a UTC day, and its overall experience at the end of it."""


def _series(marts: Marts) -> Iterator[Day]:
    for player_id, days in marts.series.items():
        for on, experience in days:
            yield player_id, on, experience


SERIES: Final = Resource[Day](
    "series",
    "Experience day by day",
    "Overall experience of each account at the end of the UTC days on which it moved, over the last year.",
    _series,
    (
        Field[Day]("player_id", "integer", "Account.", lambda row: row[0]),
        Field[Day]("on", "date", "The day, UTC.", lambda row: row[1]),
        Field[Day]("experience", "integer", "Overall experience held at its end.", lambda row: row[2], "experience"),
    ),
    ("player_id", "on"),
    (PLAYER,),
)


TABLES: Final = (LOOKS, GAINS, STANDINGS, SERIES)
