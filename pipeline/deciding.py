"""What officers wrote into copies of the workbook becomes decisions: merged by key, the later edit wins, and nothing is dropped.

A row is an edit where its cells differ from what stood in them when the copy was written, so a stale copy takes nothing back.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from pipeline.domain.decisions import (
    CHOICES,
    NOTED,
    UNCLEAR,
    WITHDRAWN,
    Choice,
    Decided,
    Edited,
    choice,
    entry_key,
    kind_of,
    unmark,
)
from pipeline.domain.names import standard
from pipeline.domain.rulings import FITS
from pipeline.marts.identity.evidence import players_by_name
from pipeline.storage import decisions, talk_queries
from pipeline.storage.upsert import Counts

log = logging.getLogger(__name__)

_TICK: Final = timedelta(milliseconds=1)

_ABOUT_ANYBODY: Final[frozenset[Choice]] = frozenset({"keep", "leave"})
"""What may be written in a line of one's own, with nothing but a name: somebody goes on leave before anything asks for it."""


def take(connection: Connection, edits: Iterable[Edited], noted_at: datetime, zone: ZoneInfo) -> Counts:
    """Write down what *edits* decide, oldest first; what is known already, or older than what is known, changes nothing."""
    clerk = _Clerk(connection, noted_at, zone)
    ordered = sorted(edits, key=lambda edit: (_decided_at(edit, zone), edit.edited_at, edit.place, edit.copy, edit.row))
    return decisions.keep(connection, list(clerk.decided(ordered)))


class _Clerk:
    """Knows what was decided before, and whose a name is."""

    def __init__(self, connection: Connection, noted_at: datetime, zone: ZoneInfo) -> None:
        self._noted_at = noted_at
        self._zone = zone
        self._held: dict[str, Decided] = {key: _decided(row) for key, row in decisions.newest(connection).items()}
        persons = talk_queries.persons(connection)
        self._persons = {name: persons.get(id_, id_) for name, id_ in players_by_name(connection).items()}
        self._players = frozenset(persons)

    def decided(self, edits: Iterable[Edited]) -> Iterator[Decided]:
        """New decisions; of two about the same that were saved at the same instant the second counts, a tick later."""
        fresh: set[str] = set()
        for edit in edits:
            made = self._made(edit)
            held = self._held.get(made.key)
            if held is not None and made.verdict == NOTED and held.verdict in CHOICES:
                made = replace(made, verdict=held.verdict, until=made.until or held.until)  # a note beside it
            if held is None and made.verdict == WITHDRAWN:
                continue
            if held is not None:
                if _says(made) == _says(held):
                    continue
                if made.decided_at <= held.decided_at and made.key not in fresh:
                    continue  # read before, or overtaken by a later edit
                made = replace(made, decided_at=max(made.decided_at, held.decided_at + _TICK))
            fresh.add(made.key)
            self._held[made.key] = made
            log.info("Decided about %s in %s, row %d: %s.", made.key, edit.copy, edit.row, made.verdict)
            yield made

    def _made(self, edit: Edited) -> Decided:
        told, was = edit.told, unmark(edit.was)
        chosen = choice(told.decision)
        key = self._key(edit, chosen)
        verdict: str = chosen or (UNCLEAR if told.decision else WITHDRAWN if was.decision else NOTED)
        until, note = _date(told.until), told.note
        if told.until and until is None:
            note = f"{note} (Until: {told.until})".strip()
        if key is None:
            key = _unclear(edit.key or _digest(edit))
            verdict, note = UNCLEAR, f"{note} ({told.decision})".strip() if told.decision else note
        elif verdict == UNCLEAR:
            key, note = _unclear(key), f"{note} ({told.decision})".strip()
        return Decided(
            key, verdict, _decided_at(edit, self._zone), until, note, edit.what, edit.who, edit.reason, edit.proof,
            f"workbook:{edit.place}/{edit.copy}", self._noted_at,
        )  # fmt: skip

    def _key(self, edit: Edited, chosen: Choice | None) -> str | None:
        """What a row is about; a row without a key is about whom it names, where that is enough to know. None: nobody knows."""
        key = edit.key.removeprefix(f"{UNCLEAR}:")
        if kind_of(key) in FITS and self._is_sound(key):
            return key
        person = self._persons.get(standard(edit.who)) if edit.who else None
        if person is None or chosen not in _ABOUT_ANYBODY:
            return None
        return entry_key("remove", person)

    def _is_sound(self, key: str) -> bool:
        """Whether a key names an account that is known, where it is about who is who: that cell may have been written into, too."""
        parts = key.split(":")
        if kind_of(key) != "identify" or len(parts) < 3:
            return len(parts) > 1 and bool(parts[1])
        return parts[2].isdigit() and int(parts[2]) in self._players


def _decided(row: Row[Any]) -> Decided:
    """A row of the table as the value it was written from."""
    return Decided(
        row.key, row.verdict, row.decided_at, decisions.until_of(row), row.note, row.what, row.who, row.reason, row.proof,
        row.origin, row.noted_at,
    )  # fmt: skip


def _says(decided: Decided) -> tuple[str, date | None, str]:
    return decided.verdict, decided.until, decided.note


def _decided_at(edit: Edited, zone: ZoneInfo) -> datetime:
    """When it was decided: the day that somebody wrote into Decided on, if it lies before the copy was saved, else then."""
    on = _date(edit.told.decided_on)
    if on is None or edit.told.decided_on == unmark(edit.was).decided_on:
        return edit.edited_at
    end = datetime.combine(on, time(23, 59, 59), zone).astimezone(edit.edited_at.tzinfo)
    return min(end, edit.edited_at)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _unclear(key: str) -> str:
    return f"{UNCLEAR}:{key.removeprefix(f'{UNCLEAR}:')}"


def _digest(edit: Edited) -> str:
    """A name for a row that nobody can name."""
    words = "|".join((edit.what, edit.who, edit.told.decision, edit.told.note))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:12]
