"""Who is who, as the database holds it: names to match by, and links between players and Discord accounts."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, case, select, union

from pipeline.domain.names import standard
from pipeline.domain.talk import snowflake_at
from pipeline.storage import tables
from pipeline.storage.load import table
from pipeline.storage.upsert import upsert

ALONE: Final = "alone"
"""Method of a player or an account that nothing ties to another."""


class Named(NamedTuple):
    """A player with the names of now and of before."""

    player_id: int
    name: str
    former: tuple[str, ...]
    is_member: bool


class Link(NamedTuple):
    """A player and the account of the same person, and how we know."""

    player_id: int
    account_id: int
    method: str
    confidence: float


class PersonRow(NamedTuple):
    """A person as they are to be held: players, the main first, how each came to it, and perhaps an account."""

    players: tuple[int, ...]
    links: Sequence[tuple[str, float]]
    account_id: int | None
    method: str
    confidence: float


def named_players(connection: Connection) -> list[Named]:
    """Everybody who is or was a member, by id; of those who left before our first night only WOM's activity tells."""
    stay, change = tables.Membership, tables.NameChange
    former: dict[int, list[str]] = {}
    for player_id, old in connection.execute(
        select(change.player_id, change.old_name).where(change.resolved_at.is_not(None)).order_by(change.resolved_at)
    ).tuples():
        former.setdefault(player_id, []).append(old)
    present = set(connection.execute(select(stay.player_id).where(stay.left_at.is_(None))).scalars())
    ever = union(select(stay.player_id), select(tables.RosterEvent.player_id))
    found = connection.execute(
        select(tables.Player.id, tables.Player.display_name)
        .where(tables.Player.id.in_(ever))
        .order_by(tables.Player.id)
    )
    return [Named(id_, name, tuple(former.get(id_, ())), id_ in present) for id_, name in found.tuples()]


def accounts(connection: Connection) -> list[Any]:
    """All accounts of people, by id."""
    row = tables.DiscordAccount
    return list(connection.execute(select(table(row)).where(row.is_bot.is_(False)).order_by(row.id)).all())


def links(connection: Connection) -> list[Link]:
    """Which players share a person with which account. One who is the only player came with the account itself."""
    account, link = tables.DiscordAccount, tables.PersonPlayer
    alone = link.method == ALONE
    found = connection.execute(
        select(
            link.player_id,
            account.id,
            case((alone, account.method), else_=link.method),
            case((alone, account.confidence), else_=link.confidence),
        )
        .join(account, account.person_id == link.person_id)
        .order_by(account.id, link.player_id)
    )
    return [Link(*row) for row in found]


def write_persons(connection: Connection, persons: Sequence[PersonRow]) -> None:
    """Make players and accounts one person where *persons* says so, and persons of their own where it does not.

    A person of the clan is numbered after the main player; one of whom only an account is known has a number below zero.
    """
    ties = {player: row for row in persons for player in row.players}
    held = connection.execute(select(tables.PersonPlayer.player_id)).scalars()
    rows = [_player_row(player, ties.get(player)) for player in sorted({*held, *ties})]
    upsert(connection, table(tables.Person), ("id",), sorted({(row[1],) for row in rows}))
    upsert(connection, table(tables.PersonPlayer), ("player_id", "person_id", "method", "confidence"), rows)
    owned = {row.account_id: row for row in persons if row.account_id is not None}
    clan = connection.execute(select(tables.DiscordAccount.id).where(tables.DiscordAccount.person_id > 0)).scalars()
    changes: list[tuple[Any, ...]] = [
        (row.players[0], row.method, row.confidence, account_id) for account_id, row in owned.items()
    ]
    changes += [(None, None, None, account_id) for account_id in clan if account_id not in owned]
    connection.exec_driver_sql(
        "UPDATE discord_account SET person_id = ?, method = ?, confidence = ? WHERE id = ?",
        changes or [(None, None, None, -1)],
    )
    connection.exec_driver_sql(
        "DELETE FROM person WHERE id NOT IN (SELECT person_id FROM person_player)"
        " AND id NOT IN (SELECT person_id FROM discord_account WHERE person_id IS NOT NULL)"
    )
    _introduce(connection)


def _player_row(player: int, tie: PersonRow | None) -> tuple[int, int, str, float]:
    if tie is None or len(tie.players) == 1:
        return player, player, ALONE, 1.0
    return player, tie.players[0], *tie.links[tie.players.index(player)]


def _introduce(connection: Connection) -> None:
    """Everybody but a bot is a person: an account that is nobody's yet gets the first number below zero that is free."""
    account = tables.DiscordAccount
    found = connection.execute(
        select(account.id).where(account.person_id.is_(None), account.is_bot.is_(False)).order_by(account.id)
    )
    strangers = found.scalars().all()
    taken = set(connection.execute(select(tables.Person.id).where(tables.Person.id < 0)).scalars())
    free = (number for number in count(-1, -1) if number not in taken)
    persons = dict(zip(strangers, free, strict=False))
    upsert(connection, table(tables.Person), ("id",), [(person_id,) for person_id in persons.values()])
    connection.exec_driver_sql(
        "UPDATE discord_account SET person_id = ?, method = 'alone', confidence = 1.0 WHERE id = ?",
        [(person_id, account_id) for account_id, person_id in persons.items()] or [(None, -1)],
    )


def attribute_clan_chat(connection: Connection) -> int:
    """Give relayed messages to the players whose names they bear, as those stood when it was said; returns how many.

    A name that nobody bears now may be one from before a rename; then it is that player's until the rename.
    """
    open_names = connection.exec_driver_sql(
        "SELECT DISTINCT relayed_name FROM message WHERE relayed_name IS NOT NULL AND relayed_player_id IS NULL"
    ).scalars()
    bearers = _bearers(connection)
    given = 0
    for name in sorted(open_names):
        for player_id, until in bearers.get(standard(name), ()):
            bound = 2**63 - 1 if until is None else snowflake_at(until)
            given += connection.exec_driver_sql(
                "UPDATE message SET relayed_player_id = ? WHERE relayed_name = ? AND relayed_player_id IS NULL AND id < ?",
                (player_id, name, bound),
            ).rowcount
    return given


def _bearers(connection: Connection) -> dict[str, list[tuple[int, datetime | None]]]:
    """Who bore a name until when, the earliest end first; None: bears it still."""
    found: dict[str, list[tuple[int, datetime | None]]] = {}
    change, player = tables.NameChange, tables.Player
    renames = connection.execute(
        select(change.old_name, change.player_id, change.resolved_at)
        .where(change.resolved_at.is_not(None))
        .order_by(change.resolved_at)
    )
    for old, player_id, at in renames.tuples():
        found.setdefault(standard(old), []).append((player_id, at))
    for player_id, name in connection.execute(select(player.id, player.display_name).order_by(player.id)).tuples():
        found.setdefault(standard(name), []).append((player_id, None))
    return found
