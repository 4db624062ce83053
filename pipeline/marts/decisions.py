"""What officers decided, as it bears on tonight: who is excused, which ranks wait, and which decisions cannot act.

clan.toml was written with more thought than a cell of a workbook: where the two differ it wins, and the decision says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Row

from pipeline.domain.decisions import (
    CHOICES,
    IDENTIFY,
    NOTED,
    UNCLEAR,
    WITHDRAWN,
    Choice,
    clear_key,
    kind_of,
    numbered,
    pair_of,
    person_of,
)
from pipeline.domain.rulings import LEAVE, fits, last_day, silences, words_that_fit
from pipeline.marts.wording import Calendar, listed
from pipeline.storage import decisions, talk_queries
from pipeline.storage.decisions import until_of

NO_DATE: Final = f"There is no date in Until, so it was taken for {LEAVE.days} days."


_ABSENCES: Final[Mapping[Choice | None, str]] = {
    "leave": "on leave",
    "keep": "kept by the officers",
    "not_yet": "officers said not yet",
    "done": "officers said done",
}
_RANKS: Final[Mapping[Choice | None, str]] = {
    "keep": "officers said no",
    "not_yet": "officers said not yet",
    "done": "officers said done",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on file. `person_id` is whom it is about today, if it is about a person of the clan or one who was.

    `choice` None: it is a note, or was not understood. `holds`: in force tonight, up to and with `last_day` (None: without end).
    """

    key: str
    kind: str
    verdict: str
    choice: Choice | None
    person_id: int | None
    what: str
    who: str
    reason: str
    proof: str
    note: str
    origin: str
    decided_at: datetime
    until: date | None
    last_day: date | None
    holds: bool
    conflict: str
    fate: str | None
    fate_at: datetime | None

    @property
    def silences(self) -> bool:
        """Whether it keeps its entry off the list tonight."""
        return self.holds and self.choice is not None and silences(self.choice)


def on_file(connection: Connection, as_of: datetime | None = None, besides: str = "") -> dict[str, Row[Any]]:
    """`storage.decisions.newest` by the key that each has today: whose main account changed has one decision all the same."""
    persons = talk_queries.persons(connection)
    return {numbered(key, persons): row for key, row in decisions.newest(connection, as_of, besides).items()}


def rulings(rows: Mapping[str, Row[Any]], seen: Mapping[int, datetime], calendar: Calendar) -> tuple[Ruling, ...]:
    """The decisions *on_file*, the latest first; *seen* is when people gave their last sign of life."""
    found = [
        _ruling(key, row, seen, calendar)
        for key, row in rows.items()
        if row.verdict != WITHDRAWN and not _is_mended(key, rows)
    ]
    return tuple(sorted(found, key=lambda each: (-each.decided_at.timestamp(), each.key)))


def _is_mended(key: str, rows: Mapping[str, Row[Any]]) -> bool:
    """Whether what was not understood was said in better words since."""
    better = rows.get(clear_key(key)) if rows[key].verdict == UNCLEAR else None
    return better is not None and better.decided_at > rows[key].decided_at


def excused(found: Iterable[Ruling], calendar: Calendar) -> dict[int, str]:
    """Who is not to be removed for now, by person, and why."""
    return {
        each.person_id: _until(_ABSENCES[each.choice], each, calendar)
        for each in found
        if each.kind == "remove" and each.silences and each.person_id is not None and each.choice in _ABSENCES
    }


def postponed(found: Iterable[Ruling], calendar: Calendar) -> dict[str, str]:
    """Ranks that are not to be given for now, by key, and why."""
    return {
        each.key: _until(_RANKS[each.choice], each, calendar)
        for each in found
        if each.kind == "promote" and each.silences and each.choice in _RANKS
    }


def _ruling(key: str, row: Row[Any], seen: Mapping[int, datetime], calendar: Calendar) -> Ruling:
    kind = kind_of(key)
    choice = cast(Choice, row.verdict) if row.verdict in CHOICES else None
    until, decided_on = until_of(row), calendar.on(row.decided_at)
    end = last_day(kind, choice, decided_on, until) if choice else None
    ruling = Ruling(
        key=key, kind=kind, verdict=row.verdict, choice=choice, person_id=person_of(key),
        what=row.what, who=row.who, reason=row.reason, proof=row.proof, note=row.note, origin=row.origin,
        decided_at=row.decided_at, until=until, last_day=end, holds=False, conflict=_conflict(row.verdict, key, until),
        fate=row.fate, fate_at=row.fate_at,
    )  # fmt: skip
    return replace(ruling, holds=_holds(ruling, seen, calendar))


def _holds(ruling: Ruling, seen: Mapping[int, datetime], calendar: Calendar) -> bool:
    if ruling.choice is None or not fits(ruling.kind, ruling.choice):
        return False
    if ruling.last_day is not None:
        return calendar.on(calendar.now) <= ruling.last_day
    if ruling.kind == "remove" and ruling.person_id is not None:
        # it was decided when they were away that time; once they were back and go again, it is asked again
        last_at = seen.get(ruling.person_id)
        return ruling.fate not in ("left", "removed") and (last_at is None or last_at <= ruling.decided_at)
    return True


def _conflict(verdict: str, key: str, until: date | None) -> str:
    kind = kind_of(key)
    if kind == IDENTIFY and verdict in ("confirm", "reject") and pair_of(key) is None:
        return "Nobody is named whose account it may be: write a [[person]] into clan.toml."
    if verdict in CHOICES and not fits(kind, cast(Choice, verdict)):
        word = CHOICES[cast(Choice, verdict)]
        return f"“{word}” is no answer here: choose {listed(words_that_fit(kind))}."
    if verdict == UNCLEAR:
        return "Not understood, so nothing follows from it: choose a word of the list."
    if verdict == NOTED and until is not None:
        return "There is a date and no decision: choose a word of the list."
    return NO_DATE if verdict == "leave" and until is None else ""


def _until(words: str, ruling: Ruling, calendar: Calendar) -> str:
    said = (
        f"{words} until {calendar.day(ruling.last_day)}"
        if ruling.last_day
        else f"{words} on {calendar.day(ruling.decided_at)}"
    )
    return f"{said} ({ruling.note})" if ruling.note else said
