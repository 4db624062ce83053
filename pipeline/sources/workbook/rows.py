"""Copies and edited rows as plain JSON of a landing, and back.

Later versions read these landings too: add keys, never change what one means.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from pipeline.domain.decisions import Edited, Told
from pipeline.errors import Unreadable
from pipeline.sources import landing as landings
from pipeline.sources.workbook.copies import PLACES, STATES, Copy

T = TypeVar("T")
Row = dict[str, Any]

COPIES: Final = "copies"
DECISIONS: Final = "decisions"
"""Roles of the two parts of a landing."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a landing says: the copies that were looked at, and the rows in which somebody wrote something."""

    copies: tuple[Copy, ...]
    rows: tuple[Edited, ...]


def of_copies(copies: tuple[Copy, ...]) -> bytes:
    """The part `copies`."""
    return json.dumps([_of_copy(copy) for copy in copies], ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "replace"
    )


def of_edited(row: Edited) -> Row:
    """An edited row's line."""
    return {
        "copy": row.copy, "place": row.place, "row": row.row, "key": row.key, "what": row.what, "who": row.who,
        "reason": row.reason, "proof": row.proof, "decision": row.told.decision, "until": row.told.until,
        "note": row.told.note, "decided_on": row.told.decided_on, "was": row.was, "edited_at": row.edited_at.isoformat(),
    }  # fmt: skip


def decode(landing: Path) -> Harvest:
    """What *landing* says; `Unreadable` names the part and the line that are not of the agreed form."""
    copies: list[Copy] = []
    for part, content in landings.bodies(landing, COPIES):
        where = f"The landing {landing.name}, {part.file}"
        if not isinstance(content, list):
            raise Unreadable(f"{where}: is not a list of copies.")
        copies += [_made(_copy, row, f"{where}, copy {at}") for at, row in enumerate(content, start=1)]
    rows = [
        _made(edited_of, row, f"The landing {landing.name}, line {at} of its {DECISIONS}")
        for at, row in enumerate(landings.rows(landing, DECISIONS), start=1)
    ]
    return Harvest(tuple(copies), tuple(rows))


def _made(record: Callable[[Row], T], row: Any, where: str) -> T:
    try:
        return record(row)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{where} is not of the agreed form: {error!r}.") from None


def _of_copy(copy: Copy) -> Row:
    return {
        "place": copy.place, "name": copy.name, "bytes": copy.bytes, "sha256": copy.sha256,
        "modified": copy.modified.isoformat(), "state": copy.state, "problem": copy.problem,
    }  # fmt: skip


def _copy(row: Row) -> Copy:
    return Copy(
        place=PLACES[PLACES.index(row["place"])], name=_text(row["name"]), bytes=_number(row["bytes"]),
        sha256=_text(row["sha256"]), modified=_instant(row["modified"]), state=STATES[STATES.index(row["state"])],
        problem=_text(row["problem"]),
    )  # fmt: skip


def edited_of(row: Row) -> Edited:
    text = {key: _text(row[key]) for key in ("copy", "key", "what", "who", "reason", "proof", "was")}
    return Edited(
        **text, place=PLACES[PLACES.index(row["place"])], row=_number(row["row"]),
        told=Told(*(_text(row[key]) for key in ("decision", "until", "note", "decided_on"))),
        edited_at=_instant(row["edited_at"]),
    )  # fmt: skip


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no number")
    return value


def _instant(value: object) -> datetime:
    found = datetime.fromisoformat(_text(value))
    if found.tzinfo is None:
        raise ValueError(f"{value!r} is in no zone")
    return found
