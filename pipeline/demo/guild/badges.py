"""Which roles the account of a person bears: they follow the ranks of the game late, and some never do."""

from random import Random
from typing import Final

from pipeline.demo.account import Account, Stay
from pipeline.demo.guild.rooms import CLAN_MEMBER, PINGS, RANK_ROLES, House
from pipeline.demo.instants import HOUR, Timeline, always

_ROLE_OF_RANK: Final = {rank: role for role, rank in RANK_ROLES.items()}
_LATE: Final = 16 * HOUR
_NEVER_UPDATED: Final = 0.2
_WRONG: Final = 0.03


def badges(house: House, account: Account, rng: Random, *, keeps: bool) -> Timeline[tuple[int, ...]]:
    """The roles of the person whose main account is *account*; who *keeps* them bears them on after leaving the clan."""
    pings = tuple(house.roles[name].id for name in PINGS if rng.random() < 0.3)
    forgotten = rng.random() < _NEVER_UPDATED
    wrong = rng.random() < _WRONG
    steps: Timeline[tuple[int, ...]] = always(pings)
    for stay in account.stays:
        for at, rank in _ranks(stay, rng, forgotten=forgotten):
            borne = "Corporal" if wrong else _ROLE_OF_RANK.get(rank)
            names = [CLAN_MEMBER] if borne is None else [borne, CLAN_MEMBER]
            steps = _then(steps, at, (*(house.roles[name].id for name in names), *pings))
        if stay.until is not None and not keeps:
            steps = _then(steps, stay.until + _delay(rng), pings)
    return steps


def _ranks(stay: Stay, rng: Random, *, forgotten: bool) -> list[tuple[int, str]]:
    """When the guild learned of each rank of *stay*; one that is *forgotten* is that of the first day for ever."""
    ranks = [(stay.since + _delay(rng) // 4, stay.roles.at(stay.since))]
    if not forgotten:
        ranks += [(at + _delay(rng), rank) for at, _, rank in stay.roles.changes]
    return ranks


def _delay(rng: Random) -> int:
    return min(int(rng.expovariate(1 / _LATE)), 6 * _LATE)


def _then(steps: Timeline[tuple[int, ...]], at: int, roles: tuple[int, ...]) -> Timeline[tuple[int, ...]]:
    return steps.then(max(at, steps.steps[-1][0] + 1), roles)
