"""What a night's numbers advise, as frozen values: whom to promote, who is away, what is coming, what stands out.

Verdicts and ranks are about persons: the accounts of one person speak for each other. Instants are aware UTC; sequences stand in
the order in which they are shown. Where nobody can know, a value is None, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal

from pipeline.domain.activity import Hindrance, State
from pipeline.domain.decisions import entry_key
from pipeline.marts.rules import Severity

SLOTS: Final = 500
"""Members that a clan of the game can hold."""

LATELY: Final = timedelta(days=7)
"""So long somebody is congratulated on a milestone."""


@dataclass(frozen=True, slots=True)
class Soul:
    """Somebody named in advice. `player_id` is None where they have no account in the clan now."""

    person_id: int
    player_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a person of the clan still takes part. `proof` is what that rests on, `flips_if` the one fact that would change it.

    `player_ids` are their accounts in the clan, the main first; `role` is the main's. `idle_days` are whole days since the last
    sign of life (None: none is known), `threshold_days` how many it takes to be inactive. `hindrances` say why silence would
    prove nothing, `exempt` why an inactive person is not to be removed. `since`: the night that first called them inactive.
    """

    person_id: int
    player_ids: tuple[int, ...]
    name: str
    role: str
    state: State
    last_gain_at: datetime | None
    last_word_at: datetime | None
    last_chat_at: datetime | None
    last_contest_at: datetime | None
    looked_at: datetime | None
    idle_days: int | None
    threshold_days: int
    hindrances: tuple[Hindrance, ...]
    exempt: str | None
    since: datetime | None
    is_new: bool
    proof: str
    flips_if: str


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """An account that holds a place in the clan and cannot come back to it: banned, or archived (the name went to another)."""

    player_id: int
    name: str
    role: str
    status: str
    since: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Inactivity:
    """Everybody's verdict, by name; `purge` are inactive and not exempt, the longest away first, and free `would_free` slots."""

    verdicts: tuple[Verdict, ...] = ()
    purge: tuple[Verdict, ...] = ()
    held: tuple[HeldSlot, ...] = ()
    slots_used: int = 0
    would_free: int = 0


RankNote = Literal["due", "above", "near"]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing for a rank: `text` in words, such as "12 days short"."""

    fact: str
    have: float | None
    need: float
    text: str


@dataclass(frozen=True, slots=True)
class RankLine:
    """What the ladder says of somebody: `rank` is due, or they stand above it (`role` is more than the rules give), or near it.

    `proof` says how the rules are met, `missing` what is not yet. `since`: the night that first said so; `is_new`: tonight.
    `waits` says why nothing is to be done yet, empty: there is nothing to wait for.
    """

    note: RankNote
    person_id: int
    player_id: int
    name: str
    role: str
    rank: str
    since: datetime | None
    is_new: bool
    proof: tuple[str, ...]
    missing: tuple[Shortfall, ...]
    waits: str = ""


@dataclass(frozen=True, slots=True)
class NextRank:
    """The rank that comes next for somebody: earned already (`is_due`), or what is `missing` for it in words, as far as that is known."""

    rank: str
    is_due: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promotions:
    """The ladder's ranks, lowest first (empty: clan.toml has none), and who is due, above or near; `undecided` lack a fact.

    `ahead` is what comes next, by person, of all who are on the ladder and not at its top.
    """

    ladder: tuple[str, ...] = ()
    due: tuple[RankLine, ...] = ()
    above: tuple[RankLine, ...] = ()
    near: tuple[RankLine, ...] = ()
    undecided: tuple[Soul, ...] = ()
    ahead: Mapping[int, NextRank] = field(default_factory=dict)

    @property
    def ready(self) -> tuple[RankLine, ...]:
        """Whom to promote now: all who are due and whom nothing speaks against."""
        return tuple(line for line in self.due if not line.waits)


@dataclass(frozen=True, slots=True)
class FormulaRow:
    """What a formula of the clan gives for a person."""

    place: int
    who: Soul
    value: float


@dataclass(frozen=True, slots=True)
class FormulaBoard:
    """A formula of clan.toml and everybody's value, best first; of `unknown` people a fact that it needs is not known."""

    name: str
    text: str
    rows: tuple[FormulaRow, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Milestone:
    """A threshold that was crossed after the look at `after_at` (None: no look before) and by the one at `by_at`."""

    player_id: int
    player: str
    title: str
    metric: str
    threshold: int
    after_at: datetime | None
    by_at: datetime
    told_by: Literal["wom", "looks", "both"]


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A threshold ahead, with its forecast of `made_at`: with a chance of 10, 50 and 90 % it is reached by these instants.

    `high_at` None: in one of ten cases it takes longer than a year. `value` is the present one.
    """

    player_id: int
    player: str
    title: str
    metric: str
    threshold: int
    value: int
    made_at: datetime
    low_at: datetime
    mid_at: datetime
    high_at: datetime | None


@dataclass(frozen=True, slots=True)
class HitRate:
    """What became of past forecasts: how many of the `resolved` ones came between their 10 % and 90 % dates, or earlier, or later."""

    resolved: int = 0
    inside: int = 0
    early: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class CohortCell:
    """How many of a cohort are still here after `days`: Kaplan–Meier `share`, of `at_risk` who could have been seen that long."""

    days: int
    at_risk: int
    left: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who joined in a month of the clan's calendar (`month` is its first day); None: all cohorts together."""

    month: date | None
    joined: int
    here: int
    cells: tuple[CohortCell, ...]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step of a newcomer's way: `count` of `of` took it. `of` leaves out those of whom nobody can know, or for whom it is too early."""

    key: str
    label: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Drift:
    """Somebody far under their own habit: `habit` and `lately` are per week, in `unit`; `chance` that it means nothing."""

    who: Soul
    unit: Literal["experience", "messages"]
    habit: float
    lately: float
    chance: float


@dataclass(frozen=True, slots=True)
class Returner:
    """Somebody who was away for `days` and takes part again since `back_at`."""

    who: Soul
    days: int
    back_at: datetime


@dataclass(frozen=True, slots=True)
class Star:
    """Somebody on the rise: what they did in 30 days, and why it stands out."""

    who: Soul
    text: str


@dataclass(frozen=True, slots=True)
class Thanks:
    """Somebody to thank this week, and for what, the best reason first."""

    who: Soul
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """Who stays. Cohorts, the newest first, after one of all together; the funnel of those who joined in `funnel_days`."""

    cohorts: tuple[Cohort, ...] = ()
    funnel: tuple[FunnelStep, ...] = ()
    funnel_days: int = 180
    drifting: tuple[Drift, ...] = ()
    returners: tuple[Returner, ...] = ()
    stars: tuple[Star, ...] = ()
    thanks: tuple[Thanks, ...] = ()


Category = Literal[
    "anomaly", "pattern", "trend", "questions", "coverage", "helpers", "retention", "quality", "alert", "together"
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A number behind a card, ready to be read."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """Something that stands out and what to do about it, kept over the nights.

    `confidence` is 1 − the adjusted p-value, or the coverage of an interval; 1 for what was counted. `impact` is the share (0 to 1)
    that it touches of what `touches` names: of the members, or of a week's experience or messages. `flips_if` is what would change it,
    empty on cards of before it was kept.
    """

    id: str
    title: str
    text: str
    category: Category
    severity: Severity
    confidence: float
    impact: float
    recommendation: str
    evidence: tuple[Evidence, ...]
    who: tuple[Soul, ...]
    created_at: datetime
    expires_at: datetime
    touches: str
    flips_if: str


TodoKind = Literal["card", "promote", "remove", "rank", "slot", "drift", "thank", "answer", "identify", "look"]


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do tonight, in a sentence. `href` is the place on the page where it is done or explained."""

    kind: TodoKind
    severity: Severity
    text: str
    who: tuple[Soul, ...]
    count: int
    is_new: bool
    href: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What an officer decided about an entry of To do, and what became of it.

    `verdict` is a choice of the list, `noted` (a note alone) or `unclear`. `until` is what they wrote, `last_day` the last day on which
    it holds (None: as long as the matter is the same), both by the clan's calendar. `holds`: it is in force tonight; `silences`: and keeps its
    entry off the list. `fate` is what became of it, first seen at `fate_at`, `became` the same in words. `conflict` says why it
    cannot act, or not as it was written; empty: it does. `unclear` is what was written later and nobody understands ("": a date alone).
    """

    key: str
    kind: str
    verdict: str
    what: str
    who: str
    player_id: int | None
    decided_at: datetime
    until: date | None
    last_day: date | None
    note: str
    reason: str
    proof: str
    origin: str
    holds: bool
    silences: bool
    fate: str | None
    fate_at: datetime | None
    became: str
    conflict: str
    unclear: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """How two facts go together over `people` members: Spearman's rho, its 95 % interval, and the chance `p` of it without a link."""

    rho: float
    low: float
    high: float
    people: int
    p: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two facts that go together, named for people."""

    first: str
    second: str
    cell: Cell
    sentence: str


@dataclass(frozen=True, slots=True)
class Together:
    """What moves together over 30 days; competitions over 90. `cells[i][j]` for facts i and j, None where data are thin, or on the
    diagonal. `confidence` is that of the weakest of the `strongest`, all pairs that were looked at taken into account.
    """

    facts: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[tuple[Cell | None, ...], ...] = ()
    strongest: tuple[Pair, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Advice:
    """All advice of a night. What was first said after `last_night` is new; None: no night before this one was judged."""

    inactivity: Inactivity = Inactivity()
    promotions: Promotions = Promotions()
    formulas: tuple[FormulaBoard, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    upcoming: tuple[Upcoming, ...] = ()
    hit_rate: HitRate = HitRate()
    retention: Retention = Retention()
    cards: tuple[Card, ...] = ()
    todo: tuple[Todo, ...] = ()
    together: Together = Together()
    last_night: datetime | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def open_cards(self) -> tuple[Card, ...]:
        """The cards that no decision keeps off the list."""
        silenced = self.silenced
        return tuple(card for card in self.cards if entry_key("card", card.id) not in silenced)

    @property
    def silenced(self) -> frozenset[str]:
        """The keys of entries of which somebody decided that they need not be looked at tonight."""
        return frozenset(decision.key for decision in self.decisions if decision.silences)
