"""How fresh the numbers are, in one line."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pipeline.domain.window import midnight
from pipeline.marts.model import Freshness, SourceState


def wom_state(fetched_at: datetime | None, now: datetime) -> SourceState:
    """Fresh if it was fetched after the last UTC midnight, which is where all windows end."""
    if fetched_at is None:
        return SourceState("wom", None, "never")
    return SourceState("wom", fetched_at, "fresh" if fetched_at >= midnight(now) else "stale")


def freshness(wom: SourceState, looks: Iterable[datetime | None], now: datetime, look_at_age_days: int) -> Freshness:
    """The line for members whose last looks are *looks*; None is a member never looked at."""
    seen = list(looks)
    oldest = now - timedelta(days=look_at_age_days)
    unseen = sum(at is None or at < oldest for at in seen)
    until = None if wom.fetched_at is None else min(wom.fetched_at, midnight(now))
    return Freshness((wom,), until, unseen, len(seen), _sentence(wom, until, unseen, len(seen), look_at_age_days))


def _sentence(wom: SourceState, until: datetime | None, unseen: int, members: int, days: int) -> str:
    if until is None:
        return "No game data yet"
    parts = [f"Game data to {_day(until)} UTC"]
    if wom.state == "stale":
        parts.append("no newer answer from Wise Old Man")
    if not members:
        parts.append("nobody is in the clan")
    elif unseen:
        parts.append(f"{unseen} of {members} members not seen for {days} days")
    else:
        parts.append(f"all {members} members seen within {days} days")
    return ", ".join(parts)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %H:%M}"
