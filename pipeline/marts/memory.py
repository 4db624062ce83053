"""What is kept of advice over the nights: when it was first given, how long it stays, and what became of it.

A pure step from what was kept to what is to be kept. It can be taken again for the same night without changing anything more, so a
stage that was killed after writing is simply run again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

Kind = Literal["card", "due", "away"]
"""A card, a rank that is due to somebody, or somebody who is away."""

Fate = Literal["acted", "lapsed", "stale"]
"""Somebody did something about it; it is no longer true by itself; or it was shown long enough."""


GRAVER: Final = 0.15
"""What rests is said anew at once if its weight has grown by so much: a bad month must not hide a worse week."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What tonight says. It `lasts` for so long (None: as long as it is true); `counted`: it ends when it is no longer said.

    `weight`, from 0 to 1, says how much of the clan it touches.
    """

    key: str
    kind: Kind
    body: str
    lasts: timedelta | None = None
    counted: bool = True
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A claim as it is kept: first said at `created_at`, last at `seen_at`; over since `retired_at`, if not None."""

    key: str
    created_at: datetime
    kind: Kind
    seen_at: datetime
    expires_at: datetime | None
    retired_at: datetime | None
    fate: Fate | None
    counted: bool
    body: str
    weight: float = 0.0

    @property
    def rested_at(self) -> datetime | None:
        """From when on the same may be said anew; None: at once. What was shown long enough rests for as long."""
        if self.fate != "stale" or self.retired_at is None or self.expires_at is None:
            return None
        return self.retired_at + (self.expires_at - self.created_at)


def remember(
    newest: Mapping[str, Kept], claims: Iterable[Claim], now: datetime, fate: Callable[[Kept], Fate]
) -> list[Kept]:
    """What changes tonight, by key. *newest* is the last of each key that was kept, *fate* what became of one no longer said."""
    said = {claim.key: claim for claim in claims}
    changed = [_again(newest.get(key), claim, now) for key, claim in said.items()]
    changed += [_silent(kept, now, fate) for key, kept in newest.items() if key not in said]
    found = [kept for kept in changed if kept is not None and kept != newest.get(kept.key)]
    return sorted(found, key=lambda kept: kept.key)


def _again(kept: Kept | None, claim: Claim, now: datetime) -> Kept | None:
    if kept is None or _is_said_anew(kept, claim, now):
        expires_at = None if claim.lasts is None else now + claim.lasts
        return Kept(claim.key, now, claim.kind, now, expires_at, None, None, claim.counted, claim.body, claim.weight)
    if kept.retired_at is not None:
        return None
    if kept.expires_at is not None and kept.expires_at <= now:
        return replace(kept, retired_at=now, fate="stale")
    return replace(kept, seen_at=now, body=claim.body, weight=claim.weight)


def _is_said_anew(kept: Kept, claim: Claim, now: datetime) -> bool:
    """Whether a claim that is over begins again: it has rested, or it is much graver than when it was shown last."""
    if kept.retired_at is None or kept.retired_at >= now:
        return False
    return (kept.rested_at or kept.retired_at) < now or claim.weight >= kept.weight + GRAVER


def _silent(kept: Kept, now: datetime, fate: Callable[[Kept], Fate]) -> Kept | None:
    """What was not said tonight: counted things are over, others stay for their time, since chance may hide them for a night."""
    if kept.retired_at is not None:
        return None
    if kept.counted:
        return replace(kept, retired_at=now, fate=fate(kept))
    if kept.expires_at is not None and kept.expires_at <= now:
        return replace(kept, retired_at=now, fate="stale")
    return None
