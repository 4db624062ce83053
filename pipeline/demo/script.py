"""What fate has in store for one account: the invented truth from which its life is played."""

from dataclasses import dataclass
from typing import Final

from pipeline.demo.instants import DAY, HOUR, Span

ROLE_ORDERS: Final = (
    "owner", "deputy_owner", "administrator", "moderator", "captain", "lieutenant", "sergeant", "corporal", "recruit",
)  # fmt: skip
OFFICERS: Final = ROLE_ORDERS[:4]
OUTSIDE_ORDERS: Final = ("iron", "skiller", "legacy", "gnome_child", "member")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The bounds of the history; `new_boss_at` is the day a boss was added to the game."""

    start: int
    now: int

    @property
    def span(self) -> int:
        """Length of the history."""
        return self.now - self.start

    @property
    def new_boss_at(self) -> int:
        """The full hour in the middle of the history at which a boss was added to the game."""
        return (self.start + self.span // 2) // HOUR * HOUR

    def ago(self, days: float, share: float = 0.8) -> int:
        """*days* before now, but in a short history no longer ago than *share* of it."""
        return self.now - min(int(days * DAY), int(share * self.span))

    def last_night(self, hours: float) -> int:
        """*hours* before now, at an odd minute."""
        return self.now - int(hours * HOUR) - 421_317


@dataclass(frozen=True, slots=True)
class Visit:
    """One time in the clan."""

    since: int
    until: int | None = None
    founding: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """Everything about an account that is not left to chance while it lives."""

    role: str
    visits: tuple[Visit, ...]
    fate: str = "active"
    fate_since: int | None = None
    temperament: str | None = None
    type: str = "regular"
    build: str = "main"
    look_style: str | None = None
    wealth: float | None = None
    idle: tuple[Span, ...] = ()
    unseen: tuple[Span, ...] = ()
    leaves: tuple[Span, ...] = ()
    roles: tuple[tuple[int, str], ...] = ()
    types: tuple[tuple[int, str], ...] = ()
    statuses: tuple[tuple[int, str], ...] = ()
    renamed_at: tuple[int, ...] = ()
    registered_at: int | None = None
    must_look: tuple[int, ...] = ()
    planted: tuple[tuple[int, str], ...] = ()
    overall_ranked_since: int | None = 0
    zeroes: frozenset[str] = frozenset()
    alt_of: int | None = None
    heir_of: int | None = None
    archived_at: int | None = None
