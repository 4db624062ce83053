"""What stood in the four cells when we wrote them, out of the hidden column Was."""

import re
from typing import Final

from pipeline.domain.decisions import Told
from pipeline.sources.workbook.cells import cleaned, day_of, decision_of

CELL: Final = 32_767
"""UTF-16 units that a cell holds; a longer mark ends in "…"."""

_PART: Final = re.compile(r"(\d{1,6}):")


def read_mark(mark: str) -> Told | None:
    """The cells that *mark* was made of (`Told.mark`), None if it is no mark or was cut."""
    parts: list[str] = []
    at = 0
    while len(parts) < 4:
        length = _PART.match(mark, at)
        if length is None:
            return None
        end = length.end() + int(length[1])
        if end > len(mark) or (mark[end : end + 1] or "|") != "|":
            return None
        parts.append(mark[length.end() : end])
        at = end + 1
    return Told(*parts) if at == len(mark) + 1 else None


def is_edited(told: Told, mark: str) -> bool:
    """Whether *told* says something else than *mark*; without a mark that can be read, whether it says anything."""
    before = read_mark(mark)
    if before is not None:
        return told != as_read(before)
    if is_full(mark):
        return not told.mark().startswith(mark.removesuffix("…"))
    return any((told.decision, told.until, told.note))


def as_read(told: Told) -> Told:
    """*told* as it is read back when nobody has touched it."""
    return Told(
        decision_of(told.decision), day_of(told.until)[0], cleaned(told.note), day_of(told.decided_on)[0]
    )  # fmt: skip


def is_full(text: str) -> bool:
    """Whether *text* takes all that a cell holds."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 >= CELL - 1
