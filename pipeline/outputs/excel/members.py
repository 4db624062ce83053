"""The sheet Members: one row for each account in the clan, in the clan's own rank order."""

from typing import Final

from pipeline.domain.metrics import OVERALL
from pipeline.domain.names import role_name
from pipeline.marts.advice_model import FormulaBoard
from pipeline.marts.model import Member
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.rules import age, bars, unknown, where
from pipeline.outputs.excel.sheet import Column, Sheet, Table

NO_MEMBERS: Final = "The clan has no members yet. They appear here the night after Wise Old Man knows them."
JOIN_SOURCES: Final = {"game": "in game", "wom": "WOM"}

_NOTE: Final = "# is the clan's own rank order: sort by it to come back. Hatched cells: not seen twice in that time, so nobody knows."


def members_sheet(answers: Answers) -> Sheet:
    """Everybody in the clan."""
    members = answers.marts.members
    return Sheet("Members", _NOTE, (Table("Members", "", member_columns(answers), members, NO_MEMBERS),), frozen=2)


def member_columns(answers: Answers) -> tuple[Column[Member], ...]:
    """The columns, from left to right."""
    a, gold, green = answers, (bars(), unknown()), (bars(GREEN_SOFT), unknown())
    return (
        Column("order", "#", lambda m: a.order[m.player_id], "count", 4),
        Column("name", "Name", lambda m: m.name, "name", 14),
        Column("rank", "Rank", lambda m: role_name(m.role), width=11),
        Column("type", "Account type", lambda m: m.type.title(), width=10),
        Column("status", "Status", lambda m: m.status.title(), width=9, rules=(where('[status]<>"Active"', "warn"),)),
        Column("joined", "Joined", lambda m: m.joined_at, "day"),
        Column(
            "join_source",
            "Joined, as told by",
            lambda m: JOIN_SOURCES[m.join_source],
            width=8,
            rules=(where('[join_source]="WOM"', "faded"),),
        ),
        Column("tenure", "Days in clan", lambda m: m.tenure_days, "count", 7),
        Column("last_gain", "Last gain", lambda m: m.last_changed_at, "day", rules=(unknown(), age())),
        Column("last_look", "Last look", lambda m: m.updated_at, "day", rules=(where('[seen]="no"', "warn"),)),
        Column(
            "seen",
            "Seen in 7 days",
            lambda m: "yes" if m.seen_lately else "no",
            "centre",
            7,
            (where('[seen]="no"', "warn"),),
        ),
        Column("total_level", "Total level", lambda m: m.total_level, "count", 8),
        Column("xp", "XP", lambda m: a.held(m, OVERALL), "count", 14),
        Column("xp_7d", "XP 7d", lambda m: a.gained(m, "7d", OVERALL), "count", 12, gold),
        Column("xp_30d", "XP 30d", lambda m: a.gained(m, "30d", OVERALL), "count", 12, gold),
        Column("ehp", "EHP", lambda m: a.held(m, "ehp"), "hours", 9),
        Column("ehp_7d", "EHP 7d", lambda m: a.gained(m, "7d", "ehp"), "hours", 8, green),
        Column("ehb", "EHB", lambda m: a.held(m, "ehb"), "hours", 9),
        Column("ehb_7d", "EHB 7d", lambda m: a.gained(m, "7d", "ehb"), "hours", 8, green),
        Column("top_boss", "Top boss 7d", lambda m: a.metric_name(m.top_boss), width=14),
        *(_of_formula(number, board) for number, board in enumerate(a.marts.advice.formulas)),
    )


def _of_formula(number: int, board: FormulaBoard) -> Column[Member]:
    """A formula of clan.toml, on the rows of main accounts: it is about the person."""
    values = {row.who.player_id: row.value for row in board.rows}
    header = f"Formula {board.name.replace('_', ' ')}"
    return Column(f"formula_{number}", header, lambda m: values.get(m.player_id), "hours", 10)
