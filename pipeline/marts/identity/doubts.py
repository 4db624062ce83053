"""The accounts that somebody should look at: tied to nobody but named like somebody, or renamed since they were tied."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from pipeline.marts.identity import guesses
from pipeline.marts.identity.assignment import is_open
from pipeline.marts.identity.claims import ENOUGH, Claim, called
from pipeline.marts.identity.directory import Bearer, Directory
from pipeline.marts.identity.model import AccountName, Guess, Unsure
from pipeline.marts.identity.people import People

_LEAST: Final = 0.5
_SHOWN: Final = 3


class Doubts:
    """What stays open once *people* are tied. *evidence* is what was weighed for each account, by its id."""

    def __init__(
        self,
        people: People,
        directory: Directory,
        evidence: Mapping[int, Sequence[Claim]],
        rejected: Collection[tuple[int, int]],
    ) -> None:
        self._people = people
        self._directory = directory
        self._evidence = evidence
        self._rejected = rejected
        self._owners = guesses.owners(directory)

    def of_stranger(self, account: AccountName, read: Iterable[Sequence[Claim]]) -> Unsure | None:
        """Doubts about an account without a person; *read* is what each of its names holds."""
        made = self._claimed(account, read) if self._evidence[account.account_id] else self._resembled(account, read)
        return self._unsure(account, made)

    def of_changed(self, account: AccountName) -> Unsure | None:
        """Doubts about an account tied on an earlier night, if its nickname now names members, and none of its own."""
        claims = self._evidence[account.account_id]
        if is_open(self._people, account.account_id, claims):
            return None
        owner = self._directory.players.get(self._people.of_account[account.account_id].players[0])
        since = f'; tied to "{owner.name}" on an earlier night' if owner else ""
        named = [
            Guess(
                each.player_id, min(each.confidence, guesses.MOST), f'the nickname is now "{each.bearer.name}"{since}'
            )
            for claim in claims
            for each in claim.candidates
            if claim.in_nick and each.bearer.player.is_member and each.confidence >= ENOUGH
        ]
        return self._unsure(account, named)

    def _claimed(self, account: AccountName, read: Iterable[Sequence[Claim]]) -> Iterator[Guess]:
        weighed = self._evidence[account.account_id]
        for claim in dict.fromkeys((*weighed, *(claim for made in read for claim in made))):
            for each in claim.candidates:
                is_taken = not self._is_free(each.player_id)
                if not (is_taken and claim.confidence < ENOUGH):
                    yield guesses.from_claim(claim, each, is_taken=is_taken, counted=claim in weighed)

    def _resembled(self, account: AccountName, read: Iterable[Sequence[Claim]]) -> Iterator[Guess]:
        """Guesses for an account whose names hold nothing strong."""
        yield from self._claimed(account, read)
        yield from self._alike(account)

    def _alike(self, account: AccountName) -> Iterator[Guess]:
        """Members without an account whose names are not held, only resembled."""
        for text, loss, _ in called(account):
            found: list[tuple[Bearer, Guess]] = [
                *guesses.from_likeness(text, self._directory),
                *guesses.from_words(text, self._directory, self._owners),
            ]
            for bearer, guess in found:
                if bearer.player.is_member and self._is_free(guess.player_id):
                    yield Guess(guess.player_id, min(guess.confidence, guesses.MOST) - loss, guess.why)

    def _is_free(self, player_id: int) -> bool:
        person = self._people.of_player.get(player_id)
        return person is None or person.account_id is None

    def _unsure(self, account: AccountName, made: Iterable[Guess]) -> Unsure | None:
        best: dict[int, Guess] = {}
        for guess in made:
            confidence = round(guess.confidence, 2)
            known = best.get(guess.player_id)
            if (guess.player_id, account.account_id) in self._rejected or confidence < _LEAST:
                continue
            if known is None or known.confidence < confidence:
                best[guess.player_id] = Guess(guess.player_id, confidence, guess.why)
        shown = sorted(best.values(), key=self._turn)[:_SHOWN]
        return Unsure(account.account_id, tuple(shown)) if shown else None

    def _turn(self, guess: Guess) -> tuple[float, bool, int]:
        return (-guess.confidence, not self._directory.players[guess.player_id].is_member, guess.player_id)
