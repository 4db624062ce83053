"""The table of faults in the README: made of what the suite plays, marked by what came of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from registry import Told, everything

README: Final = Path(__file__).resolve().parents[2] / "README.md"
BEGIN: Final = "<!-- faults: written by `pytest tests/faults -m 'not soak or table' --write-fault-table` -->"
END: Final = "<!-- end of faults -->"
PASSED: Final = "✓"
UNPLAYED: Final = "not played"
"""In the run that wrote the table."""
TITLES: Final = {
    "network": "Network", "process": "Process", "disk": "Disk", "data": "Data", "database": "Database",
    "hostile": "Hostile input",
}  # fmt: skip
COLUMNS: Final = ("fault", "stages", "what ClanStats says", "exit", "next night heals")

Marks = Mapping[tuple[str, str, str], str]
"""By group, fault and stage: `PASSED`, or why it was skipped."""


def page(marks: Marks) -> str:
    """The table, group by group; stages in which a fault ends alike share a row."""
    lines = []
    for group, title in TITLES.items():
        lines += ["", f"**{title}**", "", _line(COLUMNS), _line(["---"] * len(COLUMNS))]
        told: dict[tuple[str, str, str], list[Told]] = {}
        for each in everything():
            if each.group == group:
                told.setdefault((each.name, each.says, each.exit_code), []).append(each)
        for (name, says, code), alike in told.items():
            stages = ", ".join(f"{each.stage} {marks[each.key]}" for each in alike)
            healed = PASSED if any(marks[each.key] == PASSED for each in alike) else "–"
            lines.append(_line([name, stages, says, code, healed]))
    return "\n".join(lines[1:])


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '¦').replace('<', '&lt;') for cell in cells)} |"


def write(marks: Marks) -> None:
    """Put the table between its marks."""
    text = README.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n\n{page(marks)}\n\n{END}{after}", "utf-8")


def shown() -> str:
    """The table as it stands in the README."""
    return README.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()
