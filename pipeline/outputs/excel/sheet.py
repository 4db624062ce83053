"""A sheet as data: what stands in it, not how it is written. Adding a column is one `Column` in a list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from pipeline.outputs.excel.rules import Rule

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Link:
    """A *text* that opens *url* in the browser."""

    url: str
    text: str


Plain = str | int | float | date | datetime | timedelta | None
"""What a cell may show. Instants are aware and shown in the clan's zone; None is an empty cell."""


@dataclass(frozen=True, slots=True)
class Formula:
    """What Excel works out. `cached` is what it gives tonight: previews and phones show that, and work out nothing.

    A text of people never stands in `text`: formulas find it in a cell.
    """

    text: str
    cached: Plain


Value = Plain | Link | Formula
"""What a cell may hold."""


@dataclass(frozen=True, slots=True)
class Spark:
    """Small bars in a cell, of the cells from column `first` to column `last` of its own row.

    Excel sorts values and leaves such bars where they are: drawn from their own row, they tell of whoever stands there.
    """

    first: str
    last: str


# Column and Table have no slots: Python 3.11 cannot make `Column[Member](...)` of a frozen generic class with slots.


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a table: `value` reads its cell from a row, `style` says how it looks, `width` is the least.

    `asks` is what `data_validation` is told of a column in which people write. Columns of `level` 1 fold under the last one before
    them that has 0, which may give its `group` a name to stand above it; `folded` ones are so when the workbook is opened. A
    `hidden` one is for programs.
    """

    key: str
    header: str
    value: Callable[[Row], Value]
    style: str = "text"
    width: float = 8
    rules: tuple[Rule, ...] = ()
    upright: bool = False
    asks: Mapping[str, object] | None = None
    level: int = 0
    hidden: bool = False
    folded: bool = False
    group: str | None = None
    spark: Spark | None = None


@dataclass(frozen=True)
class Table(Generic[Row]):
    """Rows under columns, an Excel table called `name`; without rows there is only the sentence `empty`.

    A `plain` one has no filters: its rows are formulas that stand in order already. `printed` counts the columns and the rows that
    are printed, None: all.
    """

    name: str
    heading: str
    columns: tuple[Column[Row], ...]
    rows: Sequence[Row]
    empty: str
    plain: bool = False
    printed: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Placed:
    """A single cell above the tables, `down` rows below the sheet's head; `named` is its name in the whole workbook."""

    down: int
    column: int
    value: Value
    style: str
    asks: Mapping[str, object] | None = None
    named: str | None = None
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tables one below the other, under what was `placed` above them; `frozen` columns stay when scrolling.

    Only the first is printed, without its heading; of a sheet in `parts` every table is, under its own.
    """

    name: str
    note: str
    tables: tuple[Table[Any], ...]
    frozen: int
    parts: bool = False
    placed: tuple[Placed, ...] = ()
