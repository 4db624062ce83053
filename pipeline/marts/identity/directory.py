"""Every name by which a player may be called, present and former, found by its spelling; and words that name nobody."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.marts.identity import spelling
from pipeline.marts.identity.model import PlayerName

_TITLES: Final = (
    "gm", "gms", "clan", "iron", "ironman", "im", "hcim", "uim", "gim", "hcgim", "hardcore", "ultimate", "group",
    "main", "alt", "alts", "afk", "pvm", "pvp", "pker", "pure", "zerker", "max", "maxed", "btw", "osrs", "rs", "rsn",
    "ign", "cpt", "capt", "lt", "sgt", "mod", "admin", "staff", "owner", "uk", "us", "usa", "eu", "nl", "de", "be",
    "fr", "ca", "au", "aus", "nz", "no", "se", "dk", "fi", "pl", "ie", "za", "br",
)  # fmt: skip
_FRAIL: Final = 3
"""Names of so few letters stand in many nicknames by chance."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A player under one of its names; `former` if it bears it no longer."""

    player: PlayerName
    name: str
    former: bool


class Directory:
    """The names of *players*; *titles* may stand beside a name without meaning anything."""

    def __init__(self, players: Iterable[PlayerName], titles: Collection[str]) -> None:
        self.players = {player.player_id: player for player in sorted(players, key=lambda player: player.player_id)}
        self.bearers = tuple(bearer for player in self.players.values() for bearer in _bearers(player))
        self.titles = frozenset(filter(None, map(spelling.compact, (*_TITLES, *titles))))
        self._exact: dict[str, list[Bearer]] = {}
        self._worded: dict[str, list[Bearer]] = {}
        self._lettered: dict[str, list[Bearer]] = {}
        for bearer in self.bearers:
            words = spelling.words(bearer.name)
            self._exact.setdefault(exactly(bearer.name), []).append(bearer)
            if words:
                self._worded.setdefault(" ".join(words), []).append(bearer)
                self._lettered.setdefault("".join(words), []).append(bearer)
        self.spellings: tuple[str, ...] = tuple(self._lettered)

    def exact(self, text: str) -> tuple[Bearer, ...]:
        """Who is called *text*, but for capitals and the kind of spaces."""
        return _preferred(self._exact.get(exactly(text), ()))

    def worded(self, words: Sequence[str]) -> tuple[Bearer, ...]:
        """Who is called *words*; whoever spaces their name just so comes before those who do not."""
        spelled = self._worded.get(" ".join(words), ())
        if all(bearer.former for bearer in spelled):
            spelled = self._lettered.get("".join(words), ())
        return _preferred(spelled)

    def lettered(self, letters: str) -> tuple[Bearer, ...]:
        """Who is called by these *letters*, whatever the spaces."""
        return _preferred(self._lettered.get(letters, ()))

    def is_title(self, words: Sequence[str]) -> bool:
        """Whether *words* are nothing but titles, or nothing."""
        return not words or any(
            "".join(words[:end]) in self.titles and self.is_title(words[end:]) for end in range(1, len(words) + 1)
        )

    def is_frail(self, words: Sequence[str]) -> bool:
        """Whether *words* as one of several groups say little: a few letters, a number, a title."""
        letters = "".join(words)
        return len(letters) <= _FRAIL or letters.isdigit() or self.is_title(words)


def exactly(name: str) -> str:
    """*name* without regard to capitals, and with every kind of space, underscore or hyphen as one space."""
    return re.sub(r"[\s_-]+", " ", name).strip().casefold() or name


def _bearers(player: PlayerName) -> Iterable[Bearer]:
    yield Bearer(player, player.name, former=False)
    seen = {exactly(player.name)}
    for name in player.former:
        if exactly(name) not in seen:
            seen.add(exactly(name))
            yield Bearer(player, name, former=True)


def _preferred(bearers: Sequence[Bearer]) -> tuple[Bearer, ...]:
    """Members before players who left; of a name that a member bears today, leavers are no rivals at all."""
    if any(bearer.player.is_member and not bearer.former for bearer in bearers):
        return tuple(bearer for bearer in bearers if bearer.player.is_member)
    if any(bearer.player.is_member for bearer in bearers):
        return tuple(bearer for bearer in bearers if bearer.player.is_member or not bearer.former)
    return tuple(bearers)
