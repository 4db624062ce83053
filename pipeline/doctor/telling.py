"""What was found, for people on a terminal, for a file, and for programs."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.doctor.check import Check, State
from pipeline.doctor.words import listed
from pipeline.marts.wording import plural

SCHEMA_VERSION: Final = 1
_MARKS: Final[dict[State, tuple[str, str]]] = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "wrong": ("✗", "bold red"),
    "skipped": ("–", "dim"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What it all comes to."""

    state: State
    exit_code: int
    sentence: str


def sum_up(found: Sequence[Check]) -> Verdict:
    """The worst of it, and how much there is of that."""
    wrong = [check.name for check in found if check.state == "wrong"]
    warnings = [check.name for check in found if check.state == "warning"]
    to_see = f"{plural(len(warnings), 'thing')} should be seen to: {_named(warnings)}"
    if wrong:
        more = f" {to_see}." if warnings else ""
        return Verdict("wrong", 2, f"{plural(len(wrong), 'thing')} must be mended: {_named(wrong)}.{more}")
    if warnings:
        return Verdict("warning", 3, f"Nights go on, but {to_see}.")
    left_out = sum(check.state == "skipped" for check in found)
    return Verdict("ok", 0, f"All is well: {len(found) - left_out} checks, and {left_out} that do not apply.")


def _named(names: Sequence[str]) -> str:
    return listed([*dict.fromkeys(names)])


class Teller:
    """Shows checks as they come: with marks and colours on a terminal, in plain lines elsewhere."""

    def __init__(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # names may hold letters that an old terminal does not have
        self._console = Console(highlight=False) if sys.stdout.isatty() else None

    def show(self, check: Check) -> None:
        """A line, and its remedy below."""
        if self._console is None:
            typer.echo("\n".join(_plain(check)))
            return
        mark, style = _MARKS[check.state]
        lines: list[RenderableType] = [Text.assemble((check.name, "bold"), ": ", check.said)]
        if check.remedy:
            lines.append(Padding(Text(check.remedy, "dim" if check.state == "skipped" else ""), (0, 0, 0, 2)))
        row = Table.grid(padding=(0, 1))
        row.add_row(Text(mark, style), Group(*lines))
        self._console.print(row)

    def conclude(self, verdict: Verdict) -> None:
        """The last line."""
        if self._console is None:
            typer.echo(verdict.sentence)
        else:
            self._console.print(Text(verdict.sentence, _MARKS[verdict.state][1]))


def _plain(check: Check) -> list[str]:
    lines = [f"{check.state:<8}{check.name}: {check.said}"]
    return [*lines, f"            {check.remedy}"] if check.remedy else lines


def as_json(found: Sequence[Check], verdict: Verdict) -> str:
    """Everything, for programs."""
    told = {
        "schema_version": SCHEMA_VERSION,
        "state": verdict.state,
        "exit_code": verdict.exit_code,
        "sentence": verdict.sentence,
        "checks": [asdict(check) for check in found],
    }
    return json.dumps(told, indent=1)
