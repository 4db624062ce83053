"""Who is who, kept: what clan.toml and officers say, and what names tell, becomes persons in the database."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from pipeline.domain.names import printable, standard
from pipeline.errors import ConfigError
from pipeline.marts.identity.evidence import matching
from pipeline.marts.identity.model import Declared
from pipeline.policy import PersonTable
from pipeline.storage import identity
from pipeline.storage.engine import reading, writing

log = logging.getLogger(__name__)

Verdict = Literal["confirm", "reject"]


def tie(database: Path, persons: Iterable[PersonTable]) -> None:
    """Find out who is who, write it down, and give clan chat to those who spoke."""
    with reading(database) as connection:
        found = matching(connection, _declared(connection, persons))
    rows = [identity.PersonRow(t.players, t.account_id, t.method, t.confidence) for t in found.ties]
    with writing(database) as connection:
        identity.write_persons(connection, rows)
        identity.attribute_clan_chat(connection)


def _declared(connection: Connection, persons: Iterable[PersonTable]) -> list[Declared]:
    """The `[[person]]` tables in ids. A name nobody bears is told and left out: the rest of the table still holds."""
    players, accounts = _players(connection), _accounts(connection)
    declared = []
    for person in persons:
        known = [players[standard(name)] for name in person.players if standard(name) in players]
        account_id = accounts.get(person.discord.lower()) if person.discord is not None else None
        for name in person.players:
            if standard(name) not in players:
                log.warning("clan.toml, [[person]]: nobody in the clan is or was called %r.", name)
        if person.discord is not None and account_id is None:
            log.warning("clan.toml, [[person]]: no Discord account has the id or username %r.", person.discord)
        if known:
            declared.append(Declared(tuple(dict.fromkeys(known)), account_id))
    return declared


def _players(connection: Connection) -> dict[str, int]:
    """Ids by standard name; a present name goes before one of the past, a member's before another's."""
    named = sorted(identity.named_players(connection), key=lambda player: player.is_member)
    former = {standard(name): player.player_id for player in named for name in player.former}
    return former | {standard(player.name): player.player_id for player in named}


def _accounts(connection: Connection) -> dict[str, int]:
    """Ids of accounts by id and by username, as text."""
    found = identity.accounts(connection)
    return {row.username.lower(): row.id for row in found} | {str(row.id): row.id for row in found}


def decide(database: Path, pairs: Iterable[tuple[str, Verdict]], now: datetime) -> None:
    """Note officers' decisions, each written `RSN=DISCORD_ID`; anything wrong with one is a ConfigError, and none is kept."""
    with writing(database) as connection:
        players, accounts = _players(connection), _accounts(connection)
        for text, verdict in pairs:
            name, _, account = (part.strip() for part in text.rpartition("="))
            if not name or not account:
                raise ConfigError(f"{text!r} is not of the form RSN=DISCORD_ID, such as Zezima=123456789012345678.")
            if standard(name) not in players:
                raise ConfigError(f"Nobody in the clan is or was called {name!r}; see `clanstats identities`.")
            if account.lower() not in accounts:
                raise ConfigError(
                    f"No Discord account has the id or username {account!r}; see `clanstats identities` for those there are."
                )
            identity.decide(connection, players[standard(name)], accounts[account.lower()], verdict, now, "command")


def told(database: Path, persons: Iterable[PersonTable]) -> list[str]:
    """Who is who in lines for a terminal: the ties, then the accounts that somebody should look at."""
    with reading(database) as connection:
        found = matching(connection, _declared(connection, persons))
        names = {player.player_id: printable(player.name) for player in identity.named_players(connection)}
        accounts = {
            row.id: printable(row.nick or row.global_name or row.username) for row in identity.accounts(connection)
        }
    tied = [tie for tie in found.ties if tie.account_id is not None]
    lines = [f"{len(tied)} Discord accounts have an owner:"]
    lines += [
        f"  {' + '.join(names[player] for player in tie.players)} = {accounts[tie.account_id]} ({tie.account_id}), "
        f"{tie.method} {tie.confidence:.2f}"
        for tie in tied
        if tie.account_id is not None
    ]
    lines.append(f"{len(found.unsure)} should be looked at:")
    for unsure in found.unsure:
        lines.append(f"  {accounts[unsure.account_id]} ({unsure.account_id}) may be")
        lines += [
            f"    {names[guess.player_id]}, {guess.confidence:.2f}: {guess.why}."
            f' Yes: --confirm "{names[guess.player_id]}={unsure.account_id}"'
            for guess in unsure.guesses
        ]
    return lines
