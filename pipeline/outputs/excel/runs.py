"""The sheet Runs: how each night went, in one sentence; the newest first."""

from typing import Final

from pipeline.marts.model import RunLine
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.rules import unlike
from pipeline.outputs.excel.sheet import Column, Sheet, Table

FIRST_NIGHT: Final = "This is the first night."

_NOTE: Final = "Did the last nights go well? A degraded night was written from what was known before; after two of them, look at the log."


def runs_sheet(answers: Answers) -> Sheet:
    """The nights before this one."""
    columns = (
        Column[RunLine]("night", "Night", lambda run: run.night, "day", 16),
        Column[RunLine]("state", "State", lambda run: run.state, width=14, rules=(unlike("done"),)),
        Column[RunLine]("sentence", "How it went", lambda run: run.sentence, "sentence", 100),
    )
    table = Table("Runs", "Nights before this one", columns, answers.marts.runs, FIRST_NIGHT)
    return Sheet("Runs", _NOTE, (table,), frozen=1)
