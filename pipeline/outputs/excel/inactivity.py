"""The sheet Inactivity: everybody's verdict with its proof, those who can go first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.activity import State
from pipeline.domain.names import role_name
from pipeline.marts.advice_model import SLOTS, Inactivity, Verdict
from pipeline.marts.model import Person
from pipeline.outputs.advice_words import STATES
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.members import NO_MEMBERS
from pipeline.outputs.excel.rules import age, bars, unknown, where
from pipeline.outputs.excel.sheet import Column, Sheet, Table
from pipeline.outputs.excel.text import counted

_NOT_JUDGED: Final = "Nobody has been judged yet."
_ORDER: Final[dict[State, int]] = {"inactive": 0, "unknown": 1, "active": 2}
_PRINTED: Final = 9
"""Columns up to Exempt: the proof tells the dates, and all of them would make the print too small to read."""

_STATE_RULES: Final = (
    where('[state]="Inactive"', "warn"),
    where('[state]="Active"', "good"),
    where('[state]="Unknown"', "faded"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A verdict, whether it is on the list of those to remove, and what of their accounts holds a slot for nothing."""

    verdict: Verdict
    goes: bool
    held: str | None


def inactivity_sheet(answers: Answers) -> Sheet:
    """Everybody, in one table."""
    told = answers.marts.advice.inactivity
    empty = _NOT_JUDGED if answers.marts.members else NO_MEMBERS
    columns = _columns(answers, has_held=bool(told.held))
    rows = list(_rows(told, answers.marts.people))
    table = Table("Inactivity", "Who takes part", columns, rows, empty, printed=(_PRINTED, None))
    return Sheet("Inactivity", _note(told), (table,), frozen=1, parts=not rows)


def _note(told: Inactivity) -> str:
    question = "Who takes part, who is away, and of whom can nobody tell?"
    if not told.verdicts:
        return question
    freed = f"removing the {len(told.purge):,} listed frees {told.would_free:,}" if told.purge else "nobody has to go"
    return f"{question} {told.slots_used:,} of {counted(SLOTS, 'slot')} are used; {freed}."


def _columns(answers: Answers, *, has_held: bool) -> tuple[Column[_Row], ...]:
    """Those of Discord only where there is Discord, that of slots only where one is held for nothing."""
    has_talk = answers.marts.talk is not None
    return (
        Column(
            "name", "Name", lambda row: answers.linked(row.verdict.player_ids[0], row.verdict.name), "name_link", 16
        ),
        Column("rank", "Rank", lambda row: role_name(row.verdict.role), width=12),
        Column("state", "Verdict", lambda row: STATES[row.verdict.state], "name", 11, _STATE_RULES),
        Column("goes", "To remove", _goes, "centre", 11, (where('LEFT([goes],3)="yes"', "warn"),)),
        Column("idle", "Days away", lambda row: row.verdict.idle_days, "count", 9, (bars(), unknown())),
        Column("allowed", "Days allowed", lambda row: row.verdict.threshold_days, "count", 9),
        Column("proof", "What shows it", lambda row: row.verdict.proof, "sentence", 50),
        Column("flip", "What would change it", lambda row: row.verdict.flips_if, "sentence", 36),
        Column("exempt", "Exempt", lambda row: row.verdict.exempt, "sentence", 16),
        *((Column[_Row]("held", "Slot held for nothing", lambda row: row.held, "sentence", 24),) if has_held else ()),
        _day("gain", "Last gain", lambda verdict: verdict.last_gain_at),
        *(_of_discord() if has_talk else ()),
        _day("contest", "Last competition", lambda verdict: verdict.last_contest_at),
        Column("look", "Last look", lambda row: row.verdict.looked_at, "day", rules=(unknown(), age())),
        _day("since", "Inactive since night of", lambda verdict: verdict.since),
    )


def _of_discord() -> tuple[Column[_Row], ...]:
    return (
        _day("word", "Last message", lambda verdict: verdict.last_word_at),
        _day("chat", "Last clan chat", lambda verdict: verdict.last_chat_at),
    )


def _day(key: str, header: str, at: Callable[[Verdict], datetime | None]) -> Column[_Row]:
    return Column(key, header, lambda row: at(row.verdict), "day")


def _goes(row: _Row) -> str | None:
    if not row.goes:
        return None
    return "yes, new" if row.verdict.is_new else "yes"


def _rows(told: Inactivity, people: Sequence[Person]) -> Iterator[_Row]:
    """Those to remove, the longest away first; then who else is inactive, who is unknown, who is active, in the clan's order of rank."""
    held: dict[int, str] = {slot.player_id: slot.text for slot in told.held}
    listed = {verdict.person_id for verdict in told.purge}
    others = [verdict for verdict in told.verdicts if verdict.person_id not in listed]
    turns = {person.person_id: turn for turn, person in enumerate(people)}
    others.sort(key=lambda verdict: (_ORDER[verdict.state], turns.get(verdict.person_id, len(turns))))
    for verdict in (*told.purge, *others):
        texts = [held[player] for player in verdict.player_ids if player in held]
        yield _Row(verdict, verdict.person_id in listed, " ".join(texts) or None)
