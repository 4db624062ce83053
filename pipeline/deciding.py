"""What officers wrote into copies of the workbook becomes decisions: merged by key, the later edit wins, and nothing is dropped.

A row is an edit where its cells differ from what stood in them when the copy was written, so a stale copy takes nothing back.
"""

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from pipeline.domain.decisions import (
    CHOICES,
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
    clear_key,
    entry_key,
    kind_of,
    numbered,
    pair_of,
    person_of,
    told,
    unclear_key,
    unmark,
)
from pipeline.domain.names import standard
from pipeline.domain.rulings import FITS
from pipeline.marts.decisions import on_file
from pipeline.marts.identity.evidence import players_by_name
from pipeline.storage import decisions, identity, talk_queries
from pipeline.storage.upsert import Counts

log = logging.getLogger(__name__)

_TICK: Final = timedelta(milliseconds=1)

OWN_LINE: Final = "A line of one’s own"
"""What a row without a key is called."""

_NAMELESS: Final = re.compile(f"{UNCLEAR}:[0-9a-f]{{12}}")
"""The key of a row that nobody can name, by its digest."""

_ABOUT_ANYBODY: Final[frozenset[Choice]] = frozenset({"keep", "leave"})
"""What may be written in a line of one's own, with nothing but a name: somebody goes on leave before anything asks for it."""


def take(connection: Connection, edits: Iterable[Edited], noted_at: datetime, zone: ZoneInfo) -> Counts:
    """Write down what *edits* decide, oldest first; what is known already, or older than what is known, changes nothing."""
    clerk = _Clerk(connection, noted_at, zone)
    ordered = sorted(
        map(_storable, edits),
        key=lambda edit: (_decided_at(edit, zone), edit.edited_at, edit.place, edit.copy, edit.row),
    )
    return decisions.keep(connection, list(clerk.decided(ordered)))


class _Clerk:
    """Knows what was decided before, and whose a name is."""

    def __init__(self, connection: Connection, noted_at: datetime, zone: ZoneInfo) -> None:
        self._noted_at = noted_at
        self._zone = zone
        self._held = {key: _decided(key, row) for key, row in on_file(connection).items()}
        self._chosen = {key: row.decided_at for key, row in on_file(connection, besides=NOTED).items()}
        self._said: dict[str, datetime] = {}
        self._numbers = talk_queries.persons(connection)
        self._heard = {
            (numbered(row.key, self._numbers), row.verdict, decisions.until_of(row), row.note)
            for row in decisions.ever(connection)
        }
        self._persons = {name: self._numbers.get(id_, id_) for name, id_ in players_by_name(connection).items()}
        self._accounts = frozenset(str(row.id) for row in identity.accounts(connection))

    def decided(self, edits: Iterable[Edited]) -> Iterator[Decided]:
        """New decisions; of two about the same that were saved at the same instant the second counts, a tick later."""
        for edit in edits:
            made = self._made(edit)
            for each in (made, *self._mended(edit, made)):
                kept = self._kept(each, edit)
                if kept is not None:
                    log.info("Decided about %s in %s, row %d: %s.", kept.key, edit.copy, edit.row, kept.verdict)
                    yield kept

    def _kept(self, made: Decided, edit: Edited) -> Decided | None:
        """*made* as it is to be kept beside what is known; None: it says nothing, was read before, or is overtaken by a later edit."""
        held = self._held.get(made.key)
        if held is None:
            return None if made.verdict == WITHDRAWN or _is_blank(made) else self._noted(made, made.decided_at)
        said = self._said.get(made.key, held.decided_at)
        seen, over = self._cells_of(held)
        is_upon, is_anew = unmark(edit.was) in (seen, over), unmark(edit.was) == over != seen
        late = made.decided_at < said and not (is_upon and edit.edited_at > held.noted_at)
        if held.verdict in (*CHOICES, NOTED) and made.verdict != WITHDRAWN and not (made.note or unmark(edit.was).note):
            made = replace(made, note=held.note)  # a cell that was left empty takes nothing back
        if made.verdict == NOTED and held.verdict in CHOICES and not is_anew:
            made = replace(made, verdict=held.verdict, until=made.until or held.until)  # a note beside it
        elif late and held.verdict == NOTED and self._is_unheard(made):
            late, said = False, made.decided_at
            made = replace(made, until=made.until or held.until, note=held.note or made.note)
        elif _is_blank(made):
            made = replace(made, verdict=WITHDRAWN)
        if late or (_says(made) == _says(held) and not is_anew):
            return None
        if made.verdict in CHOICES and (made.verdict, made.until) == (held.verdict, held.until) and not is_anew:
            return self._annotated(made, held, edit, said)
        at = max(made.decided_at, held.decided_at + _TICK)
        return self._noted(replace(made, decided_at=at), made.decided_at if made.decided_at >= said else at)

    def _annotated(self, made: Decided, held: Decided, edit: Edited, said: datetime) -> Decided | None:
        """*held* with another note: it does not begin anew for that. A note of before that a stale copy still has changes nothing."""
        is_stale = edit.edited_at <= held.noted_at != self._noted_at
        if is_stale and (made.key, *_says(made)) in self._heard:
            return None
        return self._noted(replace(made, decided_at=held.decided_at + _TICK), said)

    def _noted(self, made: Decided, said_at: datetime) -> Decided:
        self._held[made.key], self._said[made.key] = made, said_at
        if made.verdict != NOTED:
            self._chosen[made.key] = made.decided_at
        return made

    def _cells_of(self, held: Decided) -> tuple[Told, Told]:
        """What a copy has where *held* is in force, and where it is over: who wrote upon one of them saw what is held.

        Then theirs is the later one, whatever day they wrote beside it; and upon what is over the same may be decided anew.
        """
        on = held.decided_at.astimezone(self._zone).date()
        return (
            told(held.verdict, held.until, held.note, on),
            told(held.verdict, held.until, held.note, on, is_over=True),
        )

    def _is_unheard(self, made: Decided) -> bool:
        """Whether *made* is a decision that a copy brings late, when somebody has written no more than a note in the meantime."""
        chosen = self._chosen.get(made.key)
        return made.verdict in CHOICES and (chosen is None or chosen < made.decided_at)

    def _mended(self, edit: Edited, made: Decided) -> Iterator[Decided]:
        """What was not understood is over once its row says something better."""
        key = numbered(edit.key, self._numbers)
        if clear_key(key) != key != made.key:
            yield replace(made, key=key, verdict=WITHDRAWN, until=None, note="")

    def _made(self, edit: Edited) -> Decided:
        cells, was = edit.told, unmark(edit.was)
        chosen = choice(cells.decision)
        key = self._key(edit, chosen)
        until, note = _date(cells.until), cells.note
        if cells.until and until is None:
            note = f"{note} (Until: {cells.until})".strip()
        verdict: str = chosen or (WITHDRAWN if was.decision else NOTED)
        if key is None or (chosen is None and (cells.decision or clear_key(edit.key) != edit.key)):
            key = unclear_key(key or (edit.key if _NAMELESS.fullmatch(edit.key) else _digest(edit)))
            note = f"{note} ({cells.decision})".strip() if cells.decision else note
            verdict = UNCLEAR if note or until else WITHDRAWN
        return Decided(
            key, verdict, _decided_at(edit, self._zone), until, note, edit.what or OWN_LINE, edit.who, edit.reason, edit.proof,
            f"workbook:{edit.place}/{edit.copy}", self._noted_at,
        )  # fmt: skip

    def _key(self, edit: Edited, chosen: Choice | None) -> str | None:
        """What a row is about; a row without a key is about whom it names, where that is enough to know. None: nobody knows."""
        key = numbered(clear_key(edit.key), self._numbers)
        if kind_of(key) in FITS and self._is_sound(key):
            return key
        person = self._persons.get(standard(edit.who)) if edit.who else None
        if person is None or chosen not in _ABOUT_ANYBODY:
            return None
        return entry_key("remove", person)

    def _is_sound(self, key: str) -> bool:
        """Whether a key names whom it is about, and accounts that are known: that cell may have been written into, too."""
        kind, _, subject = key.partition(":")
        if kind == IDENTIFY:
            pair = pair_of(key)
            return (str(pair[1]) if pair else subject) in self._accounts and (pair is None or pair[0] in self._numbers)
        return bool(subject) and (kind not in PERSONAL or person_of(key) is not None)


def _decided(key: str, row: Row[Any]) -> Decided:
    """A row of the table as the value it was written from, under the key that it has today."""
    return Decided(
        key, row.verdict, row.decided_at, decisions.until_of(row), row.note, row.what, row.who, row.reason, row.proof,
        row.origin, row.noted_at,
    )  # fmt: skip


def _says(decided: Decided) -> tuple[str, date | None, str]:
    return decided.verdict, decided.until, decided.note


def _is_blank(decided: Decided) -> bool:
    return decided.verdict == NOTED and not (decided.note or decided.until)


def _decided_at(edit: Edited, zone: ZoneInfo) -> datetime:
    """When it was decided: the day that somebody wrote into Decided on, if it lies before the copy was saved, else then."""
    on = _date(edit.told.decided_on)
    is_before = on is not None and on < edit.edited_at.astimezone(zone).date()
    if on is None or not is_before or edit.told.decided_on == unmark(edit.was).decided_on:
        return edit.edited_at
    return datetime.combine(on, time(23, 59, 59), zone).astimezone(edit.edited_at.tzinfo)


def _date(text: str) -> date | None:
    """The date in a cell, if it is one that a workbook can hold."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return on if on.year > 1900 else None


def _storable(edit: Edited) -> Edited:
    """*edit* without halves of characters, which a cell can hold and a database cannot."""
    cells = Told(*(_whole(text) for text in astuple(edit.told)))
    return replace(
        edit, copy=_whole(edit.copy), key=_whole(edit.key), what=_whole(edit.what), who=_whole(edit.who),
        reason=_whole(edit.reason), proof=_whole(edit.proof), told=cells,
    )  # fmt: skip


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _digest(edit: Edited) -> str:
    """A name for a row that nobody can name."""
    words = "|".join((edit.what, edit.who, edit.told.decision, edit.told.note))
    return hashlib.sha256(words.encode()).hexdigest()[:12]
