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


Value = str | int | float | date | datetime | timedelta | Link | None
"""What a cell may hold. Instants are aware and shown in the clan's zone; None is an empty cell."""


# Column and Table have no slots: Python 3.11 cannot make `Column[Member](...)` of a frozen generic class with slots.


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a table: `value` reads its cell from a row, `style` says how it looks, `width` is the least.

    `asks` is what `data_validation` is told of a column in which people write. Columns of `level` 1 fold under the first one after
    them that has 0. A `hidden` one is for programs.
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


@dataclass(frozen=True)
class Table(Generic[Row]):
    """Rows under columns, an Excel table called `name`; without rows there is only the sentence `empty`.

    `printed` counts the columns and the rows that are printed, None: all.
    """

    name: str
    heading: str
    columns: tuple[Column[Row], ...]
    rows: Sequence[Row]
    empty: str
    printed: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tables one below the other; `frozen` columns stay when scrolling.

    Only the first is printed, without its heading; of a sheet in `parts` every table is, under its own.
    """

    name: str
    note: str
    tables: tuple[Table[Any], ...]
    frozen: int
    parts: bool = False
