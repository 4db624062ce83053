"""The sheet Policy replay: what a purge rule and the ladder would have done in past months, and how often one would have been sorry."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from pipeline.domain.names import role_name
from pipeline.marts.advice_model import Soul
from pipeline.marts.replay_model import Earned, Named, PolicyReplay, ThresholdLine, lines, removals
from pipeline.marts.wording import plural
from pipeline.outputs.entries import names
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.rules import bars, heat, where
from pipeline.outputs.excel.sheet import Column, Sheet, Table

NAME: Final = "Policy replay"

_NOTE: Final = "Is our rule a good one? On the first of each month, each line removes whoever was silent for so many days, as far as was known then."
_NOTHING: Final = (
    "There is no history of past months yet: uv run clanstats backfill fetches it, and the next nights work it out."
)
_NOBODY: Final = "Nobody would have been promoted."
_OWN: Final = (where('[own]="your rule"', "top"),)


def policy_replay_sheet(answers: Answers) -> Sheet:
    """Thresholds first, then month by month, then the ladder."""
    told, zone = answers.marts.replay, ZoneInfo(answers.marts.clan.time_zone)
    tables: tuple[Table[Any], ...] = (_thresholds(told), _months(told, zone), _ladder(told, zone))
    return Sheet(NAME, _note(told), tables, frozen=1, parts=True)


def _note(told: PolicyReplay) -> str:
    if not told.missing:
        return _NOTE
    return f"{_NOTE} {plural(told.missing, 'month')} of these six {'is' if told.missing == 1 else 'are'} still to be worked out."


def _thresholds(told: PolicyReplay) -> Table[ThresholdLine]:
    columns = (
        Column[ThresholdLine]("days", "Days of silence", lambda line: line.threshold_days, "count", 12),
        Column[ThresholdLine](
            "own", "Whose rule", lambda line: "your rule" if line.threshold_days == told.own_days else None, "name", 13, _OWN
        ),
        Column[ThresholdLine]("named", "Removed", lambda line: line.named, "count", 12, (bars(),)),
        Column[ThresholdLine]("back", "Active again within 60 days", lambda line: line.back, "count", 14),
        Column[ThresholdLine]("regret", "Would have been missed", lambda line: line.regret, "share", 14, (heat(),)),
        Column[ThresholdLine]("early", "Too early to say", lambda line: line.early, "count", 12),
        Column[ThresholdLine]("words", "In words", _in_words, "sentence", 48),
    )  # fmt: skip
    return Table("ReplayThresholds", "Which threshold would have been right?", columns, lines(told.named), _NOTHING)


def _in_words(line: ThresholdLine) -> str:
    if not line.named:
        later = f"; of {plural(line.early, 'person', 'people')} it is too early to say" if line.early else ""
        return f"Nobody would have been removed in months that are over{later}."
    unseen = f" Nobody has looked at {line.unseen:,} of them since." if line.unseen else ""
    missed = "Nobody of them was" if not line.back else f"{line.back:,} of them {'was' if line.back == 1 else 'were'}"
    return f"{plural(line.named, 'person', 'people')} would have been removed. {missed} active again within 60 days.{unseen}"


def _months(told: PolicyReplay, zone: ZoneInfo) -> Table[Named]:
    columns = (
        Column[Named]("month", "On the first of", lambda each: each.as_of.astimezone(zone).date(), "day", 14),
        Column[Named]("days", "Days", lambda each: each.threshold_days, "count", 12),
        Column[Named]("members", "People then", lambda each: each.members, "count", 12),
        Column[Named]("count", "Removed", lambda each: len(each.named), "count", 12),
        Column[Named]("back_count", "Active again", lambda each: len(each.back), "count", 14),
        Column[Named]("after", "How that ended", _after, width=14),
        Column[Named]("who", "Who", lambda each: _listed(each.named), "sentence", 48),
        Column[Named]("back", "Active again were", lambda each: _listed(each.back), "sentence", 36),
    )  # fmt: skip
    found = [each for each in removals(told.named) if each.named]
    return Table(
        "ReplayMonths",
        "Month by month: who would still have been there",
        columns,
        found,
        "Nobody would have been removed.",
    )


def _ladder(told: PolicyReplay, zone: ZoneInfo) -> Table[Earned]:
    columns = (
        Column[Earned]("month", "On the first of", lambda each: each.as_of.astimezone(zone).date(), "day", 14),
        Column[Earned]("rank", "Rank", lambda each: role_name(each.rank), "name", 13),
        Column[Earned]("due", "Had earned it", lambda each: len(each.due), "count", 12),
        Column[Earned]("given", "Had it 60 days later", lambda each: len(each.given), "count", 13),
        Column[Earned]("gone", "Quiet or gone by then", lambda each: len(each.gone), "count", 14),
        Column[Earned]("over", "Known", lambda each: "all 60 days" if each.is_over else "so far", width=13),
        Column[Earned]("who", "Who had earned it", lambda each: _listed(each.due), "sentence", 48),
        Column[Earned]("who_gone", "Quiet or gone were", lambda each: _listed(each.gone), "sentence", 36),
    )  # fmt: skip
    return Table("ReplayLadder", "Whom the ladder would have promoted", columns, told.earned, _NOBODY)


def _after(each: Named) -> str:
    if not each.is_over:
        return "too early to say"
    return f"{len(each.unseen)} not looked at" if each.unseen else "known of all"


def _listed(souls: tuple[Soul, ...]) -> str | None:
    return names(souls) or None
