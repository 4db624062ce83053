"""The sheet Helpers: how questions fare, which wait, who answers them, and who greets newcomers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pipeline.domain.window import DAY
from pipeline.marts.talk_model import Helper, Response, Speaker, TalkMarts, Welcome
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.rules import bars, where
from pipeline.outputs.excel.sheet import Column, Sheet, Table, Value
from pipeline.outputs.excel.unanswered import unanswered_table
from pipeline.outputs.unknown import WHO_CAME, what_was_asked

_NOTE: Final = "Who waits for an answer, who helps, and who greets newcomers? Helpers rank by how many people they answered first; typical is the median."
_PERIODS: Final[Mapping[str, str]] = {
    "7d": "Last 7 days", "30d": "Last 30 days", "90d": "Last 90 days", "365d": "Last 365 days",
}  # fmt: skip
_GREETING_TIME: Final = 7 * DAY


@dataclass(frozen=True, slots=True)
class _Board:
    """A helper's rows on the boards of 30 and of 90 days."""

    player_id: int | None
    name: str
    month: Helper | None
    quarter: Helper | None
    welcomes: int


@dataclass(frozen=True, slots=True)
class _Fared:
    """How the questions of a period fared, under its name."""

    period: str
    response: Response


def helpers_sheet(answers: Answers, talk: TalkMarts) -> Sheet:
    """Questions, helpers, newcomers; of questions that nobody can know of, only so much is said."""
    unknown = what_was_asked(talk, answers.marts.clan.time_zone)
    tables: tuple[Table[Any], ...] = (_response(talk), unanswered_table(answers, talk), _helpers(answers, talk))
    if unknown is not None:
        not_known = Table[_Fared]("NotHeard", "What is not known", (), (), unknown)
        tables = (not_known, *(table for table in tables if table.rows))
    return Sheet("Helpers", _NOTE, (*tables, _newcomers(answers, talk)), frozen=1, parts=True)


def _response(talk: TalkMarts) -> Table[_Fared]:
    rows = [_Fared(label, talk.response[key]) for key, label in _PERIODS.items() if talk.response[key].asked]
    columns = (
        Column[_Fared]("period", "Asked in the", lambda row: row.period, "name", 22),
        Column[_Fared]("asked", "Questions", lambda row: row.response.asked, "count"),
        Column[_Fared]("answered", "Answered", lambda row: row.response.answered, "count"),
        Column[_Fared]("median", "Typical time to answer", lambda row: _seconds(row.response.median), "span"),
        Column[_Fared]("within_day", "Within 24 hours", lambda row: row.response.within_day, "count"),
        Column[_Fared]("ripe", "Of how many", lambda row: row.response.ripe, "count"),
        Column[_Fared]("share", "Share within 24 hours", lambda row: within_a_day(row.response), "share"),
    )
    heading = "How questions fare (share: of those that are answered, or at least a day old)"
    return Table("Response", heading, columns, rows, "Nobody has asked anything in the last 365 days.")


def within_a_day(response: Response) -> float | None:
    """Share of the ripe questions that were answered within 24 hours, None without any."""
    return response.within_day / response.ripe if response.ripe else None


def _helpers(answers: Answers, talk: TalkMarts) -> Table[_Board]:
    columns = (
        Column[_Board]("name", "Name", lambda row: answers.linked(row.player_id, row.name), "name_link", 22),
        *_board_columns("30d", lambda row: row.month),
        *_board_columns("90d", lambda row: row.quarter),
        Column[_Board]("welcomes", "Newcomers greeted first 90d", lambda row: row.welcomes, "count", 12, (bars(),)),
    )
    return Table("Helpers", "Who helps", columns, _boards(talk), "Nobody has answered a question in the last 90 days.")


def _board_columns(key: str, board: Callable[[_Board], Helper | None]) -> tuple[Column[_Board], ...]:
    """What the *board* of a period says; empty cells of those who are not on it."""

    def read(value: Callable[[Helper], Value]) -> Callable[[_Board], Value]:
        def cell(row: _Board) -> Value:
            helper = board(row)
            return None if helper is None else value(helper)

        return cell

    return (
        Column(f"place_{key}", f"Place {key}", read(lambda helper: helper.place), "count"),
        Column(f"helped_{key}", f"People helped {key}", read(lambda helper: helper.helped), "count", 10, (bars(),)),
        Column(
            f"answers_{key}", f"Answers {key}", read(lambda helper: helper.answers), "count", 10, (bars(GREEN_SOFT),)
        ),
        Column(f"time_{key}", f"Typical time {key}", read(lambda helper: _seconds(helper.median)), "span"),
    )


def _boards(talk: TalkMarts) -> list[_Board]:
    """Everybody on the month's board, in its order, then those who are only on the quarter's."""
    month = {helper.person_id: helper for helper in talk.helpers["30d"]}
    quarter = {helper.person_id: helper for helper in talk.helpers["90d"]}
    speakers = {speaker.person_id: speaker for speaker in talk.speakers}
    return [
        _Board(
            _main(speakers, person), helper.name, month.get(person), quarter.get(person), _welcomes(speakers, person)
        )
        for person, helper in {**month, **quarter}.items()
    ]


def _main(speakers: Mapping[int, Speaker], person_id: int) -> int | None:
    """The main account of somebody in the clan."""
    return next(iter(speakers[person_id].player_ids), None) if person_id in speakers else None


def _welcomes(speakers: Mapping[int, Speaker], person_id: int) -> int:
    return speakers[person_id].welcomes.get("90d", 0) if person_id in speakers else 0


def _seconds(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _newcomers(answers: Answers, talk: TalkMarts) -> Table[Welcome]:
    newcomers, as_of = talk.welcomes, answers.marts.as_of
    speakers = {speaker.person_id: speaker for speaker in talk.speakers}
    lonely = sum(newcomer.welcomed_at is None for newcomer in newcomers)
    columns = (
        Column[Welcome](
            "name", "Newcomer", lambda w: answers.linked(_main(speakers, w.person_id), w.name), "name_link", 22
        ),
        Column[Welcome]("joined", "Came to Discord", lambda w: w.joined_at, "day"),
        Column[Welcome]("days", "Days ago", lambda w: (as_of - w.joined_at).days, "count"),
        Column[Welcome]("after", "Greeted after", _after, "span"),
        Column[Welcome](
            "by",
            "First greeted by",
            lambda w: _by(w, as_of),
            width=16,
            rules=(where("ISBLANK([after])", "warn"),),
        ),
    )
    heading = "Newcomers of the last 90 days"
    if newcomers:
        heading += f": {lonely:,} of {len(newcomers):,} not greeted" if lonely else ": all were greeted"
    nobody = "Nobody came to Discord in the last 90 days." if talk.identities.members_listed else WHO_CAME
    return Table("Newcomers", heading, columns, newcomers, nobody)


def _after(welcome: Welcome) -> Value:
    return None if welcome.welcomed_at is None else welcome.welcomed_at - welcome.joined_at


def _by(welcome: Welcome, as_of: datetime) -> str | None:
    """Who was first or, if nobody, whether there still is time for it."""
    if welcome.welcomed_at is None:
        return "nobody yet" if as_of - welcome.joined_at < _GREETING_TIME else "nobody"
    return welcome.welcomed_by
