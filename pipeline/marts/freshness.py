"""How fresh the numbers are, in one line."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from pipeline.domain.window import midnight, windows
from pipeline.marts.model import Freshness, SourceState

CLOSED: Final = frozenset({"hidden", "no_history", "no_connect"})
"""Accesses that mean the bot lacks a permission."""

UNKNOWN: Final = "unknown_type"

SPELLED_OUT: Final = 2
"""So many failures are told in full; of the others only the number."""


def wom_state(fetched_at: datetime | None, now: datetime) -> SourceState:
    """Fresh if it was fetched after the last UTC midnight, which is where all windows end."""
    return SourceState("wom", fetched_at, _state(fetched_at, now))


def discord_state(
    fetched_at: datetime | None,
    now: datetime,
    why: str | None,
    failed: Sequence[str] = (),
    closed: Mapping[str, int] | None = None,
    singly_since: datetime | None = None,
) -> SourceState:
    """As Wise Old Man's, but stale as well if a newer try failed.

    The note tells *why* that was, what *failed* in the last reading, and how many channels are *closed*, by the reason; and if the
    year before *now* reaches back to where only daily sums are kept, before *singly_since*.
    """
    state = _state(fetched_at, now)
    if why is not None and state == "fresh":
        state = "stale"
    more = len(failed) - SPELLED_OUT
    said = [
        *([] if why is None else [why]),
        *failed[:SPELLED_OUT],
        *([f"and {_several(more, 'more failure')}"] if more > 0 else []),
        *closed_words(closed or {}),
        *_summed_words(singly_since, now),
    ]
    note = "; ".join(sentence.strip().rstrip(".") for sentence in said)
    return SourceState("discord", fetched_at, state, note or None)


def closed_words(closed: Mapping[str, int]) -> list[str]:
    """Channels that are not read, in a few words, from their number by reason."""
    shut = sum(number for access, number in closed.items() if access in CLOSED)
    strange = closed.get(UNKNOWN, 0)
    words = []
    if shut:
        words.append(f"{_several(shut, 'channel')} {'is' if shut == 1 else 'are'} closed to the bot")
    if strange:
        words.append(f"{_several(strange, 'channel')} of a kind not known yet")
    return words


def _summed_words(singly_since: datetime | None, now: datetime) -> list[str]:
    """What a past night can no longer tell, in a few words."""
    if singly_since is None or singly_since <= windows(now)["365d"].since:
        return []
    day = f"{singly_since.day} {singly_since:%b %Y}"
    return [f"messages before {day} are daily sums by now: no hours, no waiting times, no open questions"]


def freshness(
    wom: SourceState,
    looks: Iterable[datetime | None],
    now: datetime,
    look_at_age_days: int,
    discord: SourceState | None = None,
) -> Freshness:
    """The line for members whose last looks are *looks* (None is a member never looked at), and for *discord* if set up."""
    seen = list(looks)
    oldest = now - timedelta(days=look_at_age_days)
    unseen = sum(at is None or at < oldest for at in seen)
    until = None if wom.fetched_at is None else min(wom.fetched_at, midnight(now))
    sentence = _sentence(wom, until, unseen, len(seen), look_at_age_days)
    if discord is None:
        return Freshness((wom,), until, unseen, len(seen), sentence)
    return Freshness((wom, discord), until, unseen, len(seen), f"{sentence}; {_discord_sentence(discord)}")


def _state(fetched_at: datetime | None, now: datetime) -> Literal["fresh", "stale", "never"]:
    if fetched_at is None:
        return "never"
    return "fresh" if fetched_at >= midnight(now) else "stale"


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


def _discord_sentence(discord: SourceState) -> str:
    if discord.fetched_at is None:
        return "Discord has not been read yet" + (f": {discord.note}" if discord.note else "")
    if discord.state == "stale":
        head = f"Discord not read since {_day(discord.fetched_at)} UTC"
        return f"{head}: {discord.note}" if discord.note else head
    return "; ".join(filter(None, (f"Discord to {_day(discord.fetched_at)} UTC", discord.note)))


def _several(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %H:%M}"
