"""The sheet Milestones: what is coming and when, what was reached, and how such forecasts fared."""

from collections.abc import Mapping
from typing import Final, Literal

from pipeline.marts.advice_model import HitRate, Milestone, Upcoming
from pipeline.outputs.advice_words import past_forecasts
from pipeline.outputs.excel.answers import UNITS, Answers
from pipeline.outputs.excel.rules import where
from pipeline.outputs.excel.sheet import Column, Sheet, Table

_NOTE: Final = "Whom can we congratulate soon, and on what? Only what is coming is printed; below stand the record of our forecasts and what was reached."
_NOTHING_AHEAD: Final = "No milestone is in sight. A forecast needs a few weeks of looks at somebody who is near one."
_NOTHING_REACHED: Final = "Nobody was seen to reach a milestone in the last 90 days."
_TOLD: Final[Mapping[Literal["wom", "looks", "both"], str]] = {
    "wom": "Wise Old Man", "looks": "our looks", "both": "both",
}  # fmt: skip
ANY_DAY: Final = "any day now"
SLOW: Final = "perhaps not within a year"


def milestones_sheet(answers: Answers) -> Sheet:
    """What is ahead first, since there is something to do about it."""
    return Sheet("Milestones", _NOTE, (_ahead(answers), _record(answers), _reached(answers)), frozen=2)


def _ahead(answers: Answers) -> Table[Upcoming]:
    now = answers.marts.as_of

    def said(line: Upcoming) -> str | None:
        return ANY_DAY if line.mid_at < now else SLOW if line.high_at is None else None

    rules = (where(f'[note]="{ANY_DAY}"', "good"), where(f'[note]="{SLOW}"', "faded"))
    columns = (
        Column[Upcoming]("name", "Name", lambda u: answers.linked(u.player_id, u.player), "name_link", 18),
        Column[Upcoming]("title", "What", lambda u: u.title, "name", 26),
        Column[Upcoming]("when", "Around", lambda u: u.mid_at, "day"),
        Column[Upcoming]("early", "Likely from", lambda u: u.low_at, "day"),
        Column[Upcoming]("late", "Very likely by", lambda u: u.high_at, "day"),
        Column[Upcoming]("note", "That is", said, "text", 25, rules),
        Column[Upcoming]("value", "Now at", lambda u: _in_units(answers, u.metric, u.value), "count", 13),
        Column[Upcoming]("goal", "Goal", lambda u: _in_units(answers, u.metric, u.threshold), "count", 13),
        Column[Upcoming]("left", "Still to go", lambda u: _left(answers, u), "count", 13),
        Column[Upcoming]("unit", "Unit", lambda u: UNITS[answers.metric(u.metric).unit]),
        Column[Upcoming]("done", "Done", _done, "share", 10),
    )
    return Table("Coming", "What is coming", columns, answers.marts.advice.upcoming, _NOTHING_AHEAD)


def _in_units(answers: Answers, key: str, value: int) -> int | float:
    return answers.metric(key).in_units(value)


def _done(line: Upcoming) -> float | None:
    """How much of it is done in whole hundredths, cut off: what is not reached never reads as 100 %."""
    return line.value * 100 // line.threshold / 100 if line.threshold else None


def _left(answers: Answers, line: Upcoming) -> int | float:
    return _in_units(answers, line.metric, max(0, line.threshold - line.value))


def _record(answers: Answers) -> Table[HitRate]:
    """What became of past forecasts, said in the heading and counted below it."""
    rate = answers.marts.advice.hit_rate
    columns = (
        Column[HitRate]("kind", "Forecasts", lambda _: "Those that are over", "name"),
        Column[HitRate]("sure", "Made to hold in", lambda _: "8 of 10 cases"),
        Column[HitRate]("resolved", "How many", lambda r: r.resolved, "count"),
        Column[HitRate]("early", "Came earlier", lambda r: r.early, "count"),
        Column[HitRate]("late", "Came later", lambda r: r.late, "count"),
        Column[HitRate]("note", "Came in their time", lambda r: f"{r.inside:,} of {r.resolved:,}"),
        Column[HitRate]("share", "Share in time", lambda r: r.inside / r.resolved, "share"),
    )
    rows = (rate,) if rate.resolved else ()
    return Table("Forecasts", "How our forecasts fared", columns, rows, past_forecasts(rate))


def _reached(answers: Answers) -> Table[Milestone]:
    reached = answers.marts.advice.milestones
    columns = (
        Column[Milestone]("name", "Name", lambda m: answers.linked(m.player_id, m.player), "name_link"),
        Column[Milestone]("title", "What", lambda m: m.title, "name"),
        Column[Milestone]("by", "Reached by", lambda m: m.by_at, "day"),
        Column[Milestone]("after", "Not yet on", lambda m: m.after_at, "day"),
        Column[Milestone]("told", "Told by", lambda m: _TOLD[m.told_by]),
        Column[Milestone]("metric", "In", lambda m: answers.metric(m.metric).name),
    )
    return Table("Reached", f"Reached in the last 90 days: {len(reached):,}", columns, reached, _NOTHING_REACHED)
