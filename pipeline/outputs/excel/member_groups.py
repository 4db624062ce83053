"""What else is known of everybody, in groups of columns that fold: XP, bosses, Discord and ranks, over each period and by week.

All of them are folded when the workbook is opened: it begins as the dashboard's page does, and each group shows its first column.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.metrics import OVERALL
from pipeline.marts.advice_model import FormulaBoard
from pipeline.marts.model import HistoryWeek, Person
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.person_sums import Number, PersonSums, PersonWords
from pipeline.outputs.excel.rules import Rule, bars, unknown, where
from pipeline.outputs.excel.sheet import Column, Spark

PERIODS: Final = {"7d": "7d", "30d": "30d", "90d": "90d", "all": "all time"}
LONGER: Final = ("30d", "90d", "all")
"""Those that the page does not show."""

JOIN_SOURCES: Final = {"game": "in game", "wom": "WOM"}
TREND_WEEKS: Final = 12

_GOLD: Final = (bars(), unknown())
_GREEN: Final = (bars(GREEN_SOFT), unknown())

Columns = tuple[Column[Person], ...]


def groups(answers: Answers) -> Columns:
    """All of them, after the clan's own order."""
    order = {person.person_id: number for number, person in enumerate(answers.marts.people, start=1)}
    sums, talk = PersonSums(answers), answers.marts.talk
    weeks = answers.marts.history.weeks[-TREND_WEEKS:]
    return (
        Column("order", "#", lambda p: order[p.person_id], "centre", 8),
        *_group("XP by week", _trend("xp", "XP", weeks, lambda p: p.xp)),
        *_group("XP", _experience(sums)),
        *_group("Bosses", _bosses(sums)),
        *(_group("Messages by week", _trend("messages", "Messages", weeks, lambda p: p.messages)) if talk else ()),
        *(_group("Discord", _discord(PersonWords(talk))) if talk else ()),
        *_group("Ranks", _ranks(answers, sums)),
    )


def _group(name: str, columns: Columns) -> Columns:
    """*columns* under *name*: the first leads, the others fold under it."""
    if not columns:
        return ()
    return (replace(columns[0], group=name), *(replace(each, level=1, folded=True) for each in columns[1:]))


def _trend(key: str, word: str, weeks: Sequence[HistoryWeek], value: Callable[[Person], Number]) -> Columns:
    """Bars of the last weeks, and the weeks they are drawn from. Of those who were not in the clan then, nobody asks."""
    if len(weeks) < 2:
        return ()
    keys = [f"{key}_week_{number}" for number in range(1, len(weeks) + 1)]
    drawn = Column[Person](f"{key}_trend", f"{word} trend", lambda _: None, width=24, spark=Spark(keys[0], keys[-1]))
    return (drawn, *(_week(name, word, week, value) for name, week in zip(keys, weeks, strict=True)))


def _week(key: str, word: str, week: HistoryWeek, value: Callable[[Person], Number]) -> Column[Person]:
    values = {person.person_id: value(person) for person in week.people}
    header = f"{word} week to {week.window.last:%-d %b}"
    return Column(key, header, lambda p: values.get(p.person_id), "count", 15, (unknown(),))


def _experience(sums: PersonSums) -> Columns:
    return (
        *_each("xp", "XP", LONGER, lambda p, period: sums.gained(p, period, OVERALL), "count", _GOLD),
        Column("xp", "XP now", lambda p: sums.held(p, OVERALL), "count", 14),
        *_each("ehp", "EHP", LONGER, lambda p, period: sums.gained(p, period, "ehp"), "hours", _GREEN),
        Column("ehp", "EHP now", lambda p: sums.held(p, "ehp"), "hours", 9),
    )


def _bosses(sums: PersonSums) -> Columns:
    return (
        *_each("kills", "Boss kills", PERIODS, sums.kills, "count", _GOLD),
        *_each("ehb", "EHB", LONGER, lambda p, period: sums.gained(p, period, "ehb"), "hours", _GREEN),
        Column("ehb", "EHB now", lambda p: sums.held(p, "ehb"), "hours", 9),
        Column("top_kills_7d", "Top boss kills 7d", lambda p: p.kills, "count", 13),
        *(
            Column[Person](f"top_boss_{period}", f"Top boss {PERIODS[period]}", _top_boss(sums, period), width=14)
            for period in LONGER
        ),
    )


def _discord(words: PersonWords) -> Columns:
    return (
        *_each("messages", "Messages", LONGER, words.messages, "count", _GREEN),
        *_each("asked", "Questions asked", PERIODS, words.asked, "count", (unknown(),)),
        *_each("answers", "Answers given", PERIODS, words.answers, "count", (unknown(),)),
        *_each("clan_chat", "Clan chat", PERIODS, words.clan_chat, "count", (unknown(),)),
    )


def _ranks(answers: Answers, sums: PersonSums) -> Columns:
    levels = {member.player_id: member.total_level for member in answers.marts.members}
    advice = answers.marts.advice
    missing = Column[Person]("missing", "Missing for the next rank", _missing, width=24)
    return (
        Column("tenure", "Days in clan", _tenure(answers), "count", 12),
        *(_place(period, sums) for period in PERIODS),
        Column("join_source", "Joined, as told by", lambda p: JOIN_SOURCES[p.join_source], width=12),
        *([missing] if advice.promotions.ladder else []),
        Column("status", "Status", lambda p: p.status.title(), width=9, rules=(where('[status]<>"Active"', "warn"),)),
        Column("seen_lately", "Seen lately", lambda p: "yes" if p.seen_lately else "no", "centre", 7),
        Column("alts", "Alts", lambda p: ", ".join(p.alts) or None, width=14),
        Column("total_level", "Total level", lambda p: levels[p.player_ids[0]], "count", 8),
        *(_of_formula(number, board) for number, board in enumerate(advice.formulas)),
    )


def _each(
    key: str,
    word: str,
    periods: Sequence[str] | dict[str, str],
    value: Callable[[Person, str], Number],
    style: str,
    rules: tuple[Rule, ...],
) -> Columns:
    """The same number for each of *periods*."""

    def column(period: str) -> Column[Person]:
        header = f"{word} {PERIODS[period]}"
        return Column(f"{key}_{period}", header, lambda p: value(p, period), style, 12, rules)

    return tuple(column(period) for period in periods)


def _top_boss(sums: PersonSums, period: str) -> Callable[[Person], str | None]:
    return lambda person: sums.top_boss(person, period)


def _place(period: str, sums: PersonSums) -> Column[Person]:
    places = sums.places(period)
    return Column(f"place_{period}", f"Place by XP {PERIODS[period]}", lambda p: places.get(p.person_id), "count", 12)


def _tenure(answers: Answers) -> Callable[[Person], int]:
    days = {member.player_id: member.tenure_days for member in answers.marts.members}
    return lambda person: days[person.player_ids[0]]


def _missing(person: Person) -> str | None:
    return "; ".join(person.ahead.missing) or None if person.ahead else None


def _of_formula(number: int, board: FormulaBoard) -> Column[Person]:
    """A formula of clan.toml, which speaks of people by their mains."""
    values = {row.who.player_id: row.value for row in board.rows}
    header = f"Formula {board.name.replace('_', ' ')}"
    return Column(f"formula_{number}", header, lambda p: values.get(p.player_ids[0]), "hours", 10)
