"""Values as the text of CSV cells: exact for programs, harmless in a spreadsheet.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, quoted or not, and names come from strangers. Such
a text gets an apostrophe in front. Where semicolons part cells, as on most of the European continent, a spreadsheet also cuts a
text at its semicolons and never sees our quotes; so what follows a semicolon, a tab or the end of a line is treated like the
beginning. An apostrophe that already stands in such a place gets another one. So taking one away in each such place gives the
very text back: `unguarded`, or in any language the expression `UNDO` replaced by its first group.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from math import isfinite
from typing import Any, Final

from pipeline.marts.model import Marts
from pipeline.outputs.exports.resource import Resource, Row, Type
from pipeline.outputs.instants import iso

LINE_END: Final = "\r\n"

UNDO: Final = r"(^|[;\t\r\n])'"
"""What to replace by its first group to have a text as it was."""

_CUTS: Final = r"[;\t\r\n]"
_UNSEEN: Final = r"[\s\x00-\x1f\x7f-\xa0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_RISKY: Final = re.compile(rf"(^(?=[\t\r\n])|(?:^|{_CUTS})(?='|{_UNSEEN}*[=+\-@＝＋－＠]))")
"""Where a formula may begin: spreadsheets may drop blanks and invisible signs before it, and in Japanese they know the wide signs
too."""

_UNDO: Final = re.compile(UNDO)
_TRUTH: Final[Mapping[bool | None, str | None]] = {True: "true", False: "false", None: None}


def guarded(text: str) -> str:
    """*text* as no spreadsheet runs any of it."""
    return _RISKY.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """The text that was `guarded`."""
    return _UNDO.sub(r"\1", text)


def csv_bytes(resource: Resource[Row], marts: Marts) -> bytes:
    """The whole file of *resource*: a line of names, then the rows, in UTF-8.

    Column by column, since that is twice as fast. A lone surrogate in a name becomes a question mark instead of a failed night.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=LINE_END)
    writer.writerow([field.name for field in resource.fields])
    rows = list(resource.rows(marts))
    columns = [_ENCODERS[field.type](map(field.value, rows)) for field in resource.fields]
    writer.writerows(zip(*columns, strict=True))
    return file.getvalue().encode("utf-8", "replace")


def _texts(column: Iterable[Any]) -> Iterator[str | None]:
    return map(_unless_missing(guarded), column)


def _instants(column: Iterable[Any]) -> Iterator[str | None]:
    return map(_unless_missing(iso), column)


def _days(column: Iterable[Any]) -> Iterator[str | None]:
    return map(_unless_missing(date.isoformat), column)


def _truths(column: Iterable[Any]) -> Iterator[str | None]:
    return map(_TRUTH.__getitem__, column)


def _numbers(column: Iterable[Any]) -> Iterator[float | None]:
    return (number if number is None or isfinite(number) else None for number in column)


def _unless_missing(turn: Callable[[Any], str]) -> Callable[[Any], str | None]:
    """*turn* with a memory, for a column repeats itself, and nothing for nothing."""
    return cache(lambda value: None if value is None else turn(value))


_ENCODERS: Final[Mapping[Type, Callable[[Iterable[Any]], Iterator[Any]]]] = {
    "string": _texts,
    "integer": iter,
    "number": _numbers,
    "boolean": _truths,
    "date": _days,
    "datetime": _instants,
}
