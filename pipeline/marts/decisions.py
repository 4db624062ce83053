"""What officers decided, as it bears on tonight: who is excused, which ranks wait, and which decisions cannot act.

clan.toml was written with more thought than a cell of a workbook: where the two differ it wins, and the decision says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, cast

from sqlalchemy import Connection

from pipeline.domain.decisions import CHOICES, IDENTIFY, Choice, Decided, kind_of, pair_of, person_of
from pipeline.domain.rulings import LEAVE, fits, last_day, silences, words_that_fit
from pipeline.domain.standing import Standing, standings
from pipeline.marts.wording import Calendar, listed
from pipeline.storage import decisions, talk_queries

NO_DATE: Final = f"There is no date in Until, so it was taken for {LEAVE.days} days."

SHOWN: Final = 40
"""Characters that are told of a word that nobody understands."""

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
    `unclear` is what was written later and nobody understands ("": a date alone), `until` the date that was written last.
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
    unclear: str | None = None

    @property
    def silences(self) -> bool:
        """Whether it keeps its entry off the list tonight."""
        return self.holds and self.choice is not None and silences(self.choice)


def on_file(connection: Connection, as_of: datetime | None = None) -> dict[str, Standing]:
    """What stands about each entry, by the key that it has today, of what was noted by *as_of*."""
    return standings(decisions.ever(connection, as_of), talk_queries.persons(connection))


def rulings(filed: Mapping[str, Standing], seen: Mapping[int, datetime], calendar: Calendar) -> tuple[Ruling, ...]:
    """What is *on_file* as it bears on tonight, the latest first; *seen* is when people gave their last sign of life."""
    found = (_ruling(key, standing, seen, calendar) for key, standing in filed.items())
    return tuple(sorted(found, key=lambda each: (-each.decided_at.timestamp(), each.key)))


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


def _ruling(key: str, standing: Standing, seen: Mapping[int, datetime], calendar: Calendar) -> Ruling:
    by, unclear, kind = standing.by, standing.unclear, kind_of(key)
    choice = cast(Choice, by.verdict) if by.verdict in CHOICES else None
    end = last_day(kind, choice, calendar.on(by.decided_at), by.until) if choice else None
    ruling = Ruling(
        key=key, kind=kind, verdict=by.verdict, choice=choice, person_id=person_of(key), what=by.what, who=by.who, reason=by.reason,
        proof=by.proof, note=standing.note, origin=by.origin, decided_at=by.decided_at, until=(unclear or by).until, last_day=end,
        holds=False, conflict=_conflict(key, choice, by, unclear), fate=by.fate, fate_at=by.fate_at,
        unclear=unclear.word if unclear else None,
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


def _conflict(key: str, choice: Choice | None, by: Decided, unclear: Decided | None) -> str:
    kind = kind_of(key)
    if unclear is not None:
        return _mistake(unclear, words_that_fit(kind))
    if kind == IDENTIFY and choice in ("confirm", "reject") and pair_of(key) is None:
        return "Nobody is named whose account it may be: write a [[person]] into clan.toml."
    if choice is not None and not fits(kind, choice):
        return f"“{CHOICES[choice]}” is no answer here: choose {listed(words_that_fit(kind), 'or')}."
    return NO_DATE if choice == "leave" and by.until is None else ""


def _mistake(unclear: Decided, fitting: list[str]) -> str:
    if unclear.word:
        return f"“{unclear.word[:SHOWN]}” is none of the words: choose {listed(fitting, 'or')}."
    if unclear.until is not None and fitting:
        return "There is a date and no decision: choose a word of the list."
    return "Not understood, so nothing follows from it: choose a word of the list."


def _until(words: str, ruling: Ruling, calendar: Calendar) -> str:
    said = (
        f"{words} until {calendar.day(ruling.last_day)}"
        if ruling.last_day
        else f"{words} on {calendar.day(ruling.decided_at)}"
    )
    return f"{said} ({ruling.note})" if ruling.note else said
