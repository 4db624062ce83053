"""The answers of a night as frozen values: the one thing that report and publish read.

Counts are integers in the metric's *stored* unit (`Metric.in_units` makes hours of ehp and ehb); instants are aware UTC;
sequences are in the order in which they are shown. A player without two looks in a window is absent from its gains, never
zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from pipeline.domain.activity import State
from pipeline.domain.metrics import Metric
from pipeline.domain.window import Window
from pipeline.marts.advice_model import Advice, NextRank
from pipeline.marts.replay_model import PolicyReplay
from pipeline.marts.talk_model import TalkMarts

ALL_TIME: Final = "all"
"""Key of the period from the first look held to the last."""


@dataclass(frozen=True, slots=True)
class ClanFace:
    """Who this is about. `roles` runs from the highest role in use to the lowest."""

    id: int
    name: str
    clan_chat: str | None
    description: str | None
    homeworld: int | None
    time_zone: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceState:
    """How fresh a source is: `fetched_at` is the `now` of the run that fetched last, None before the first.

    `note` says in words what of it is missing, and why.
    """

    source: Literal["wom", "discord"]
    fetched_at: datetime | None
    state: Literal["fresh", "stale", "never"]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Freshness:
    """The one line at the top of every page and sheet."""

    sources: tuple[SourceState, ...]
    data_until: datetime | None
    unseen: int
    members: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Member:
    """A current member's account. `role_place` 0 is the highest role; `values` leaves unranked metrics out.

    `join_source` says whether `joined_at` is the game's own date or only when WOM learned of it. `places` counts from 1, by
    present value in the clan, ties share a place. `top_boss` has the most kills in the last seven days.
    """

    player_id: int
    person_id: int
    name: str
    username: str
    role: str
    role_place: int
    type: str
    build: str
    status: str
    country: str | None
    joined_at: datetime
    join_source: Literal["game", "wom"]
    tenure_days: int
    last_changed_at: datetime | None
    updated_at: datetime | None
    seen_lately: bool
    total_level: int | None
    values: Mapping[str, int]
    places: Mapping[str, int]
    top_boss: str | None


class Person(NamedTuple):
    """A person of the clan, main and alts together: the row that the Members page and the workbook's Members begin with.

    `player_ids` are their accounts in the clan, the main first, `alts` the names of the others; rank and type are the main's. What
    was gained is of the last seven days, summed over the accounts: `xp`, `ehp` and `ehb` in the stored unit, None where none of them
    was looked at twice. `messages` (of Discord) is None where nobody can know. `state` None: nobody was judged.
    """

    person_id: int
    player_ids: tuple[int, ...]
    name: str
    alts: tuple[str, ...]
    role: str
    role_place: int
    type: str
    status: str
    state: State | None
    last_gain_at: datetime | None
    last_word_at: datetime | None
    xp: int | None
    ehp: int | None
    ehb: int | None
    top_boss: str | None
    kills: int | None
    messages: int | None
    joined_at: datetime
    join_source: Literal["game", "wom"]
    ahead: NextRank | None
    seen_at: datetime | None
    seen_lately: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The first and the last look inside a window; equal when there was only one."""

    start_at: datetime
    end_at: datetime


class Gain(NamedTuple):
    """Progress between the two looks of a `Coverage`. `newly_ranked` None: the start was 0 or unranked, nobody knows."""

    gained: int
    start: int | None
    end: int | None
    newly_ranked: bool | None


@dataclass(frozen=True, slots=True)
class Period:
    """What every member gained in a window: `looks` and `gains` by player id; gains of zero are left out."""

    key: str
    label: str
    window: Window
    looks: Mapping[int, Coverage]
    gains: Mapping[int, Mapping[str, Gain]]


class Place(NamedTuple):
    """A row of a board. Ties share a place, and stand in order of name."""

    place: int
    player_id: int
    value: int


@dataclass(frozen=True, slots=True)
class Highlight:
    """One metric at a glance: totals of the clan's gains, who leads the week, who holds the most."""

    metric: str
    week_total: int
    month_total: int
    week_players: int
    week_leader: Place | None
    holder: Place | None


@dataclass(frozen=True, slots=True)
class AchievementLine:
    """A threshold somebody reached; `achieved_at` is None where nobody knows when."""

    player_id: int
    player: str
    title: str
    metric: str
    achieved_at: datetime | None


RosterKind = Literal["joined", "left", "promoted", "demoted", "role_changed", "renamed", "status"]


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One change of the roster. `text` is the whole sentence; `before` and `after` are roles, names or statuses."""

    at: datetime
    kind: RosterKind
    player_id: int
    player: str
    before: str | None
    after: str | None
    text: str


@dataclass(frozen=True, slots=True)
class CompetitionRow:
    """A participant's score, in the stored unit of the competition's first metric."""

    place: int
    player_id: int
    player: str
    team: str | None
    gained: int


@dataclass(frozen=True, slots=True)
class CompetitionView:
    """A contest and its standing; `rows` holds those who gained something, best first."""

    id: int
    title: str
    type: str
    metrics: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    state: Literal["upcoming", "ongoing", "finished"]
    participants: int
    rows: tuple[CompetitionRow, ...]


@dataclass(frozen=True, slots=True)
class NightLine:
    """One thing that happened since the last night, as a sentence; about a player, or None: about Discord as a whole.

    `arrived` and `departed` are about the guild, `talk` sums up what was written, `waiting` counts questions without an answer.
    """

    kind: Literal[
        "joined", "left", "renamed", "promoted", "demoted", "role_changed", "status", "achievement",
        "arrived", "departed", "talk", "waiting",
    ]  # fmt: skip
    player_id: int | None
    player: str | None
    text: str


@dataclass(frozen=True, slots=True)
class SinceLastNight:
    """What is new since the night before; `since` is None on the first night."""

    since: datetime | None
    until: datetime | None
    lines: tuple[NightLine, ...]


@dataclass(frozen=True, slots=True)
class NightGains:
    """What present members gained together since the night before: experience, and kills of all bosses."""

    xp: int = 0
    kills: int = 0


@dataclass(frozen=True, slots=True)
class Bridge:
    """Why the clan's total experience changed over a week, in five terms that add up to `change` to the unit.

    `leavers` is negative or zero; `tracking_gap` may be either. The four counts say how many accounts stand behind a term.
    """

    window: Window
    total_start: int
    total_end: int
    joiners: int
    leavers: int
    same_members: int
    newly_visible: int
    tracking_gap: int
    joined_count: int
    left_count: int
    same_count: int
    newly_visible_count: int

    @property
    def change(self) -> int:
        """What the total moved."""
        return self.total_end - self.total_start


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the week beside that of the week before (None: not known). `unit` is a metric's unit or `members`."""

    key: str
    label: str
    value: int | float | None
    before: int | float | None
    unit: str
    hint: str


@dataclass(frozen=True, slots=True)
class HistoryWeek:
    """The roll at the end of a week: who was in the clan then, with that week's numbers and what was known by its last instant."""

    window: Window
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The roll week by week, oldest first; the last week is the present one, and its people are `Marts.people`.

    `totals` say what the members of each week gained together in it, by metric and week by week, where anybody gained anything.
    """

    weeks: tuple[HistoryWeek, ...] = ()
    totals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A night in one sentence."""

    night: date
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Marts:
    """All answers of a night. `boards[period][metric]` are gains, `standings[metric]` present values, both best first.

    `people` are the members by person, in the clan's own order of rank. `weeks` are up to twelve bridges, oldest first; the last is `bridge`. `series` holds each member's overall experience at
    the end of the UTC days on which it moved.
    """

    as_of: datetime
    clan: ClanFace
    freshness: Freshness
    metrics: tuple[Metric, ...]
    members: tuple[Member, ...]
    periods: Mapping[str, Period]
    boards: Mapping[str, Mapping[str, tuple[Place, ...]]]
    standings: Mapping[str, tuple[Place, ...]]
    bosses: tuple[Highlight, ...]
    skills: tuple[Highlight, ...]
    achievements: tuple[AchievementLine, ...]
    roster: tuple[RosterLine, ...]
    competitions: tuple[CompetitionView, ...]
    since_last_night: SinceLastNight
    bridge: Bridge
    weeks: tuple[Bridge, ...]
    tiles: tuple[Tile, ...]
    series: Mapping[int, tuple[tuple[date, int], ...]]
    runs: tuple[RunLine, ...]
    talk: TalkMarts | None = None
    advice: Advice = field(default_factory=Advice)
    people: tuple[Person, ...] = ()
    history: History = field(default_factory=History)
    replay: PolicyReplay = field(default_factory=PolicyReplay)
