"""What Excel holds: beyond it a workbook would not open, or would not say what we wrote."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pipeline.errors import PublishError

ROWS: Final = 1_048_576
COLUMNS: Final = 16_384
LINKS: Final = 5_000
"""Links of a sheet; further names are text alone. Excel drops those beyond 65,530, and programs that read a workbook look each of them up
among all: at sixty thousand openpyxl took minutes, and the next night reads this one.
"""

URL: Final = 2_079
"""Characters of a link."""

CALLED_URL: Final = 255
"""Characters of a link that a formula opens."""

FORMULA: Final = 8_192
TEXT_IN_FORMULA: Final = 255
LIST: Final = 255
"""Characters of a list that is written out in a data validation, commas among them; a range may be as long as it likes."""

_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)"')
_NOTHING: Final = "nothing was written, the last workbook stands."


def refuse_too_much(name: str, rows: int, columns: int) -> None:
    """Refuse a table that no sheet holds."""
    if rows > ROWS or columns > COLUMNS:
        raise PublishError(
            f"The table {name} of the workbook needs {rows:,} rows and {columns:,} columns, and a sheet of Excel holds "
            f"{ROWS:,} and {COLUMNS:,}: {_NOTHING}"
        )


def fitting(formula: str) -> str:
    """*formula*, refused if Excel would call the workbook damaged for it."""
    longest = max((len(text) for text in _QUOTED.findall(formula)), default=0)
    if len(formula) > FORMULA or longest > TEXT_IN_FORMULA:
        raise PublishError(
            f"A formula of the workbook has {len(formula):,} characters, and {longest:,} in one text; Excel takes {FORMULA:,} and "
            f"{TEXT_IN_FORMULA:,}: {_NOTHING}"
        )
    return formula


def answerable(asks: Mapping[str, object]) -> Mapping[str, object]:
    """What a data validation is told, refused if its list is longer than Excel keeps."""
    source = asks.get("source")
    if isinstance(source, Iterable) and not isinstance(source, str):
        length = len(",".join(map(str, source)))
        if length > LIST:
            raise PublishError(
                f"A list to choose from in the workbook has {length:,} characters, and Excel takes {LIST:,}: {_NOTHING}"
            )
    return asks
