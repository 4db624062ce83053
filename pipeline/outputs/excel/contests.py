"""The sheet Competitions: every contest with who won it, and below them all standings as one long table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipeline.marts.model import CompetitionRow, CompetitionView
from pipeline.outputs.excel.answers import UNITS, Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.links import contest_link
from pipeline.outputs.excel.rules import bars, where
from pipeline.outputs.excel.sheet import Column, Sheet, Table, Value

_NOTE: Final = "Who won what, and what comes next? Below stand all places of all contests: filter them by contest or by name, also before you print."
_NONE: Final = "The clan has had no competition yet. Make one at Wise Old Man: it appears here the night after."
_NOBODY: Final = "Nobody has gained anything in a competition yet."
_STATES: Final[Mapping[Literal["upcoming", "ongoing", "finished"], str]] = {
    "upcoming": "To come", "ongoing": "Running", "finished": "Over",
}  # fmt: skip
_STATE_RULES: Final = (
    where('[state]="Running"', "good"),
    where('[state]="To come"', "top"),
    where('[state]="Over"', "faded"),
)
_HOURS: Final = (where('[unit]="hours"', "in_hours"),)
"""Hours have decimals, kills and experience have none: the format follows the unit, also after sorting."""

_PODIUM: Final = ("First", "Second", "Third")


@dataclass(frozen=True, slots=True)
class _Standing:
    """A place in a contest."""

    contest: CompetitionView
    row: CompetitionRow


def contests_sheet(answers: Answers) -> Sheet:
    """The contests and their standings."""
    contests = _contests(answers)
    tables: tuple[Table[Any], ...] = (contests, _standings(answers)) if contests.rows else (contests,)
    return Sheet("Competitions", _NOTE, tables, frozen=1, parts=True)


def _contests(answers: Answers) -> Table[CompetitionView]:
    contests = answers.marts.competitions
    columns = (
        Column[CompetitionView]("contest", "Contest", contest_link, "name_link", 28),
        Column[CompetitionView]("state", "State", lambda c: _STATES[c.state], width=11, rules=_STATE_RULES),
        Column[CompetitionView]("measured", "Measured in", lambda c: _measured(answers, c), "text", 20),
        Column[CompetitionView]("starts", "Starts", lambda c: c.starts_at, "day"),
        Column[CompetitionView]("ends", "Ends", lambda c: c.ends_at, "day"),
        Column[CompetitionView]("participants", "Taking part", lambda c: c.participants, "count", 9),
        Column[CompetitionView]("gained", "Gained something", lambda c: len(c.rows), "count", 11),
        *(_place(answers, number) for number in range(len(_PODIUM))),
        Column[CompetitionView]("best", "First one's gain", lambda c: _best(answers, c), "count", 12, _HOURS),
        Column[CompetitionView]("unit", "Unit", lambda c: _unit(answers, c)),
        *((Column[CompetitionView]("team", "Leading team", _team, width=16),) if _has_teams(contests) else ()),
    )
    return Table("Contests", "Contests", columns, contests, _NONE)


def _place(answers: Answers, number: int) -> Column[CompetitionView]:
    """Who stands at *number* from the top; of a running contest it is who leads."""

    def who(contest: CompetitionView) -> Value:
        if number >= len(contest.rows):
            return None
        row = contest.rows[number]
        return answers.linked(row.player_id, row.player)

    return Column(_PODIUM[number].lower(), _PODIUM[number], who, "name_link", 15)


def _standings(answers: Answers) -> Table[_Standing]:
    rows = list(_rows(answers.marts.competitions))
    columns = (
        Column[_Standing]("contest", "Contest", lambda row: row.contest.title, "name"),
        Column[_Standing]("place", "Place", lambda row: row.row.place, "count", rules=(where("[place]<=3", "top"),)),
        Column[_Standing]("name", "Name", lambda row: answers.linked(row.row.player_id, row.row.player), "name_link"),
        Column[_Standing](
            "value", "Gained", lambda row: _in_units(answers, row.contest, row.row.gained), "count", 14, _HOURS
        ),
        Column[_Standing]("share", "Of the first one’s", _share, "share", rules=(bars(GREEN_SOFT),)),
        Column[_Standing]("unit", "Unit", lambda row: _unit(answers, row.contest)),
        *(
            (Column[_Standing]("team", "Team", lambda row: row.row.team),)
            if _has_teams(answers.marts.competitions)
            else ()
        ),
    )
    return Table("Standings", "All places of all contests", columns, rows, _NOBODY)


def _share(standing: _Standing) -> float | None:
    """What of the first one's gain it is: so the bars of contests in hours and in millions can be compared."""
    best = standing.contest.rows[0].gained
    return standing.row.gained / best if best else None


def _rows(contests: tuple[CompetitionView, ...]) -> Iterator[_Standing]:
    for contest in contests:
        for row in contest.rows:
            yield _Standing(contest, row)


def _has_teams(contests: tuple[CompetitionView, ...]) -> bool:
    return any(row.team for contest in contests for row in contest.rows)


def _measured(answers: Answers, contest: CompetitionView) -> str | None:
    return ", ".join(answers.metric(key).name for key in contest.metrics) or None


def _unit(answers: Answers, contest: CompetitionView) -> str | None:
    """What one of the gained is called: that of the first metric, in which WOM adds up a contest of several."""
    return UNITS[answers.metric(contest.metrics[0]).unit] if contest.metrics else None


def _in_units(answers: Answers, contest: CompetitionView, gained: int) -> int | float:
    return answers.metric(contest.metrics[0]).in_units(gained) if contest.metrics else gained


def _best(answers: Answers, contest: CompetitionView) -> int | float | None:
    return _in_units(answers, contest, contest.rows[0].gained) if contest.rows else None


def _team(contest: CompetitionView) -> str | None:
    """The team that gained most together; of equals the first by name."""
    sums: dict[str, int] = {}
    for row in contest.rows:
        if row.team:
            sums[row.team] = sums.get(row.team, 0) + row.gained
    return min(sums, key=lambda team: (-sums[team], team.casefold()), default=None)
