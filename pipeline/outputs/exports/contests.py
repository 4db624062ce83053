"""What was reached, and who won: achievements and competitions."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.marts.model import AchievementLine, CompetitionRow, CompetitionView, Marts
from pipeline.outputs.exports.resource import Field, Resource, same
from pipeline.outputs.exports.units import Units

Reached = tuple[int, AchievementLine]
"""An achievement with its number in the list."""


def _achievements(marts: Marts) -> Iterator[Reached]:
    return enumerate(marts.achievements, start=1)


ACHIEVEMENTS: Final = Resource[Reached](
    "achievements",
    "Achievements",
    "Thresholds that members reached, as Wise Old Man tells them.",
    _achievements,
    (
        Field[Reached]("number", "integer", "Place in the list.", lambda row: row[0], "place"),
        Field[Reached]("player_id", "integer", "Account.", lambda row: row[1].player_id),
        Field[Reached]("player", "string", "Its name.", lambda row: row[1].player),
        Field[Reached]("title", "string", "What was reached.", lambda row: row[1].title),
        Field[Reached]("metric", "string", "Metric it is of.", lambda row: row[1].metric),
        Field[Reached]("achieved_at", "datetime", "When; empty: nobody knows.", lambda row: row[1].achieved_at),
    ),
    ("number",),
)

COMPETITIONS: Final = Resource[CompetitionView](
    "competitions",
    "Competitions",
    "The clan's contests; their scores stand in participations.csv.",
    lambda marts: marts.competitions,
    (
        Field[CompetitionView]("id", "integer", "Its id at Wise Old Man.", lambda c: c.id),
        Field[CompetitionView]("title", "string", "Its title.", lambda c: c.title),
        Field[CompetitionView]("type", "string", "Classic, team and the like.", lambda c: c.type),
        Field[CompetitionView]("metrics", "string", "Keys of its metrics, parted by commas; scores are in the unit of the first.", lambda c: ",".join(c.metrics)),
        Field[CompetitionView]("starts_at", "datetime", "Its first instant.", lambda c: c.starts_at),
        Field[CompetitionView]("ends_at", "datetime", "The first instant after it.", lambda c: c.ends_at),
        Field[CompetitionView]("state", "string", "Where the night stands in it.", lambda c: c.state, among=("upcoming", "ongoing", "finished")),
        Field[CompetitionView]("participants", "integer", "Accounts that take part.", lambda c: c.participants, "accounts"),
    ),
    ("id",),
)  # fmt: skip


class Score(NamedTuple):
    """A participant of a contest, what they gained in people's units."""

    contest: CompetitionView
    row: CompetitionRow
    gained: int | float | None


def _participations(marts: Marts) -> Iterator[Score]:
    units = Units(marts)
    for contest in marts.competitions:
        shown = units.of(contest.metrics[0] if contest.metrics else "")
        for row in contest.rows:
            yield Score(contest, row, shown(row.gained))


PARTICIPATIONS: Final = Resource[Score](
    "participations",
    "Participations",
    "Who gained something in a competition, best first; ties share a place.",
    _participations,
    (
        Field[Score]("competition_id", "integer", "Competition: competitions.csv.", lambda s: s.contest.id),
        Field[Score]("place", "integer", "1 gained most.", lambda s: s.row.place, "place"),
        Field[Score]("player_id", "integer", "Account.", lambda s: s.row.player_id),
        Field[Score]("player", "string", "Its name.", lambda s: s.row.player),
        Field[Score]("team", "string", "Its team, where there are any.", lambda s: s.row.team),
        Field[Score]("gained", "number", "Its score.", lambda s: s.gained, "that of the competition's first metric (competitions.csv)"),
    ),
    ("competition_id", "player_id"),
    (same("competition_id", "competitions", "id"),),
)  # fmt: skip

TABLES: Final = (ACHIEVEMENTS, COMPETITIONS, PARTICIPATIONS)
