"""How columns fold: which of them go away behind a "+", and the name that stands above a group of them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.outputs.excel.sheet import Column, Row


def folds(columns: Sequence[Column[Row]], first_column: int) -> dict[int, dict[str, int]]:
    """What `set_column` is told of each column that folds, hides, or has the "+" of those after it."""
    found: dict[int, dict[str, int]] = {}
    for place, (column, after) in enumerate(pairwise((*columns, None)), start=first_column):
        assert column is not None
        opens = after is not None and after.folded and column.level < after.level
        options = {"level": column.level, "hidden": int(column.hidden or column.folded), "collapsed": int(opens)}
        if any(options.values()):
            found[place] = options
    return found


def bands(columns: Sequence[Column[Row]], first_column: int) -> Iterator[tuple[int, str | None]]:
    """The place and name of each group, then the places, without a name, of those that fold under it."""
    inside = False
    for place, column in enumerate(columns, start=first_column):
        inside = column.group is not None or (inside and column.level > 0)
        if inside:
            yield place, column.group
