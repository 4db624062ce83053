"""What stood in the four cells when we wrote them, out of the hidden column Was."""

from typing import Final

from pipeline.domain.decisions import Told, read_mark
from pipeline.sources.workbook.cells import cleaned, day_of, decision_of

CELL: Final = 32_767
"""UTF-16 units that a cell holds; a longer mark ends in "…"."""


def is_edited(told: Told, mark: str) -> bool:
    """Whether *told* says something else than *mark*; without a mark that can be read, whether it says anything."""
    before = read_mark(mark)
    if before is not None:
        return told != as_read(before.told)
    if is_full(mark):
        said, kept = told.mark("").removesuffix("0:"), mark.removesuffix("…")  # without the night, which comes last
        return not (said.startswith(kept) or kept.startswith(said))
    return any((told.decision, told.until, told.note))


def as_read(told: Told) -> Told:
    """*told* as it is read back when nobody has touched it."""
    return Told(
        decision_of(told.decision), day_of(told.until)[0], cleaned(told.note), day_of(told.decided_on)[0]
    )  # fmt: skip


def is_full(text: str) -> bool:
    """Whether *text* takes all that a cell holds."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 >= CELL - 1
