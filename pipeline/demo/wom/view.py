"""What WOM knows at one instant: the world, seen only as far as its looks reached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.demo.account import Account, Stay
from pipeline.demo.career import NEW_BOSS
from pipeline.demo.efficiency import ehb, ehp
from pipeline.demo.hiscores import UNRANKED, value, values
from pipeline.demo.script import ROLE_ORDERS
from pipeline.demo.world import World
from pipeline.domain.metrics import METRICS
from pipeline.domain.names import standard

COMPUTED: Final = ("ehp", "ehb")
_KEYS: Final = {
    kind: tuple(metric.key for metric in METRICS if metric.kind == kind) for kind in ("skill", "boss", "activity")
}
_LENT_BY: Final = "giant_mole"


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at an account: the counted values, and the account's type when it was taken."""

    account: Account
    at: int
    values: Mapping[str, int]
    type: str

    def hours(self, metric: str, type_: str) -> float:
        """ehp or ehb of the values at the rates of *type_*."""
        return ehp(self.values, type_) if metric == "ehp" else ehb(self.values, type_)

    def stored(self, metric: str) -> float:
        """The value that was stored when the look was taken."""
        return round(self.hours(metric, self.type), 5) if metric in COMPUTED else self.values[metric]


@dataclass(frozen=True, slots=True)
class View:
    """The clan at the instant `at`. `accounts` are the world's, with the looks this server was asked for added."""

    world: World
    accounts: tuple[Account, ...]
    at: int
    group_id: int
    unknown_metric: str | None = None
    _latest: dict[int, Sight | None] = field(default_factory=dict)

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """Metric keys by kind, as the game has them at this instant."""
        released = self.at >= self.world.calendar.new_boss_at
        bosses = tuple(key for key in _KEYS["boss"] if released or key != NEW_BOSS)
        extra = () if self.unknown_metric is None else (self.unknown_metric,)
        return {**_KEYS, "boss": bosses + extra}

    def kind(self, metric: str) -> str | None:
        """The kind of *metric*; None for a key the game does not have."""
        if metric in COMPUTED:
            return "computed"
        return next((kind for kind, keys in self.keys.items() if metric in keys), None)

    def sight(self, account: Account, look: int) -> Sight:
        """What the look at *look* saw."""
        seen = values(account, look)
        if self.unknown_metric is not None:
            kills = max(0, value(account, _LENT_BY, look)) // 4
            seen[self.unknown_metric] = kills if kills >= 5 else UNRANKED
        return Sight(account, look, seen, account.types.at(look))

    def latest(self, account: Account) -> Sight | None:
        """What the last look saw; None for an account nobody looked at."""
        if account.id not in self._latest:
            look = account.last_look(self.at)
            self._latest[account.id] = None if look is None else self.sight(account, look)
        return self._latest[account.id]

    def type(self, account: Account) -> str:
        """The account's type as the last look found it."""
        look = account.last_look(self.at)
        return "unknown" if look is None else account.types.at(look)

    def archived(self, account: Account) -> bool:
        """Whether the account has lost its name."""
        return account.archive is not None and account.archive.at <= self.at

    def members(self) -> list[tuple[Account, Stay]]:
        """Everybody who is in the clan, by id."""
        found = [(account, account.stay(self.at)) for account in self.accounts]
        return [(account, stay) for account, stay in found if stay is not None]

    def roster(self) -> list[tuple[Account, Stay]]:
        """The members in the order of the clan's roles."""

        def place(member: tuple[Account, Stay]) -> tuple[int, int]:
            role = member[1].roles.at(self.at)
            return (ROLE_ORDERS.index(role) if role in ROLE_ORDERS else len(ROLE_ORDERS), member[0].id)

        return sorted(self.members(), key=place)

    def counted(self) -> list[Account]:
        """The members whose scores the group endpoints show: those looked at and not archived."""
        return [
            account
            for account, _ in self.members()
            if not self.archived(account) and account.last_look(self.at) is not None
        ]

    def known(self) -> Iterable[Account]:
        """Every account WOM has heard of."""
        return (account for account in self.accounts if account.registered_at <= self.at)

    def named(self, username: str) -> Account | None:
        """The account that bears *username*, if any does."""
        wanted = standard(username)
        return next((account for account in self.known() if standard(account.names.at(self.at)) == wanted), None)

    def numbered(self, id_: int) -> Account | None:
        """The account with the id *id_*, if there is one."""
        return next((account for account in self.known() if account.id == id_), None)
