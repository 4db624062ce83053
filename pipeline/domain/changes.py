"""What an edit changed: the cells of a row against what stood in them when its copy was written, each by itself."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pipeline.domain.decisions import DECISION, NOTE, NOTED, UNCLEAR, WITHDRAWN, Edited, Mark, Told, choice, read_mark


@dataclass(frozen=True, slots=True)
class Change:
    """`verdict` is what Decision and Until say now, `noted` if neither was changed; `word` what stands there and is none of the words.

    `note` is the text that is noted now, `is_noted` whether it was changed. `mark`, `note_mark` and `row_mark` tell the decision, the
    note and the whole row from all others: each is made of what was and what is.
    """

    verdict: str
    until: date | None
    word: str
    note: str
    is_noted: bool
    mark: str
    note_mark: str
    row_mark: str


def change(edit: Edited) -> Change | None:
    """What *edit* changed; None: no more than a day in Decided on, of which nothing follows."""
    was, cells = read_mark(edit.was) or Mark(Told(), ""), edit.told
    verdict, note = _verdict(cells, was.told), _note(cells)
    is_noted = note != _note(was.told)
    if verdict == NOTED and not is_noted:
        return None
    before = was.told.mark(was.night)
    chosen = (cells.decision, cells.until, cells.decided_on)
    return Change(
        verdict, dated(cells.until), cells.decision if verdict == UNCLEAR else "", note, is_noted,
        digest(before, DECISION, *chosen), digest(before, NOTE, note), digest(before, *chosen, note),
    )  # fmt: skip


def decided_at(edit: Edited, saved_at: datetime, zone: ZoneInfo) -> datetime:
    """When it was decided: when the copy was saved, or at the end of an earlier day that somebody wrote into Decided on.

    Not before the day that stood there, for whoever wrote it had what was decided then before their eyes.
    """
    mark, on = read_mark(edit.was), dated(edit.told.decided_on)
    earliest, saved_on = mark.told.decided_on if mark else "", saved_at.astimezone(zone).date()
    if on is None or not earliest < on.isoformat() < saved_on.isoformat():
        return saved_at
    return datetime.combine(on, time(23, 59, 59), zone).astimezone(saved_at.tzinfo)


def dated(text: str) -> date | None:
    """The date in a cell, if it is one that a workbook can hold."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return on if on.year > 1900 else None


def digest(*texts: str) -> str:
    """A name for *texts*, the same wherever they are found again."""
    whole = "|".join(f"{len(text)}:{text}" for text in texts)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _verdict(cells: Told, was: Told) -> str:
    if (cells.decision, cells.until) == (was.decision, was.until):
        return NOTED
    if not cells.decision and (was.decision or not cells.until):
        return WITHDRAWN
    return choice(cells.decision) or UNCLEAR


def _note(cells: Told) -> str:
    """The note; what stands in Until and is no date goes with it."""
    odd = cells.until if dated(cells.until) is None else ""
    return f"{cells.note} (Until: {odd})".strip() if odd else cells.note
