"""The sheet To do: everything there is to do, in which officers decide. What they write is read back the next night.

The words of its headers and of the list stand in `domain.decisions`, where the one who reads it has them from.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.domain import decisions as words
from pipeline.domain.decisions import CHOICES, TABLE, Told, kind_of, told
from pipeline.domain.rulings import words_that_fit
from pipeline.marts.advice_model import Decision
from pipeline.marts.cards import PRESSING
from pipeline.marts.model import Marts
from pipeline.marts.wording import plural
from pipeline.outputs.advice_words import SEVERITIES
from pipeline.outputs.decision_words import outcome
from pipeline.outputs.entries import Docket, Entry
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.members import NO_MEMBERS
from pipeline.outputs.excel.rules import where
from pipeline.outputs.excel.sheet import Column, Sheet, Table, Value
from pipeline.outputs.instants import iso

NAME: Final = "To do"
_NOTE: Final = (
    "Decide in the golden columns and save: the next night reads them, acts, and says what became of it. In a line of your own below the "
    "table, a name under Who and “On leave until” will do."
)
_NOTHING: Final = "Nothing to do tonight: nobody is due for a rank, and nobody has to go."

_EARLIEST: Final = date(2013, 1, 1)
"""No decision is older than the game; Excel would take 5 for a day of January 1900."""

_LIST: Final[Mapping[str, object]] = {
    "validate": "list",
    "source": list(CHOICES.values()),
    "input_title": "What was decided?",
    "input_message": "Choose from the list. The next night acts on it. Clear the cell to take it back.",
    "error_title": "Not in the list",
    "error_message": "Choose one of: " + ", ".join(CHOICES.values()) + ".",
}
_DATE: Final[Mapping[str, object]] = {
    "validate": "date",
    "criteria": ">=",
    "value": _EARLIEST,
    "error_title": "Not a date",
    "error_message": "Write a date, such as 2026-12-24.",
    "error_type": "warning",
}
_STATE_RULES: Final = (
    where('[state]="New"', "good"),
    where('[state]="Not understood"', "warn"),
    where('OR([state]="Decided",[state]="Settled")', "faded"),
)
_PRESSING_RULES: Final = (
    where('OR([severity]="Critical",[severity]="High")', "warn"),
    where('[severity]="Medium"', "top"),
    where('[severity]="Low"', "faded"),
)
_QUIET: Final = where('OR([state]="Decided",[state]="Settled")', "faded")
_MISFIT: Final = where('AND([decision]<>"",[choices]<>"",ISERROR(SEARCH("|"&[decision]&"|",[choices])))', "warn")
"""Whoever chooses what is no answer to this row sees it at once, not the next night."""

_UNDATED: Final = where('AND([decision]="On leave until",[until]="")', "warn")


@dataclass(frozen=True, slots=True)
class Line:
    """A row: an entry of tonight, or a decision whose matter is not on tonight's list any more."""

    key: str
    entry: Entry | None
    decided: Decision | None
    told: Told

    @property
    def is_open(self) -> bool:
        """Whether there is something to decide."""
        return self.entry is not None and self.entry.is_open

    @property
    def state(self) -> str:
        """New, Open, Decided (nothing to do for now), Settled (nothing will come of it any more), or Not understood."""
        if self.decided is not None and self.decided.unclear is not None:
            return "Not understood"
        if self.entry is None:
            return "Decided" if self.decided is not None and self.decided.holds else "Settled"
        if not self.is_open:
            return "Decided"
        return "New" if self.entry.is_new else "Open"


def todo_sheet(answers: Answers) -> Sheet:
    """One table: what is open, the most pressing first, then what was decided."""
    marts = answers.marts
    rows = lines(marts)
    empty = _NOTHING if marts.members else NO_MEMBERS
    heading = f"Tonight: {plural(sum(row.is_open for row in rows), 'thing')} to decide"
    columns = _columns(answers)
    printed = [column.key for column in columns].index("note") + 1
    table = Table(TABLE, heading, columns, rows, empty, printed=(printed, None))
    return Sheet(NAME, _NOTE, (table,), frozen=4, parts=not rows)  # as a part, a sentence has all the width


def lines(marts: Marts) -> list[Line]:
    """The rows in their order."""
    zone = ZoneInfo(marts.clan.time_zone)
    entries = _unlike(Docket(marts).everything())
    found = [Line(entry.key, entry, entry.decided, _told(entry.decided, zone, is_asked=True)) for entry in entries]
    found.sort(key=lambda line: _turn(line.entry))
    listed = {line.key for line in found}
    found += [
        Line(decision.key, None, decision, _told(decision, zone))
        for decision in marts.advice.decisions
        if decision.key not in listed
    ]
    return found


def _unlike(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    """A row for each key: who is on the rise twice over has one decision."""
    seen: set[str] = set()
    for entry in entries:
        if entry.key not in seen:
            seen.add(entry.key)
            yield entry


def _turn(entry: Entry | None) -> tuple[bool, int]:
    assert entry is not None
    return not entry.is_open, PRESSING[entry.severity]


def _told(decided: Decision | None, zone: ZoneInfo, *, is_asked: bool = False) -> Told:
    """What stands in the cells in which people write; *is_asked*: there is an entry of tonight."""
    if decided is None:
        return Told()
    on = decided.decided_at.astimezone(zone).date()
    is_over = is_asked and decided.verdict in CHOICES and not decided.holds
    return told(decided.verdict, decided.until, decided.note, on, unclear=decided.unclear, is_over=is_over)


def _columns(answers: Answers) -> tuple[Column[Line], ...]:
    night = iso(answers.marts.as_of)
    return (
        Column[Line](words.KEY, words.KEY, lambda line: line.key, "text", 4, hidden=True),
        Column[Line]("state", "State", lambda line: line.state, "name", 10, _STATE_RULES),
        Column[Line](
            "what", words.WHAT, lambda line: line.entry.what if line.entry else _of(line, "what"), "strong_sentence", 18, (_QUIET,)
        ),
        Column[Line]("who", words.WHO, lambda line: _who(line, answers), "who_link", 15, (_QUIET,)),
        Column[Line]("since", words.SINCE, lambda line: line.entry.since if line.entry else None, "day", 12),
        _sentence("reason", words.REASON, 28, lambda entry: _with(entry.about, entry.reason)),
        _sentence("proof", words.PROOF, 28, lambda entry: entry.proof),
        Column[Line]("flips_if", words.FLIPS_IF, lambda line: line.entry.flips_if or None if line.entry else None, "sentence", 19),
        Column[Line]("suggested", words.SUGGESTED, lambda line: line.entry.suggestion if line.entry else None, "sentence", 19),
        Column[Line]("decision", words.DECISION, lambda line: line.told.decision or None, "entry", 14, (_MISFIT,), asks=_LIST),
        Column[Line]("until", words.UNTIL, lambda line: _date(line.told.until), "entry_day", 13, (_UNDATED,), asks=_DATE),
        Column[Line]("note", words.NOTE, lambda line: line.told.note or None, "entry", 20),
        Column[Line]("decided_on", words.DECIDED_ON, lambda line: _date(line.told.decided_on), "entry_day", 13, asks=_DATE),
        Column[Line]("became", "What became of it", _became, "sentence", 24),
        Column[Line](
            "severity", "How pressing",
            lambda line: SEVERITIES[line.entry.severity] if line.entry else None, "text", 11, _PRESSING_RULES,
        ),
        Column[Line]("choices", "Choices", _choices, "text", 4, hidden=True),
        Column[Line](words.WAS, words.WAS, lambda line: line.told.mark(night), "text", 4, hidden=True),
    )  # fmt: skip


def _sentence(key: str, header: str, width: float, text: Callable[[Entry], str]) -> Column[Line]:
    """A sentence of the entry, or, where there is none any more, what the workbook said when it was decided."""
    return Column[Line](
        key, header, lambda line: (text(line.entry) if line.entry else _of(line, key)) or None, "sentence", width
    )


def _of(line: Line, field: str) -> str | None:
    return None if line.decided is None else getattr(line.decided, field) or None


def _with(about: str, reason: str) -> str:
    return f"{about}. {reason}" if about else reason


def _who(line: Line, answers: Answers) -> Value:
    """Whom it is about, leading to their page where they are in the clan."""
    if line.entry is None:
        return _of(line, "who")
    return answers.linked(line.entry.player_id, line.entry.who) or None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _became(line: Line) -> str | None:
    return (outcome(line.decided) or None) if line.decided else None


def _choices(line: Line) -> str | None:
    """The words that are an answer to this row, for the rule that warns of the others; a row that nobody can name may become any."""
    fitting = words_that_fit(kind_of(line.key))
    return f"|{'|'.join(fitting)}|" if fitting else None
