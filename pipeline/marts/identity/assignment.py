"""Who gets whom when several accounts claim a player, or one name may mean several: the clearly stronger, else nobody."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.marts.identity.claims import ENOUGH, Candidate, Claim
from pipeline.marts.identity.people import People

_CLEARLY: Final = 0.025
"""Less than the step from one kind of evidence to the next."""


@dataclass(frozen=True, slots=True)
class _Bid:
    account_id: int
    claim: Claim
    candidate: Candidate
    is_sure: bool

    @property
    def strength(self) -> tuple[float, bool, int, int]:
        return (-self.candidate.confidence, not self.is_sure, self.claim.place, self.candidate.player_id)


def assign(people: People, evidence: Mapping[int, Sequence[Claim]], rejected: Collection[tuple[int, int]]) -> None:
    """Add to *people* all ties that the *evidence* of accounts (by id) is clear about.

    A tie can make another name clear, since its player is then spoken for; so this goes on until nothing more is found.
    """
    while sum(_take(people, bid) for bid in _winners(people, evidence, rejected)):
        pass


def _take(people: People, bid: _Bid) -> bool:
    return people.tie(bid.candidate.player_id, bid.account_id, bid.claim.method, bid.candidate.confidence)


def _winners(
    people: People, evidence: Mapping[int, Sequence[Claim]], rejected: Collection[tuple[int, int]]
) -> list[_Bid]:
    """For each player, or declared person, the bid that is clearly above those of other accounts; by account and place."""
    bids: dict[tuple[int, ...], list[_Bid]] = {}
    for account_id in sorted(evidence):
        if is_open(people, account_id, evidence[account_id]):
            for bid in _bids(people, account_id, evidence[account_id], rejected):
                bids.setdefault(people.party(bid.candidate.player_id), []).append(bid)
    won = [bid for made in bids.values() for bid in _clear_winner(made)]
    return sorted(won, key=lambda bid: (bid.account_id, bid.strength[2:]))


def is_open(people: People, account_id: int, claims: Sequence[Claim]) -> bool:
    """Whether the account may gain players: it has none, or its name still names one that it has.

    A decision that gives an alt to an account does not deny it the main that its name holds; a rejection would.
    """
    person = people.of_account.get(account_id)
    if person is None or account_id in people.confirmed:
        return True
    return any(claim.player_ids & set(person.players) for claim in claims)


def _bids(
    people: People, account_id: int, claims: Sequence[Claim], rejected: Collection[tuple[int, int]]
) -> Iterator[_Bid]:
    own = people.of_account.get(account_id)
    for claim in claims:
        if own is not None and claim.player_ids & set(own.players):
            continue
        live = [each for each in claim.candidates if may_tie(people, each.player_id, account_id, rejected)]
        is_clear = len({people.party(each.player_id) for each in live}) == 1
        is_borne_today = any(not each.bearer.former for each in claim.candidates)
        for each in live:
            yield _Bid(account_id, claim, each, is_clear and not (each.bearer.former and is_borne_today))


def may_tie(people: People, player_id: int, account_id: int, rejected: Collection[tuple[int, int]]) -> bool:
    """Whether they can become one person, and nobody who would come along was rejected for the account."""
    party = people.party(player_id)
    return bool(people.joined(player_id, account_id)) and not any((player, account_id) in rejected for player in party)


def _clear_winner(bids: Sequence[_Bid]) -> Iterator[_Bid]:
    best = min(bids, key=lambda bid: (bid.strength, bid.account_id))
    rivals = [bid.candidate.confidence for bid in bids if bid.account_id != best.account_id]
    enough = best.candidate.confidence >= ENOUGH
    if best.is_sure and enough and all(best.candidate.confidence - rival > _CLEARLY for rival in rivals):
        yield best
