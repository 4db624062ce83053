"""The sheet Roster log: who came, went, rose, fell and was renamed, newest first."""

from collections.abc import Mapping
from typing import Final

from pipeline.domain.names import role_name
from pipeline.marts.model import RosterKind, RosterLine
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.rules import where
from pipeline.outputs.excel.sheet import Column, Sheet, Table

KINDS: Final[Mapping[str, str]] = {
    "joined": "Joined",
    "left": "Left",
    "promoted": "Promoted",
    "demoted": "Demoted",
    "role_changed": "Rank changed",
    "renamed": "Renamed",
    "status": "Status",
    "achievement": "Achievement",
}

_NOTE: Final = "Who came, who left, and whose rank changed? Newest first; filter by change or by name."
_RULES: Final = (
    where('OR([kind]="Joined",[kind]="Promoted")', "good"),
    where('OR([kind]="Left",[kind]="Demoted",[kind]="Status")', "warn"),
)


def roster_sheet(answers: Answers) -> Sheet:
    """Every change of the roster that is known."""
    columns = (
        Column[RosterLine]("at", "When", lambda line: line.at, "moment"),
        Column[RosterLine]("kind", "Change", lambda line: KINDS[line.kind], width=14, rules=_RULES),
        Column[RosterLine]("name", "Name", lambda line: answers.linked(line.player_id, line.player), "name_link", 18),
        Column[RosterLine]("before", "Before", lambda line: _state(line.kind, line.before), width=16),
        Column[RosterLine]("after", "After", lambda line: _state(line.kind, line.after), width=16),
        Column[RosterLine]("text", "What happened", lambda line: line.text, width=60),
    )
    empty = "Nothing has changed since the first night."
    return Sheet("Roster log", _NOTE, (Table("RosterLog", "", columns, answers.marts.roster, empty),), frozen=3)


def _state(kind: RosterKind, state: str | None) -> str | None:
    """A role or status as people write it; a name as it is."""
    return state if state is None or kind == "renamed" else role_name(state)
