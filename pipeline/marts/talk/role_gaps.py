"""Discord roles that the game does not bear out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from pipeline.marts.talk.people import Account, People
from pipeline.marts.talk_model import RoleGap

ANY_RANK: Final = "member"
"""A role that stands for this says only that somebody is in the clan."""

_ORDER: Final = ("left", "stranger", "differs")


def role_gaps(
    people: People, roles: Mapping[str, str], names: Mapping[int, str], left_at: Mapping[int, datetime]
) -> tuple[RoleGap, ...]:
    """Leavers with a role of the clan first, then strangers with one, then members with another rank's.

    *roles* are ranks by name of the Discord role, *names* and *left_at* (the end of the last stay) by player id.
    """
    ranks = {_folded(role): rank for role, rank in roles.items()}
    accounts = [
        (each, [(role, ranks[_folded(role)]) for role in each.roles if _folded(role) in ranks])
        for face in people.faces.values()
        for each in face.accounts
        if each.in_guild
    ]
    found = [_gap(each, held, people, names, left_at, set(ranks.values())) for each, held in accounts if held]
    gaps = [gap for gap in found if gap is not None]
    return tuple(
        sorted(gaps, key=lambda gap: (_ORDER.index(gap.kind), (gap.player or gap.account).casefold(), gap.account_id))
    )


def _folded(role: str) -> str:
    return role.strip().casefold()


def _gap(
    account: Account,
    held: list[tuple[str, str]],
    people: People,
    names: Mapping[int, str],
    left_at: Mapping[int, datetime],
    known_ranks: set[str],
) -> RoleGap | None:
    """What is wrong with the roles *held*, which run from the highest down; None if nothing is."""
    face = people.faces[account.person_id]
    role, rank = held[0]
    if not face.players:
        return RoleGap("stranger", account.account_id, account.name, None, role, rank, None, None)
    if not face.members:
        since = max((left_at[player_id] for player_id in face.players if player_id in left_at), default=None)
        main = names[face.players[0]]
        return RoleGap("left", account.account_id, account.name, main, role, rank, None, since)
    main_member = face.members[0]
    said = [(role, rank) for role, rank in held if rank != ANY_RANK]
    if not said or main_member.role not in known_ranks or _has(said, main_member.role):
        return None
    role, rank = said[0]
    return RoleGap("differs", account.account_id, account.name, main_member.name, role, rank, main_member.role, None)


def _has(said: Iterable[tuple[str, str]], rank: str) -> bool:
    return any(each == rank for _role, each in said)
