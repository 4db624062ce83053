"""What officers wrote into copies of the workbook becomes rows of the log of decisions, and what stands is a fold over it.

A row says what an edit changed of what stood in its cells when the copy was written, so a stale copy takes nothing back.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from pipeline.domain.changes import Change, change, decided_at, digest
from pipeline.domain.decisions import (
    ANSWER,
    IDENTIFY,
    NOTED,
    PERSONAL,
    UNCLEAR,
    WITHDRAWN,
    Choice,
    Decided,
    Edited,
    Told,
    choice,
    entry_key,
    kind_of,
    pair_of,
    person_of,
)
from pipeline.domain.forgotten import NOBODY, Forgotten
from pipeline.domain.names import standard
from pipeline.domain.rulings import FITS
from pipeline.marts.identity.evidence import players_by_name
from pipeline.storage import decisions, identity, talk_queries
from pipeline.storage.upsert import Counts

log = logging.getLogger(__name__)

_TICK: Final = timedelta(milliseconds=1)
"""No copy was saved after it was read, whatever its clock says; of several such, the later one is still the later."""

OWN_LINE: Final = "A line of one’s own"
"""What a row without a key is called."""

_NAMELESS: Final = re.compile(f"{UNCLEAR}:[0-9a-f]{{12}}")
"""The key of a row that nobody can name, by its digest."""

_ABOUT_ANYBODY: Final[frozenset[Choice]] = frozenset({"keep", "leave"})
"""What may be written in a line of one's own, with nothing but a name: somebody goes on leave before anything asks for it."""


def take(
    connection: Connection, edits: Iterable[Edited], noted_at: datetime, zone: ZoneInfo, forgotten: Forgotten = NOBODY
) -> Counts:
    """Write down what *edits* changed, but nothing of *forgotten* in Discord; what is on file already changes nothing."""
    register = _Register(connection)
    known = [edit for edit in map(_storable, edits) if not (forgotten and _is_forgotten(connection, edit, forgotten))]
    ordered = sorted(known, key=lambda edit: (edit.edited_at, edit.place, edit.copy, edit.row))
    found = (
        row
        for place, edit in enumerate(ordered)
        for row in _rows(edit, register, noted_at, min(edit.edited_at, noted_at + place * _TICK), zone)
    )
    new = decisions.unknown(connection, filter(None, map(forgotten.decided, found)))
    for row in new:
        log.info("Decided about %s in %s: %s.", row.key, row.origin, row.verdict)
    return decisions.keep(connection, new)


def _is_forgotten(connection: Connection, edit: Edited, forgotten: Forgotten) -> bool:
    """Whether an edit tells of *forgotten*; so may one about a question that is not held any more."""
    subject = edit.key.partition(":")[2]
    is_lost = kind_of(edit.key) == ANSWER and not (
        subject.isdecimal() and talk_queries.is_held(connection, int(subject))
    )
    return is_lost or forgotten.hides(edit)


class _Register:
    """Knows whose a name is, and which accounts there are."""

    def __init__(self, connection: Connection) -> None:
        self._names = players_by_name(connection)
        self._players = talk_queries.persons(connection).keys()
        self._accounts = frozenset(str(row.id) for row in identity.accounts(connection))

    def key(self, edit: Edited) -> str | None:
        """What a row is about; a row without a key is about whom it names, where that is enough to know. None: nobody knows."""
        if kind_of(edit.key) in FITS and self._is_sound(edit.key):
            return edit.key
        player = self._names.get(standard(edit.who)) if edit.who else None
        if player is None or choice(edit.told.decision) not in _ABOUT_ANYBODY:
            return None
        return entry_key("remove", player)  # in whatever account they are named: the person behind it has one history

    def _is_sound(self, key: str) -> bool:
        """Whether a key names whom it is about, and accounts that are known: that cell may have been written into, too."""
        kind, _, subject = key.partition(":")
        if kind == IDENTIFY:
            pair = pair_of(key)
            return (str(pair[1]) if pair else subject) in self._accounts and (pair is None or pair[0] in self._players)
        return bool(subject) and (kind not in PERSONAL or person_of(key) is not None)


def _rows(
    edit: Edited, register: _Register, noted_at: datetime, saved_at: datetime, zone: ZoneInfo
) -> Iterator[Decided]:
    """What *edit* changed: the decision, the note, or both.

    They are apart, so that a note which is added to a decision in the same copy does not make another decision of it.
    """
    changed, key = change(edit), register.key(edit)
    if changed is None:
        return
    row = Decided(
        key or edit.key, changed.mark, changed.verdict, decided_at(edit, saved_at, zone), changed.until, changed.word, None,
        edit.what or OWN_LINE, edit.who, edit.reason, edit.proof, f"workbook:{edit.place}/{edit.copy}", noted_at,
    )  # fmt: skip
    if key is None:
        yield _nameless(row, edit, changed)
        return
    if _NAMELESS.fullmatch(edit.key):  # it names something now
        yield replace(row, key=edit.key, verdict=WITHDRAWN)
    if changed.verdict != NOTED:
        yield row
    if changed.is_noted:
        yield replace(row, mark=changed.note_mark, verdict=NOTED, until=None, word="", note=changed.note)


def _nameless(row: Decided, edit: Edited, changed: Change) -> Decided:
    """*row* of something that nobody can name: all that is written there is its note, until that is cleared."""
    said = edit.told.decision
    key = (
        edit.key if _NAMELESS.fullmatch(edit.key) else f"{UNCLEAR}:{digest(row.what, row.who, said, changed.note)[:12]}"
    )
    note = f"{changed.note} ({said})".strip() if said else changed.note
    verdict = UNCLEAR if note or row.until else WITHDRAWN
    return replace(row, key=key, mark=changed.row_mark, verdict=verdict, word="", note=note)


def _storable(edit: Edited) -> Edited:
    """*edit* without halves of characters, which a cell can hold and a database cannot."""
    texts = {name: _whole(value) for name, value in asdict(edit).items() if isinstance(value, str)}
    return replace(edit, **texts, told=Told(*map(_whole, astuple(edit.told))))  # type: ignore[arg-type]    # all of them are texts


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
