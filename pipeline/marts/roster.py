"""What changed on the roster, in sentences: WOM's activity, our own nights where it is silent, renames and bans."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.names import role_name
from pipeline.marts.model import AchievementLine, NightLine, RosterKind, RosterLine, SinceLastNight


@dataclass(frozen=True, slots=True)
class Event:
    """WOM's own word: `joined`, `left` or `changed_role`."""

    player_id: int
    kind: str
    role: str | None
    previous_role: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay as our own nights saw it; `founding` stays began before we looked."""

    player_id: int
    role: str
    began_at: datetime
    left_at: datetime | None
    founding: bool


@dataclass(frozen=True, slots=True)
class Rename:
    """An approved change of name."""

    player_id: int
    old: str
    new: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A player whose status WOM changed, noticed at `at`."""

    player_id: int
    before: str
    after: str
    at: datetime


STATUS_WORDS: Final = {
    "banned": "was banned",
    "archived": "was archived: the name went to another account",
    "flagged": "was flagged: Wise Old Man doubts the last update",
    "unranked": "fell off the hiscores",
    "active": "is active again",
}


def role_places(order: Sequence[str], in_use: Iterable[str]) -> dict[str, int]:
    """Place of each role, 0 the highest; roles the clan never ordered come last, by name."""
    rest = sorted(set(in_use) - set(order))
    return {role: place for place, role in enumerate((*order, *rest))}


def roster_log(
    events: Iterable[Event],
    stays: Iterable[Stay],
    renames: Iterable[Rename],
    statuses: Iterable[StatusChange],
    names: Mapping[int, str],
    role_place: Mapping[str, int],
) -> tuple[RosterLine, ...]:
    """All changes, newest first. A stay that WOM's activity does not tell of is told from our own nights."""
    told = list(events)
    lines = [
        *(_event_line(event, names[event.player_id], role_place) for event in told),
        *(_event_line(event, names[event.player_id], role_place) for event in _untold(stays, told)),
        *(
            RosterLine(r.at, "renamed", r.player_id, names[r.player_id], r.old, r.new, f"{r.old} is now called {r.new}")
            for r in renames
        ),
        *(_status_line(change, names[change.player_id]) for change in statuses),
    ]
    return tuple(sorted(lines, key=lambda line: (-line.at.timestamp(), line.player.casefold(), line.kind)))


def _untold(stays: Iterable[Stay], told: Iterable[Event]) -> Iterator[Event]:
    """Joins and leaves that only our own nights saw."""
    heard: dict[tuple[int, str], list[datetime]] = {}
    for event in told:
        heard.setdefault((event.player_id, event.kind), []).append(event.at)
    for stay in stays:
        end = stay.left_at
        joins = heard.get((stay.player_id, "joined"), [])
        if not stay.founding and not any(at >= stay.began_at and (end is None or at <= end) for at in joins):
            yield Event(stay.player_id, "joined", stay.role, None, stay.began_at)
        if end is not None and end not in heard.get((stay.player_id, "left"), []):
            yield Event(stay.player_id, "left", stay.role, None, end)


def _event_line(event: Event, name: str, role_place: Mapping[str, int]) -> RosterLine:
    if event.kind == "joined":
        return RosterLine(event.at, "joined", event.player_id, name, None, event.role, f"{name} joined")
    if event.kind == "left":
        return RosterLine(event.at, "left", event.player_id, name, event.role, None, f"{name} left")
    before, after = event.previous_role, event.role
    kind: RosterKind = "role_changed"
    old_place, new_place = role_place.get(before or ""), role_place.get(after or "")
    if old_place is not None and new_place is not None and old_place != new_place:
        kind = "promoted" if new_place < old_place else "demoted"
    verb = {"promoted": "was promoted", "demoted": "was moved down"}.get(kind, "changed rank")
    words = " ".join(
        f"{preposition} {role_name(role)}" for preposition, role in (("from", before), ("to", after)) if role
    )
    return RosterLine(event.at, kind, event.player_id, name, before, after, f"{name} {verb} {words}".rstrip())


def _status_line(change: StatusChange, name: str) -> RosterLine:
    words = STATUS_WORDS.get(change.after, f"is now {change.after}")
    return RosterLine(change.at, "status", change.player_id, name, change.before, change.after, f"{name} {words}")


def since_last_night(
    since: datetime | None,
    until: datetime | None,
    roster: Iterable[RosterLine],
    achievements: Iterable[AchievementLine],
    discord: Iterable[NightLine] = (),
) -> SinceLastNight:
    """What happened in (*since*, *until*], *discord* last; on the first night there is nothing to compare with."""
    if since is None or until is None:
        return SinceLastNight(None, until, ())
    lines = [
        NightLine(line.kind, line.player_id, line.player, line.text) for line in roster if since < line.at <= until
    ]
    lines += [
        NightLine("achievement", a.player_id, a.player, f"{a.player} reached {a.title}")
        for a in achievements
        if a.achieved_at is not None and since < a.achieved_at <= until
    ]
    lines += discord
    return SinceLastNight(since, until, tuple(lines))
