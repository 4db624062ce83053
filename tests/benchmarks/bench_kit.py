"""What the benchmarks share: lines of the table, best of interleaved turns, the machine."""

import os
import platform
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Line:
    """A figure beside its goal; `met` is None where there is no goal."""

    measure: str
    figure: str
    goal: str = ""
    met: bool | None = None


def at_least(measure: str, value: float, goal: float, detail: str) -> Line:
    """A ratio that should be large."""
    return Line(measure, f"{value:.2f}  ({detail})", f"≥ {goal:g}", value >= goal)


def at_most(measure: str, value: float, goal: float, unit: str = "", detail: str = "") -> Line:
    """A figure that should be small."""
    shown = f"{value:.3g}" if value < 100 else f"{value:.0f}"
    behind = f"  ({detail})" if detail else ""
    return Line(measure, f"{shown}{unit}{behind}", f"≤ {goal:g}{unit}", value <= goal)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of the turns of one thing."""

    turns: tuple[float, ...]

    @property
    def best(self) -> float:
        """The turn that was disturbed least."""
        return min(self.turns)

    @property
    def median(self) -> float:
        """What a person would see on this machine today."""
        return median(self.turns)


def seconds(work: Callable[[], object]) -> float:
    """How long *work* takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def take_turns(number: int, **rivals: Callable[[], float]) -> Mapping[str, Times]:
    """Each of *rivals*, which time themselves, *number* times and in turn, so that a busy minute slows all of them."""
    turns: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(number):
        for name, rival in rivals.items():
            turns[name].append(rival())
    return {name: Times(tuple(found)) for name, found in turns.items()}


def machine() -> str:
    """Where the figures were taken, and how fast it is: milliseconds are worth little without."""
    pace = min(seconds(lambda: sum(number * number for number in range(1_000_000))) for _ in range(5))
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), a million squares in {pace * 1000:.0f} ms, load {load}; {platform.system()} {platform.release()};"
        f" Python {platform.python_version()}; SQLite {sqlite3.sqlite_version}"
    )


CONSOLE = Console(width=None if Console().is_terminal else 150)


def show(lines: list[Line]) -> None:
    """The table."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("measure", "figure", "goal", "met"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(line.measure, line.figure, line.goal, {True: "yes", False: "NO", None: ""}[line.met])
    CONSOLE.print(table)


def tell(text: str) -> None:
    """A word between the tables."""
    CONSOLE.print(text, highlight=False, markup=False, style="dim")
