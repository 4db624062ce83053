"""Who is behind accounts and players: one person, under the name that the clan knows them by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from pipeline.marts.model import Member


@dataclass(frozen=True, slots=True)
class Account:
    """A Discord account of a person, as it was at an instant. `person_id` is below zero for those who never were in the clan."""

    account_id: int
    person_id: int
    name: str
    nick: str | None
    in_guild: bool
    joined_at: datetime | None
    left_at: datetime | None
    roles: tuple[str, ...]
    method: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Face:
    """A person: `members` are their accounts in the game that are in the clan, the main first, and `players` all of them."""

    person_id: int
    name: str
    nick: str | None
    accounts: tuple[Account, ...]
    members: tuple[Member, ...]
    players: tuple[int, ...]

    @property
    def in_guild(self) -> bool:
        """Whether one of their Discord accounts is in the guild."""
        return any(account.in_guild for account in self.accounts)

    @property
    def player_ids(self) -> tuple[int, ...]:
        """Their present members' accounts, the main first."""
        return tuple(member.player_id for member in self.members)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody, by person, by Discord account and by player."""

    faces: Mapping[int, Face]
    of_account: Mapping[int, int]
    of_player: Mapping[int, int]

    @property
    def accounts(self) -> list[Account]:
        """All Discord accounts, by id."""
        return sorted(
            (each for face in self.faces.values() for each in face.accounts), key=lambda each: each.account_id
        )

    def author(self, account_id: int) -> int:
        """The person behind an account; one that we know nothing of is a person of its own, without a face."""
        return self.of_account.get(account_id, account_id)

    def name(self, person_id: int | None) -> str | None:
        """What a person is called, None if nobody knows."""
        face = None if person_id is None else self.faces.get(person_id)
        return None if face is None else face.name


def account(row: Row[Any], as_of: datetime) -> Account:
    """An account as it was at *as_of*: what came later has not happened."""
    has_come = row.joined_at is None or row.joined_at <= as_of
    left_at = row.left_at if row.left_at is not None and row.left_at <= as_of else None
    here = has_come and (row.in_guild or (row.left_at is not None and left_at is None))
    return Account(
        account_id=row.id,
        person_id=row.person_id,
        name=row.nick or row.global_name or row.username,
        nick=row.nick,
        in_guild=here,
        joined_at=row.joined_at if has_come else None,
        left_at=left_at,
        roles=row.roles if here else (),
        method=row.method,
        confidence=row.confidence,
    )


def people(
    accounts: Iterable[Account],
    persons: Mapping[int, int],
    members: Sequence[Member],
    names: Mapping[int, str],
    unwatched: frozenset[int] = frozenset(),
) -> People:
    """Everybody with an account in Discord or in the game; *persons* are by player id, *names* of players.

    Those who are *unwatched* count, but have no face.
    """
    by_person: dict[int, list[Account]] = {}
    for each in accounts:
        by_person.setdefault(each.person_id, []).append(each)
    players: dict[int, list[int]] = {}
    for player_id, person_id in persons.items():
        players.setdefault(person_id, []).append(player_id)
    present: dict[int, list[Member]] = {}
    for member in members:
        present.setdefault(member.person_id, []).append(member)
    faces = {
        person_id: _face(
            person_id, by_person.get(person_id, []), players.get(person_id, []), present.get(person_id, []), names
        )
        for person_id in sorted({*by_person, *players} - unwatched)
    }
    owners = {each.account_id: person_id for person_id, theirs in by_person.items() for each in theirs}
    return People(faces, owners, dict(persons))


def _face(
    person_id: int, accounts: list[Account], players: list[int], members: list[Member], names: Mapping[int, str]
) -> Face:
    """A person has the number of their main player; a leaver's accounts in the guild come before those that left it."""
    known = sorted(accounts, key=lambda each: (not each.in_guild, each.account_id))
    here = sorted(members, key=lambda member: (member.player_id != person_id, member.role_place, member.player_id))
    ever = sorted(players, key=lambda player_id: (player_id != person_id, player_id))
    name = here[0].name if here else names[ever[0]] if ever else known[0].name
    return Face(person_id, name, known[0].nick if known else None, tuple(known), tuple(here), tuple(ever))
