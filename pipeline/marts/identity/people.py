"""Who belongs together so far. Whoever speaks first is right: later ties add to a person, they never split or move one."""

from dataclasses import dataclass
from typing import Final, get_args

from pipeline.marts.identity.model import Declared, Link, Method

CERTAIN: Final = 1.0
DECLARED: Final[Link] = ("clan.toml", CERTAIN)
ALONE: Final[Link] = ("alone", CERTAIN)
_METHODS: Final[tuple[Method, ...]] = get_args(Method)
"""The weightiest first."""


@dataclass(slots=True)
class Person:
    """Somebody with players and perhaps an account. `declared` are the players that clan.toml names, the main first.

    `links` says how each player came to be this person, which outlives how another one did.
    """

    declared: tuple[int, ...]
    links: dict[int, Link]
    account_id: int | None
    method: Method
    confidence: float

    @property
    def players(self) -> list[int]:
        """In the order in which they came."""
        return list(self.links)


class People:
    """All persons; no player and no account is ever in two of them. `confirmed` are accounts that decisions alone tied."""

    def __init__(self) -> None:
        self.of_player: dict[int, Person] = {}
        self.of_account: dict[int, Person] = {}
        self.confirmed: set[int] = set()

    def declare(self, declared: Declared) -> None:
        """Add a person as clan.toml has it, but for what an earlier entry has already taken."""
        players = [player for player in dict.fromkeys(declared.players) if player not in self.of_player]
        if not players:
            return
        account = None if declared.account_id in self.of_account else declared.account_id
        person = Person(tuple(players), dict.fromkeys(players, DECLARED), account, DECLARED[0], CERTAIN)
        self.of_player.update(dict.fromkeys(players, person))
        if account is not None:
            self.of_account[account] = person

    def confirm(self, player: int, account: int) -> None:
        """Tie as somebody decided, unless clan.toml or another decision has it otherwise."""
        if self.tie(player, account, "confirmed", CERTAIN) and self.of_account[account].method == "confirmed":
            self.confirmed.add(account)

    def party(self, player: int) -> tuple[int, ...]:
        """The players who would come along with *player*."""
        person = self.of_player.get(player)
        return tuple(person.players) if person else (player,)

    def joined(self, player: int, account: int) -> tuple[int, ...]:
        """All players of the account if *player* were tied to it; empty if it cannot be, or already is."""
        person, holder = self.of_player.get(player), self.of_account.get(account)
        if person is not None and (person.account_id is not None or (holder is not None and holder.declared)):
            return ()
        return (*self.party(player), *(holder.players if holder else ()))

    def tie(self, player: int, account: int, method: Method, confidence: float) -> bool:
        """Tie *player*, and whoever comes along, to the account; False if it cannot be. The surest tie speaks for the account."""
        players = self.joined(player, account)
        if not players:
            return False
        person, holder = self.of_player.get(player), self.of_account.get(account)
        declared = (person.declared if person else ()) or (holder.declared if holder else ())
        links = (person.links if person else {}) | {player: (method, confidence)} | (holder.links if holder else {})
        if holder is not None:
            method, confidence = min((holder.method, holder.confidence), (method, confidence), key=_doubtfulness)
        whole = Person(declared, {each: links[each] for each in players}, account, method, confidence)
        self.of_player.update(dict.fromkeys(players, whole))
        self.of_account[account] = whole
        return True


def _doubtfulness(link: Link) -> tuple[float, int]:
    """Least for the surest link; it must not matter which came first, since earlier nights bring theirs in another order."""
    method, confidence = link
    return -confidence, _METHODS.index(method)
