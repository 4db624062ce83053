"""What identity is told and what it answers. A pair is (player id, account id)."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["clan.toml", "confirmed", "exact", "normalised", "part", "fuzzy", "alone"]
"""How a tie came about, the weightiest first. `alone`: the player belongs to nobody else that we know of."""

Link = tuple[Method, float]
"""How a player came to a person, and how sure that is."""


@dataclass(frozen=True, slots=True)
class PlayerName:
    """A player who is or was a member of the clan. `former` are the names it bore before."""

    player_id: int
    name: str
    former: tuple[str, ...]
    is_member: bool


@dataclass(frozen=True, slots=True)
class AccountName:
    """A Discord account as the guild calls it, or called it before it left. `roles` are names of roles."""

    account_id: int
    nick: str | None
    global_name: str | None
    username: str
    in_guild: bool
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """One person: players, the main first, and perhaps a Discord account. `confidence` lies in 0 to 1.

    `method` is that of the surest tie to the account; `links` says for each of the players how it came to be the same person.
    """

    players: tuple[int, ...]
    account_id: int | None
    method: Method
    confidence: float
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """Whose account it might be, and `why` in plain words."""

    player_id: int
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """An account that somebody should look at: up to three guesses, the best first."""

    account_id: int
    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A `[[person]]` of clan.toml, resolved to ids; the main first."""

    players: tuple[int, ...]
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """A link that the database holds from an earlier night."""

    player_id: int
    account_id: int
    method: Method
    confidence: float


@dataclass(frozen=True, slots=True)
class Matching:
    """Everybody: each player is in exactly one tie, each account in at most one."""

    ties: tuple[Tie, ...]
    unsure: tuple[Unsure, ...]
