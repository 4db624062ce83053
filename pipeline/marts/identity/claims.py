"""What an account's names claim: nickname first, else the global name, else, with less weight, the user name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.marts.identity.directory import Bearer, Directory
from pipeline.marts.identity.lookalikes import slips
from pipeline.marts.identity.model import AccountName, Method
from pipeline.marts.identity.nicknames import Mention, mentions

ENOUGH: Final = 0.9
"""From this confidence on a name ties an account by itself."""
USERNAME: Final = 0.04
"""What a name loses as a user name: it is often years older than the account's nickname, and nobody in the clan reads it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A player whom a claim may mean."""

    bearer: Bearer
    confidence: float

    @property
    def player_id(self) -> int:
        """The player's id."""
        return self.bearer.player.player_id


@dataclass(frozen=True, slots=True)
class Claim:
    """One name in a name of an account; `in_nick` if the guild's own nickname holds it, `place` counts from the left."""

    account_id: int
    in_nick: bool
    place: int
    method: Method
    candidates: tuple[Candidate, ...]

    @property
    def confidence(self) -> float:
        """That of the strongest candidate."""
        return max(candidate.confidence for candidate in self.candidates)

    @property
    def names_a_member(self) -> bool:
        """Whether any of them is a member today."""
        return any(candidate.bearer.player.is_member for candidate in self.candidates)

    @property
    def player_ids(self) -> frozenset[int]:
        """Everybody whom it may mean."""
        return frozenset(candidate.player_id for candidate in self.candidates)


def called(account: AccountName) -> Iterator[tuple[str, float, bool]]:
    """The account's names, the weightiest first: text, what it loses, and whether it is the nickname."""
    seen: set[str] = set()
    for text, loss, in_nick in (
        (account.nick, 0.0, True),
        (account.global_name, 0.0, False),
        (account.username, USERNAME, False),
    ):
        if text and text not in seen:
            seen.add(text)
            yield text, loss, in_nick


def claims(account: AccountName, directory: Directory) -> tuple[tuple[Claim, ...], ...]:
    """What each name of the account holds, weak claims too."""
    return _read(account, directory, mentions)


def evidence(account: AccountName, read: tuple[tuple[Claim, ...], ...], directory: Directory) -> tuple[Claim, ...]:
    """The claims that count: those of the first name, of those *read*, that holds a player's; else a slip in one."""
    return _first_that_holds(read) or _first_that_holds(_read(account, directory, slips))


def _read(
    account: AccountName, directory: Directory, reader: Callable[[str, Directory], Iterable[Mention]]
) -> tuple[tuple[Claim, ...], ...]:
    return tuple(
        tuple(
            Claim(account.account_id, in_nick, mention.place, mention.method, _candidates(mention, loss))
            for mention in reader(text, directory)
        )
        for text, loss, in_nick in called(account)
    )


def _candidates(mention: Mention, loss: float) -> tuple[Candidate, ...]:
    return tuple(Candidate(bearer, round(mention.strength(bearer) - loss, 2)) for bearer in mention.bearers)


def _first_that_holds(read: tuple[tuple[Claim, ...], ...]) -> tuple[Claim, ...]:
    """The strong claims of the first name that has any. Beside a member's name, that of a leaver is a friend's or a word."""
    for made in read:
        strong = tuple(claim for claim in made if claim.confidence >= ENOUGH)
        if strong:
            return tuple(claim for claim in strong if claim.names_a_member) or strong
    return ()
