"""Which names each account shows, and whose player's names they truly hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from random import Random
from typing import Final

from pipeline.demo.account import Account, Person
from pipeline.demo.guild import nicknames
from pipeline.demo.guild.nicknames import Form, compact
from pipeline.demo.instants import DAY, HOUR, Timeline, always
from pipeline.demo.world import World

_LONG: Final = 8
"""Letters from which on a name with one wrong letter is still known."""

_LIMIT: Final = 32
"""Discord's longest nickname."""

_SHARES: Final = {"nameless": 0.11, "global": 0.06, "username": 0.05, "misspelt": 0.03}
"""The ways of those who do not wear their name as a nickname, and how many go them."""

_KEEPS_FORMER: Final = 0.4


@dataclass(frozen=True, slots=True)
class Worn:
    """The names of an account; `holds` are the players whose present names they truly hold."""

    nicks: Timeline[str | None]
    global_name: str | None
    username: str
    holds: tuple[int, ...] = ()


class Wardrobe:
    """Gives each person of *persons* names to wear."""

    def __init__(self, world: World, persons: Sequence[Person], seed: str, *, hostile: bool) -> None:
        self._now = world.calendar.now
        self._seed = seed
        self._hostile = hostile
        self._players: dict[str, list[Account]] = {}
        for account in world.accounts:
            self._players.setdefault(account.person, []).append(account)
        self._known = Counter(
            name for account in world.accounts for name in {compact(step) for _, step in account.names.steps}
        )
        self._usernames: set[str] = set()
        self._ways = _dealt(persons, self._players, Random(f"{seed}/ways"))

    def dress(self, person: Person) -> Worn:
        """What the account of *person* shows."""
        rng = Random(f"{self._seed}/{person.key}")
        players = self._players[person.key]
        first_name = rng.choice(nicknames.FIRST_NAMES)
        username = self._free(first_name, rng)
        shown = first_name if rng.random() < 0.7 else None
        way, now = self._ways[person.key], players[0].names.at(self._now)
        if way == "nameless":
            return self._nameless(shown, username, rng)
        if way == "global" and self._is_plain(now):
            return Worn(always(None), now, username, (players[0].id,))
        if way == "username" and self._is_plain(now) and self._claim(written := nicknames.as_username(now, rng)):
            return Worn(always(None), None, written, (players[0].id,))
        if way == "misspelt" and len(now) >= _LONG and self._is_plain(now):
            return Worn(always(self._misspelt(now, rng)), shown, username)
        return self._named(players, first_name, Worn(always(None), shown, username), rng)

    def stranger(self, rng: Random, like: str | None) -> Worn:
        """What somebody shows who was never in the clan; *like* is a player's name theirs resembles."""
        first_name = rng.choice(nicknames.FIRST_NAMES)
        username = self._free(first_name, rng)
        if like is None:
            return self._nameless(first_name, username, rng)
        written = nicknames.lookalike(like, rng)
        if rng.random() < 0.5:
            return Worn(always(written), first_name, username)
        return Worn(always(None), written, username)

    def _named(self, players: list[Account], first_name: str, bare: Worn, rng: Random) -> Worn:
        form: Form = rng.choice(nicknames.FORMS)
        stream, keeps = rng.random(), rng.random() < _KEEPS_FORMER
        told = [(0, 0)]
        for change in players[0].renamings:
            told_at = change.resolved_at + int(rng.uniform(2 * HOUR, 5 * DAY))
            if told_at <= self._now and not (keeps and change is players[0].renamings[-1]):
                told.append((max(told_at, told[-1][0] + 1), change.resolved_at))
        steps = tuple(
            (told_at, self._written([player.names.at(as_of) for player in players], first_name, form, stream))
            for told_at, as_of in told
        )
        known_at = told[-1][1]
        holds = [player.id for player in players[:2] if player.names.at(known_at) == player.names.at(self._now)]
        return replace(bare, nicks=Timeline(steps), holds=tuple(holds))

    def _written(self, names: list[str], first_name: str, form: Form, stream: float) -> str:
        rng = Random(stream)
        if len(names) > 1:
            return nicknames.with_alt(names, rng)
        written = form(names[0], first_name, rng) if self._is_plain(names[0]) else names[0]
        return written if len(written) <= _LIMIT else names[0]

    def _nameless(self, shown: str | None, username: str, rng: Random) -> Worn:
        if rng.random() < 0.25:
            return Worn(always(None), shown, username)
        return Worn(always(nicknames.nameless(rng, hostile=self._hostile)), shown, username)

    def _misspelt(self, name: str, rng: Random) -> str:
        written = nicknames.misspelt(name, rng)
        while compact(written) in self._known:
            written = nicknames.misspelt(name, rng)
        return written

    def _is_plain(self, name: str) -> bool:
        """Whether *name* is still the only one of its letters, however it is written."""
        letters = compact(name)
        return letters == name.replace(" ", "").lower() and name.isascii() and self._known[letters] == 1

    def _free(self, first_name: str, rng: Random) -> str:
        written = nicknames.username(first_name, rng)
        while not self._claim(written):
            written = nicknames.username(first_name, rng)
        return written

    def _claim(self, username: str) -> bool:
        if username in self._usernames or len(username) < 2:
            return False
        self._usernames.add(username)
        return True


def _dealt(persons: Sequence[Person], players: dict[str, list[Account]], rng: Random) -> dict[str, str]:
    """The way of each person: exact shares, so that even a small clan has all of them."""
    lost = {person.key for person in persons if players[person.key][0].archive is not None}
    open_to_all = [
        person.key
        for person in persons
        if person.key not in lost and len(players[person.key]) == 1 and not players[person.key][0].renamings
    ]
    rng.shuffle(open_to_all)
    ways = {person.key: "named" for person in persons} | dict.fromkeys(lost, "nameless")
    for way, share in _SHARES.items():
        wanted = ceil(share * len(persons)) - sum(dealt == way for dealt in ways.values())
        for key in [open_to_all.pop() for _ in range(min(wanted, len(open_to_all)))]:
            ways[key] = way
    return ways
