"""What sources give and load takes: frozen, typed, in UTC, free of any wire format.

`None` means unranked, unknown or absent; WOM's -1 and its 1970 dates stop where an answer is decoded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pipeline.domain.metrics import Metric

Look = Literal["snapshot", "gained"]
"""Where a look came from. `gained` (bulk-gained) cannot tell 0 from unranked and carries no ranks."""


@dataclass(frozen=True, slots=True)
class Clan:
    """The group as WOM keeps it. `role_orders` runs from the highest role to the lowest."""

    id: int
    name: str
    clan_chat: str | None
    description: str | None
    homeworld: int | None
    verified: bool
    score: int
    created_at: datetime
    updated_at: datetime | None
    role_orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Player:
    """One game account. `id` is for ever; the names are only the present ones."""

    id: int
    username: str
    display_name: str
    type: str
    build: str
    status: str
    country: str | None
    registered_at: datetime | None
    updated_at: datetime | None
    last_changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Membership:
    """A player's place in the clan now. `clan_joined_at` is the game's own join date, where WOM knows it."""

    player_id: int
    role: str
    clan_joined_at: datetime | None
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at a player: `values` and `ranks` stand in the order of `metrics`, which snapshots of an answer share.

    Values are integers in the metric's stored unit. `ranks` is empty when the source gives none. In a `gained` look None
    means "0 or unranked".
    """

    player_id: int
    taken_at: datetime
    source: Look
    metrics: tuple[str, ...]
    values: tuple[int | None, ...]
    ranks: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterEvent:
    """Somebody joined, left or changed role; `kind` is WOM's word for it."""

    player_id: int
    kind: str
    role: str | None
    previous_role: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NameChange:
    """A rename WOM approved."""

    id: int
    player_id: int
    old_name: str
    new_name: str
    status: str
    resolved_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Achievement:
    """A threshold reached. `achieved_at` is None where WOM does not know the date; `accuracy` is its width in ms."""

    player_id: int
    name: str
    metric: str
    measure: str
    threshold: int
    accuracy: int | None
    achieved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Competition:
    """A contest of the clan; a team competition names teams in its participations."""

    id: int
    title: str
    type: str
    metrics: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    participant_count: int
    created_at: datetime
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Participation:
    """A player's score in a competition, over all its metrics, in the stored unit of the metric."""

    competition_id: int
    player_id: int
    team: str | None
    start: int | None
    end: int | None
    gained: int
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Harvest:
    """All that one landing says, decoded. `players` holds everybody named in it, members or not.

    `rates_changed` tells, by player, when the rates behind ehp and ehb last changed: those of earlier snapshots were computed
    for another type of account, or by older rates, than WOM applies today.
    """

    clan: Clan | None = None
    memberships: tuple[Membership, ...] | None = None
    players: Sequence[Player] = ()
    metrics: Sequence[Metric] = ()
    snapshots: Sequence[Snapshot] = ()
    roster_events: Sequence[RosterEvent] = ()
    name_changes: Sequence[NameChange] = ()
    achievements: Sequence[Achievement] = ()
    competitions: Sequence[Competition] = ()
    participations: Sequence[Participation] = ()
    rates_changed: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database holds already, so that a harvest asks only for what is new.

    `members` are the current members whose own history is held or not needed, None before the first night; `histories` says
    back to when a member's own snapshots were asked for. `days` are the UTC days whose first and last looks are held.
    `settled_competitions` were read after their end. `walked`: the listings were once walked to their ends.
    """

    members: frozenset[int] | None = None
    histories: Mapping[int, datetime] = field(default_factory=dict)
    days: frozenset[date] = frozenset()
    roster_events: frozenset[tuple[int, str, datetime]] = frozenset()
    name_changes: frozenset[int] = frozenset()
    achievements: frozenset[tuple[int, str]] = frozenset()
    settled_competitions: frozenset[int] = frozenset()
    walked: bool = False
