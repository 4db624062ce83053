"""The sheet Promotions: who has earned a rank, who stands above the ladder, who is nearly there, each with proof."""

from dataclasses import dataclass
from typing import Final

from pipeline.domain.names import role_name
from pipeline.marts.advice_model import Promotions, RankLine, Soul
from pipeline.outputs.advice_words import NO_LADDER, NOTES
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.members import NO_MEMBERS
from pipeline.outputs.excel.rules import where
from pipeline.outputs.excel.sheet import Column, Sheet, Table

CANNOT_SAY: Final = "Not known"

_NOTE: Final = "Whom should we promote? Those who are due stand first: change their rank in the game. Filter by note to see who comes next."
_NOBODY: Final = "Everybody has the rank they have earned, and nobody is close to the next."
_RULES: Final = (
    where('[note]="Due"', "good"),
    where('[note]="Above the ladder"', "warn"),
    where('[note]="Nearly there"', "top"),
    where(f'[note]="{CANNOT_SAY}"', "faded"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """What the ladder says of somebody; `line` is None where a fact is missing."""

    soul: Soul
    line: RankLine | None


def promotions_sheet(answers: Answers) -> Sheet:
    """One table, those who are due first."""
    told = answers.marts.advice.promotions
    columns = (
        Column[_Row]("note", "Note", lambda row: NOTES[row.line.note] if row.line else CANNOT_SAY, "name", 18, _RULES),
        Column[_Row]("name", "Name", lambda row: answers.linked(row.soul.player_id, row.soul.name), "name_link", 18),
        Column[_Row]("role", "Rank now", lambda row: role_name(row.line.role) if row.line else None, width=14),
        Column[_Row]("rank", "Rank by the ladder", lambda row: role_name(row.line.rank) if row.line else None, width=15),
        Column[_Row]("since", "Since", lambda row: row.line.since if row.line else None, "day"),
        Column[_Row](
            "new", "New", lambda row: "new" if row.line and row.line.is_new else None, "centre", 8,
            (where('[new]="new"', "good"),),
        ),
        Column[_Row]("proof", "What is fulfilled", _proof, "sentence", 58),
        Column[_Row]("missing", "What is missing", _missing, "sentence", 42),
    )  # fmt: skip
    rows = _rows(told, answers)
    table = Table("Promotions", "Whom to promote", columns, rows, _empty(answers, told))
    return Sheet("Promotions", _NOTE, (table,), frozen=2, parts=not rows)  # as a part, a sentence has all the width


def _rows(told: Promotions, answers: Answers) -> list[_Row]:
    """As the ladder orders them; of whom it cannot say anything, in the clan's own order of rank."""
    lines = [
        _Row(Soul(line.person_id, line.player_id, line.name), line) for line in (*told.due, *told.above, *told.near)
    ]
    turns = {person.person_id: turn for turn, person in enumerate(answers.marts.people)}
    undecided = sorted(told.undecided, key=lambda soul: turns.get(soul.person_id, len(turns)))
    return lines + [_Row(soul, None) for soul in undecided]


def _empty(answers: Answers, told: Promotions) -> str:
    if not answers.marts.members:
        return NO_MEMBERS
    return _NOBODY if told.ladder else NO_LADDER


def _proof(row: _Row) -> str | None:
    return "; ".join(row.line.proof) or None if row.line else None


def _missing(row: _Row) -> str | None:
    if row.line is None:
        return "Too little is known to say what they have earned."
    return "; ".join(filter(None, (row.line.waits, *(shortfall.text for shortfall in row.line.missing)))) or None
