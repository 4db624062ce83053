"""The clan's rules on the first days of past months, as earlier nights worked them out.

A month takes seconds in a large clan and does not change once its 60 days are over, so it is kept by the digest of the rules.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from pipeline.marts.advice_model import Soul
from pipeline.marts.replay import MONTHS, is_over, month_starts, within_history
from pipeline.marts.replay_model import Earned, Named, PolicyReplay
from pipeline.marts.rules import Rules
from pipeline.storage.replays import replays

_SOULS: Final = ("named", "back", "unseen", "due", "given", "gone")


def policy_replay(connection: Connection, rules: Rules, now: datetime) -> PolicyReplay:
    """What is worked out of the last months."""
    months = _months(connection, rules, now)
    rows = [row for row in replays(connection, digest(rules), now) if row.as_of in months]
    told = [json.loads(row.body) for row in rows]
    return PolicyReplay(
        own_days=rules.inactive_days,
        named=tuple(Named(**_read(each)) for month in told for each in month["named"]),
        earned=tuple(Earned(**_read(each)) for month in told for each in month["earned"]),
        missing=len(months) - len(rows),
    )


def unsettled(connection: Connection, rules: Rules, now: datetime) -> list[datetime]:
    """Months that are not worked out yet, or whose 60 days have become known since; the latest first."""
    held = {row.as_of: row for row in replays(connection, digest(rules), now)}
    months = sorted(_months(connection, rules, now), reverse=True)
    return [month for month in months if month not in held or _has_ripened(connection, held[month], now)]


def digest(rules: Rules) -> str:
    """A name for all that bears on a past month; alerts and Discord's roles do not."""
    return hashlib.sha256(repr(replace(rules, alerts=(), roles={})).encode()).hexdigest()[:16]


def body(named: Sequence[Named], earned: Sequence[Earned]) -> str:
    """A month as it is kept."""
    told = {"named": [_told(each) for each in named], "earned": [_told(each) for each in earned]}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _months(connection: Connection, rules: Rules, now: datetime) -> set[datetime]:
    return set(within_history(connection, rules, month_starts(now, MONTHS, ZoneInfo(rules.time_zone)), now))


def _has_ripened(connection: Connection, row: Row[Any], now: datetime) -> bool:
    return not row.is_over and is_over(connection, row.as_of, now)


def _told(each: Named | Earned) -> dict[str, Any]:
    return asdict(each) | {"as_of": each.as_of.astimezone(UTC).isoformat()}


def _read(held: Mapping[str, Any]) -> dict[str, Any]:
    souls = {key: tuple(Soul(**soul) for soul in held[key]) for key in _SOULS if key in held}
    return {**held, **souls, "as_of": datetime.fromisoformat(held["as_of"])}
