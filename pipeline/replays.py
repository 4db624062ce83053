"""`clanstats replay`: what a policy would have done in past months, as lines for a terminal or as JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.domain.names import printable, role_name
from pipeline.marts.advice_model import Soul
from pipeline.marts.ladder_replay import replay_ladder
from pipeline.marts.replay import month_starts, replay
from pipeline.marts.replay_model import Earned, Named, ThresholdLine, lines, removals
from pipeline.marts.rules import Rules
from pipeline.progress import counting
from pipeline.storage.engine import reading

NAMES_SHOWN = 6
NO_HISTORY = "There is no history of those months: uv run clanstats backfill fetches it."


def replayed(
    database: Path, rules: Rules, now: datetime, months: int, thresholds: Sequence[int], *, as_json: bool
) -> str:
    """The whole answer for the first days of the last *months* months."""
    zone = ZoneInfo(rules.time_zone)
    instants = month_starts(now, months, zone)
    with reading(database) as connection, counting("Looking back") as counter:
        counter.expect(len(instants) * (1 + bool(rules.ladder)))
        named, earned = [], []
        for at in instants:
            named += list(replay(connection, rules, [at], thresholds, now))
            counter.step()
        for at in instants if rules.ladder else ():
            earned += list(replay_ladder(connection, rules, [at], now))
            counter.step()
    if as_json:
        return json.dumps({"purge": _plain(named), "ladder": _plain(earned)}, indent=1, ensure_ascii=False)
    if not named:
        return NO_HISTORY
    return "\n".join([*_purge(named, rules, zone), *_ladder(earned, rules, zone)])


def _plain(rows: Iterable[Named | Earned]) -> list[dict[str, Any]]:
    return [asdict(row) | {"as_of": row.as_of.isoformat()} for row in rows]


def _purge(named: Sequence[Named], rules: Rules, zone: ZoneInfo) -> list[str]:
    told = [
        "If whoever shows no sign of life for so many days had been removed on the first of each month:",
        "  days  removed  active again within 60 days  not looked at since  too early to say",
    ]
    told += [_threshold(line, rules) for line in lines(named)]
    told.append("Month by month, those who would still have been there:")
    for each in removals(named):
        if each.named:
            told.append(
                f"  {_day(each.as_of, zone)}, {each.threshold_days} days: {_names(each.named)} ({_after(each)})"
            )
    return told


def _after(named: Named) -> str:
    """What became of those who were named."""
    if not named.is_over:
        return "too early to say"
    unseen = f", {len(named.unseen)} not looked at since" if named.unseen else ""
    return f"{len(named.back)} active again{unseen}"


def _threshold(line: ThresholdLine, rules: Rules) -> str:
    share = "" if line.regret is None else f" ({line.regret:.0%})"
    mark = " <- your own rule" if line.threshold_days == rules.inactive_days else ""
    back = f"{line.back}{share}"
    return f"  {line.threshold_days:>4}  {line.named:>7}  {back:>27}  {line.unseen:>19}  {line.early:>16}{mark}"


def _ladder(earned: Sequence[Earned], rules: Rules, zone: ZoneInfo) -> list[str]:
    if not rules.ladder:
        return ["clan.toml has no [[rank]]: with a ladder, this shows whom it would have promoted."]
    told = ["Whom the ladder would have promoted on the first of each month:"]
    for each in earned:
        later = "by now" if not each.is_over else "60 days later"
        told.append(
            f"  {_day(each.as_of, zone)}, {role_name(each.rank)}: {_names(each.due)}; "
            f"{len(each.given)} had the rank {later}, {len(each.gone)} had gone quiet or left"
        )
    return told if earned else ["Nobody would have been promoted."]


def _names(souls: Sequence[Soul]) -> str:
    more = len(souls) - NAMES_SHOWN
    shown = ", ".join(printable(soul.name) for soul in souls[:NAMES_SHOWN])
    return shown if more <= 0 else f"{shown} and {more} more"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d}"
