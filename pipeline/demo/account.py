"""People and their game accounts, as they truly are; what a server shows of them is decided elsewhere."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.demo.instants import Span, Timeline
from pipeline.demo.track import Track


@dataclass(frozen=True, slots=True)
class Stay:
    """One time in the clan. `recorded` is False for founders, of whose joining WOM keeps no row."""

    since: int
    until: int | None
    roles: Timeline[str]
    recorded: bool
    clan_joined_at: int | None

    def holds(self, at: int) -> bool:
        """Whether the account was in the clan at the instant *at*."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Archive:
    """When an account lost its name to another one."""

    at: int
    previous: str
    name: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """A name change that WOM approved."""

    id: int
    old: str
    new: str
    asked_at: int
    resolved_at: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a keyboard, who likes to play at the hour `evening` of `time_zone`; `leaves` are agreed absences."""

    key: str
    time_zone: str
    evening: float
    temperament: str
    discord_id: str | None
    officer: bool
    promoted_at: int | None
    leaves: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One game account through the whole history. `looks` are the instants at which WOM asked for it."""

    id: int
    person: str
    build: str
    country: str | None
    patron: bool
    registered_at: int
    imported_at: int | None
    names: Timeline[str]
    types: Timeline[str]
    statuses: Timeline[str]
    stays: tuple[Stay, ...]
    looks: Sequence[int]
    plays: Sequence[int]
    tracks: Mapping[str, Track]
    overall_ranked_since: int | None = 0
    zeroes: frozenset[str] = frozenset()
    archive: Archive | None = None
    renamings: tuple[Renaming, ...] = ()
    fate: str = "active"
    fate_since: int | None = None

    def stay(self, at: int) -> Stay | None:
        """The stay that holds at the instant *at*, if the account is a member then."""
        return next((stay for stay in self.stays if stay.holds(at)), None)

    def last_look(self, at: int) -> int | None:
        """The last instant at or before *at* at which WOM asked for the account."""
        spot = bisect_right(self.looks, at)
        return self.looks[spot - 1] if spot else None

    def looks_within(self, since: int, until: int) -> Sequence[int]:
        """All looks of the window, both ends inside."""
        return self.looks[bisect_left(self.looks, since) : bisect_right(self.looks, until)]

    def last_changed(self, at: int) -> int | None:
        """The first look that saw the last progress known at *at*; a first look counts as progress."""
        look = self.last_look(at)
        if look is None:
            return None
        spot = bisect_right(self.plays, look)
        first = bisect_left(self.looks, self.plays[spot - 1]) if spot else 0
        return self.looks[first]
