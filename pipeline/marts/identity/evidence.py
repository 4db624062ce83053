"""What the database knows of who is who, brought before `match`."""

import re
from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import Connection

from pipeline.marts.identity.match import match
from pipeline.marts.identity.model import AccountName, Declared, Held, Matching, Method, PlayerName
from pipeline.storage import identity, queries

ASKED_ANEW: Final = frozenset({"clan.toml", "alone"})
"""Links that stand only as long as somebody says so, tonight too; those that were found by matching are kept."""


def matching(connection: Connection, declared: Sequence[Declared] = ()) -> Matching:
    """Who is who by clan.toml (*declared*), by officers' decisions, by links from earlier nights, and by names."""
    players = [PlayerName(*named) for named in identity.named_players(connection)]
    accounts = [
        AccountName(row.id, row.nick, row.global_name, row.username, row.in_guild, row.roles)
        for row in identity.accounts(connection)
    ]
    verdicts = identity.decisions(connection)
    held = [
        Held(link.player_id, link.account_id, cast(Method, link.method), link.confidence)
        for link in identity.links(connection)
        if link.method not in ASKED_ANEW
    ]
    return match(
        players,
        accounts,
        declared=declared,
        confirmed={pair for pair, verdict in verdicts.items() if verdict == "confirm"},
        rejected={pair for pair, verdict in verdicts.items() if verdict == "reject"},
        held=held,
        titles=_titles(connection, accounts),
    )


def _titles(connection: Connection, accounts: Sequence[AccountName]) -> frozenset[str]:
    """Words of ranks, in the game and in Discord, which may stand beside a name without being one."""
    clan = queries.clan(connection)
    names = [*(clan.role_orders if clan else ()), *(role for account in accounts for role in account.roles)]
    return frozenset(word for name in names for word in re.findall(r"[^\W_]+", name.lower()))
