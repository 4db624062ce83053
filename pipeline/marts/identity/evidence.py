"""What the database knows of who is who, brought before `match`."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from sqlalchemy import Connection

from pipeline.domain.names import standard
from pipeline.marts.identity.match import match
from pipeline.marts.identity.model import AccountName, Declared, Held, Matching, Method, PlayerName
from pipeline.storage import decisions, identity, queries

ASKED_ANEW: Final = frozenset({"clan.toml", "confirmed", "alone"})
"""Links that stand only as long as somebody says so, tonight too; those that names told are kept."""

Persons = Sequence[tuple[tuple[str, ...], str | None]]
"""Who is who by clan.toml: names of players, the main first, and the id or username of a Discord account."""


def matching(connection: Connection, persons: Persons = ()) -> Matching:
    """Who is who by clan.toml (*persons*), by officers' decisions, by links from earlier nights, and by names."""
    players = [PlayerName(*named) for named in identity.named_players(connection)]
    accounts = [
        AccountName(row.id, row.nick, row.global_name, row.username, row.in_guild, row.roles)
        for row in identity.accounts(connection)
    ]
    verdicts = decisions.identities(connection)
    held = [
        Held(link.player_id, link.account_id, cast(Method, link.method), link.confidence)
        for link in identity.links(connection)
        if link.method not in ASKED_ANEW
    ]
    return match(
        players,
        accounts,
        declared=_declared(persons, players_by_name(connection), accounts_by_name(connection)),
        confirmed={pair for pair, verdict in verdicts.items() if verdict == "confirm"},
        rejected={pair for pair, verdict in verdicts.items() if verdict == "reject"},
        held=held,
        titles=_titles(connection, accounts),
    )


def players_by_name(connection: Connection) -> dict[str, int]:
    """Ids by standard name; a present name goes before one of the past, a member's before another's."""
    named = sorted(identity.named_players(connection), key=lambda player: player.is_member)
    former = {standard(name): player.player_id for player in named for name in player.former}
    return former | {standard(player.name): player.player_id for player in named}


def accounts_by_name(connection: Connection) -> dict[str, int]:
    """Ids of accounts by id and by username in small letters, as text."""
    found = identity.accounts(connection)
    return {row.username.lower(): row.id for row in found} | {str(row.id): row.id for row in found}


def _declared(persons: Persons, players: Mapping[str, int], accounts: Mapping[str, int]) -> list[Declared]:
    """*persons* in ids. A name that nobody bears is left out: the rest of the person still holds."""
    declared = []
    for names, account in persons:
        known = dict.fromkeys(players[standard(name)] for name in names if standard(name) in players)
        if known:
            declared.append(Declared(tuple(known), None if account is None else accounts.get(account.lower())))
    return declared


def _titles(connection: Connection, accounts: Sequence[AccountName]) -> frozenset[str]:
    """Words of ranks, in the game and in Discord, which may stand beside a name without being one."""
    clan = queries.clan(connection)
    names = [*(clan.role_orders if clan else ()), *(role for account in accounts for role in account.roles)]
    return frozenset(word for name in names for word in re.findall(r"[^\W_]+", name.lower()))
