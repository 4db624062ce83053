"""What officers decided, as it bears on tonight: who is excused, which ranks wait, and which decisions cannot act.

clan.toml was written with more thought than a cell of a workbook: where the two differ it wins, and the decision says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Row

from pipeline.domain.decisions import CHOICES, NOTED, UNCLEAR, WITHDRAWN, Choice, kind_of
from pipeline.domain.rulings import LEAVE, fits, last_day, silences, words_that_fit
from pipeline.marts.wording import Calendar, listed
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
    subject: str
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


def rulings(
    rows: Iterable[Row[Any]], persons: Mapping[int, int], away_since: Mapping[int, datetime], calendar: Calendar
) -> tuple[Ruling, ...]:
    """The decisions on file, the latest first; *persons* tell whose an account is today, *away_since* since when somebody is inactive."""
    held = {row.key: row for row in rows if row.verdict != WITHDRAWN}
    found = [_ruling(row, persons, away_since, calendar) for row in held.values() if not _is_mended(row, held)]
    return tuple(sorted(found, key=lambda each: (-each.decided_at.timestamp(), each.key)))


def _is_mended(row: Row[Any], held: Mapping[str, Row[Any]]) -> bool:
    """Whether what was not understood was said in better words since."""
    better = held.get(row.key.removeprefix(f"{UNCLEAR}:")) if row.verdict == UNCLEAR else None
    return better is not None and better.decided_at > row.decided_at


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


def _ruling(
    row: Row[Any], persons: Mapping[int, int], away_since: Mapping[int, datetime], calendar: Calendar
) -> Ruling:
    kind, subject = kind_of(row.key), row.key.partition(":")[2]
    choice = cast(Choice, row.verdict) if row.verdict in CHOICES else None
    until, decided_on = until_of(row), calendar.on(row.decided_at)
    end = last_day(kind, choice, decided_on, until) if choice else None
    ruling = Ruling(
        key=row.key, kind=kind, verdict=row.verdict, choice=choice, subject=subject, person_id=_person(kind, subject, persons),
        what=row.what, who=row.who, reason=row.reason, proof=row.proof, note=row.note, origin=row.origin,
        decided_at=row.decided_at, until=until, last_day=end, holds=False, conflict=_conflict(row.verdict, kind, until),
        fate=row.fate, fate_at=row.fate_at,
    )  # fmt: skip
    return replace(ruling, holds=_holds(ruling, away_since, calendar))


def _person(kind: str, subject: str, persons: Mapping[int, int]) -> int | None:
    """Whom a decision is about: persons are numbered after their main account, which may be another one by now."""
    number = subject.partition(":")[0]
    if (
        kind not in ("remove", "promote", "rank", "thank", "drift", "return", "star")
        or not number.lstrip("-").isdigit()
    ):
        return None
    return persons.get(int(number), int(number))


def _holds(ruling: Ruling, away_since: Mapping[int, datetime], calendar: Calendar) -> bool:
    if ruling.choice is None or not fits(ruling.kind, ruling.choice):
        return False
    if ruling.last_day is not None:
        return calendar.on(calendar.now) <= ruling.last_day
    if ruling.kind == "remove" and ruling.choice == "keep" and ruling.person_id is not None:
        # they were kept when they were away that time; once they were back and go again, it is asked again
        since = away_since.get(ruling.person_id)
        return since is None or since <= ruling.decided_at
    return True


def _conflict(verdict: str, kind: str, until: date | None) -> str:
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
