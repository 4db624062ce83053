"""Boards by account beside the roll by person, on the Read me: each window in three rows, and whether they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.metrics import HOUR
from pipeline.marts.totals import Sums, Total
from pipeline.outputs.excel.rules import unknown, where
from pipeline.outputs.excel.sheet import Column, Table
from pipeline.outputs.excel.text import counted

COUNTED: Final = ("by accounts", "by persons", "difference")
_SUMS: Final = (("XP", "count"), ("EHP", "hours"), ("EHB", "hours"), ("Boss kills", "count"))
_WIDTH: Final = 13


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the reconciliation."""

    total: Total
    counted: str
    sums: Sums


def agreement(found: Sequence[Total]) -> str:
    """Whether boards and roll say the same, and of how many accounts nobody can know."""
    if any(any(total.difference) for total in found):
        return "No: boards by account and rows by person differ below. Numbers of tonight are not to be trusted; tell whoever runs ClanStats."
    said = "Yes: what all accounts gained by the boards is what all persons gained together, in every window."
    unseen = found[0].unseen if found else 0
    if not unseen:
        return said
    return f"{said} {counted(unseen, 'account')} {'was' if unseen == 1 else 'were'} not looked at twice this week: of them nobody knows."


def totals_table(found: Sequence[Total]) -> Table[_Line]:
    """Each window in three rows: by accounts, by persons, and the difference."""
    columns = (
        Column[_Line]("window", "Window", lambda line: line.total.period.label, "name", _WIDTH),
        Column[_Line]("counted", "Counted", lambda line: line.counted, width=_WIDTH),
        Column[_Line]("since", "Since", lambda line: line.total.period.window.since.date(), "day"),
        *(_sum(place, name, style) for place, (name, style) in enumerate(_SUMS)),
        Column[_Line]("seen", "Accounts looked at twice", lambda line: line.total.seen, "count", _WIDTH),
        Column[_Line]("unseen", "Not looked at twice", lambda line: line.total.unseen, "count", _WIDTH),
    )
    rows = [
        _Line(total, word, sums)
        for total in found
        for word, sums in zip(COUNTED, (total.accounts, total.persons, total.difference), strict=True)
    ]
    return Table("Totals", "", columns, rows, "Nothing has been counted yet.")


def _sum(place: int, name: str, style: str) -> Column[_Line]:
    scale = HOUR if style == "hours" else 1
    key = f"sum_{place}"
    rules = (
        where(f'AND([counted]="{COUNTED[-1]}",[{key}]=0)', "good"),
        where(f'AND([counted]="{COUNTED[-1]}",[{key}]<>0)', "warn"),
    )
    return Column(
        key,
        name,
        lambda line: _known(line, line.sums[place] / scale if scale > 1 else line.sums[place]),
        style,
        12,
        (*rules, unknown()),
    )


def _known(line: _Line, value: float) -> float | None:
    """Nothing where no account was looked at twice."""
    return value if line.total.seen else None
