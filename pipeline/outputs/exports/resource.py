"""A table of the package as data: what stands in it and what that means. Adding a column is one `Field` in a list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Generic, Literal, TypeVar

from pipeline.marts.model import Marts

Row = TypeVar("Row")
Inner = TypeVar("Inner")

Type = Literal["string", "integer", "number", "boolean", "date", "datetime"]
"""Types of the Table Schema. Ids of Discord are strings: a spreadsheet would round them."""

Value = str | int | float | bool | date | datetime | None
"""What a cell may hold. Instants are aware; None, and a number that is none, is an empty cell."""

OF_METRIC: Final = "the metric's (metrics.csv)"
"""Unit of a value whose metric stands in its row."""


# Field and Resource have no slots: Python 3.11 cannot make `Field[Member](...)` of a frozen generic class with slots.


@dataclass(frozen=True)
class Field(Generic[Row]):
    """One column: `value` reads its cell from a row, `unit` says what one of it is; an integer without one is an id.

    `among` are the only values there are, empty: there is no such list.
    """

    name: str
    type: Type
    description: str
    value: Callable[[Row], Value]
    unit: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """The values of `fields` are those of `keys` in the table `resource`, unless they are empty."""

    fields: tuple[str, ...]
    resource: str
    keys: tuple[str, ...]


def always(_marts: Marts) -> bool:
    """Of most tables it is known every night what belongs in them."""
    return True


@dataclass(frozen=True)
class Resource(Generic[Row]):
    """A table: its `rows` of a night, and its `fields`. `key` names those that no two rows share.

    It is left out of the package where it is not `known` what belongs in it: an empty table says that there is nothing.
    """

    name: str
    title: str
    description: str
    rows: Callable[[Marts], Iterable[Row]]
    fields: tuple[Field[Row], ...]
    key: tuple[str, ...]
    refers: tuple[Reference, ...] = ()
    known: Callable[[Marts], bool] = always

    @property
    def path(self) -> str:
        """Name of its file."""
        return f"{self.name}.csv"


def within(field: Field[Inner], inner: Callable[[Row], Inner]) -> Field[Row]:
    """*field* for rows that hold its own row *inner*."""
    parts: Mapping[str, Any] = {"value": lambda row: field.value(inner(row))}
    return replace(field, **parts)  # type: ignore[return-value]


def same(name: str, resource: str, key: str = "") -> Reference:
    """The field *name* holds the *key* of *resource*, called the same unless it says otherwise."""
    return Reference((name,), resource, (key or name,))


PERIOD: Final = same("period", "periods", "key")
METRIC: Final = same("metric", "metrics", "key")
PLAYER: Final = same("player_id", "members")
PERSON: Final = same("person_id", "people")
