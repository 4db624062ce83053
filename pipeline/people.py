"""Who is who, kept: what clan.toml and officers say, and what names tell, becomes persons in the database."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection

from pipeline.domain.decisions import Decided, identify_key
from pipeline.domain.names import confirmation, printable, standard
from pipeline.errors import ConfigError
from pipeline.marts.exemptions import RANK
from pipeline.marts.identity.evidence import accounts_by_name, matching, players_by_name
from pipeline.marts.talk.role_gaps import ANY_RANK
from pipeline.policy import Policy, unknown_metrics, unknown_ranks
from pipeline.storage import decisions, identity, queries
from pipeline.storage.engine import reading, writing
from pipeline.storage.types import to_ms

log = logging.getLogger(__name__)

Verdict = Literal["confirm", "reject"]

_TICK: Final = timedelta(milliseconds=1)
"""Of several decisions taken at once, the last one said is the latest."""


def tie(database: Path, policy: Policy) -> None:
    """Find out who is who, write it down, and give clan chat to those who spoke."""
    with reading(database) as connection:
        for complaint in complaints(connection, policy):
            log.warning("%s", complaint)
        found = matching(connection, policy.persons)
    rows = [identity.PersonRow(t.players, t.links, t.account_id, t.method, t.confidence) for t in found.ties]
    with writing(database) as connection:
        identity.write_persons(connection, rows)
        identity.attribute_clan_chat(connection)


def complaints(connection: Connection, policy: Policy) -> list[str]:
    """A sentence for everything that clan.toml names and nobody knows; the rest of it still holds."""
    players, accounts = players_by_name(connection), accounts_by_name(connection)
    ranks, metrics = queries.roles(connection), queries.kinds(connection)
    return [
        *(
            f"clan.toml, [[person]]: nobody in the clan is or was called {name!r}."
            for names, _ in policy.persons
            for name in names
            if standard(name) not in players
        ),
        *(
            f"clan.toml, [[person]] {names[0]!r}: no Discord account has the id or username that stands there."
            for names, account in policy.persons
            if account is not None and account.lower() not in accounts
        ),
        *(
            f"clan.toml, [[exempt]]: nobody in the clan is or was called {name!r}."
            for name in (each.who for each in policy.exempt if not each.who.startswith(RANK))
            if standard(name) not in players
        ),
        *(
            # Not by name: it may be that of somebody who is forgotten, whom no log may name.
            f"clan.toml, [privacy] opt_out, entry {number}: nobody is or was called that, in the clan or as a username in Discord. "
            "Mend it, or take it out: whoever was forgotten is kept out without it."
            for number, name in enumerate(policy.privacy.opt_out, start=1)
            if standard(name) not in players and name.lower() not in accounts
        ),
        *(
            f"clan.toml, [roles]: the clan has no rank {rank!r}, which {role!r} should stand for."
            for role, rank in policy.roles.items()
            if ranks and rank not in {*ranks, ANY_RANK}
        ),
        *unknown_ranks(policy, ranks),
        *(unknown_metrics(policy, metrics) if metrics else ()),
    ]


def decide(database: Path, pairs: Sequence[tuple[str, Verdict]], now: datetime) -> None:
    """Note officers' decisions, each written `RSN=DISCORD_ID`; anything wrong with one is a ConfigError, and none is kept."""
    with writing(database) as connection:
        players, accounts = players_by_name(connection), accounts_by_name(connection)
        decided: dict[tuple[int, int], Verdict] = {}
        for text, verdict in pairs:
            pair = _pair(text, players, accounts)
            if decided.setdefault(pair, verdict) != verdict:
                raise ConfigError(f"{text!r} is both confirmed and rejected: say one of the two.")
        names = {player.player_id: player.name for player in identity.named_players(connection)}
        decisions.keep(
            connection,
            [
                _said(pair, verdict, names[pair[0]], now + number * _TICK)
                for number, (pair, verdict) in enumerate(decided.items())
            ],
        )


def _said(pair: tuple[int, int], verdict: Verdict, name: str, now: datetime) -> Decided:
    player_id, account_id = pair
    return Decided(
        identify_key(player_id, account_id), f"command:{to_ms(now)}", verdict, decided_at=now, until=None, word="", note=None,
        what=f"Is the account {account_id} {name}?", who=name, reason="", proof="", origin="command", noted_at=now,
    )  # fmt: skip


def _pair(text: str, players: Mapping[str, int], accounts: Mapping[str, int]) -> tuple[int, int]:
    name, _, account = (part.strip() for part in text.rpartition("="))
    if not name or not account:
        raise ConfigError(f"{text!r} is not of the form RSN=DISCORD_ID, such as Zezima=123456789012345678.")
    if standard(name) not in players:
        raise ConfigError(f"Nobody in the clan is or was called {name!r}; see `uv run clanstats identities`.")
    if account.lower() not in accounts:
        raise ConfigError(
            f"No Discord account has the id or username {account!r}; see `uv run clanstats identities` for those there are."
        )
    return players[standard(name)], accounts[account.lower()]


def told(database: Path, policy: Policy) -> list[str]:
    """Who is who in lines for a terminal: the ties, then the accounts that somebody should look at."""
    with reading(database) as connection:
        found = matching(connection, policy.persons)
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
        for guess in unsure.guesses:
            command = confirmation(names[guess.player_id], unsure.account_id)
            yes = f" Yes: {command}" if command else " Yes: write a [[person]] into clan.toml."
            lines.append(f"    {names[guess.player_id]}, {guess.confidence:.2f}: {printable(guess.why)}.{yes}")
    return lines
