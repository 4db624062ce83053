"""Who is who: Discord accounts and players, what is sure and what is not."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final, get_args

from pipeline.marts.model import Marts
from pipeline.marts.talk_model import (
    GuessLine,
    OnlyClan,
    OnlyDiscord,
    RoleGap,
    RoleGapKind,
    TalkMarts,
    TieLine,
    UnsureLine,
)
from pipeline.outputs.exports.helping import lists_members
from pipeline.outputs.exports.resource import PLAYER, Field, Resource, same
from pipeline.outputs.exports.talk import is_told, of_talk

Tied = tuple[TieLine, int, str | None, int | None]
Guess = tuple[UnsureLine, int, GuessLine]
Role = tuple[OnlyDiscord, int, str]
Gap = tuple[int, RoleGap]
"""Parts of a line with their place; a gap with its number in the list."""


def knows_roles(marts: Marts) -> bool:
    """Whether anything can be said of roles."""
    return lists_members(marts) and marts.talk is not None and marts.talk.identities.roles_known


def _tied(talk: TalkMarts) -> Iterator[Tied]:
    for tie in talk.identities.ties:
        for place, (player, player_id) in enumerate(zip_longest(tie.players, tie.player_ids), start=1):
            yield tie, place, player, player_id


def _guesses(talk: TalkMarts) -> Iterator[Guess]:
    for line in talk.identities.unsure:
        for place, guess in enumerate(line.guesses, start=1):
            yield line, place, guess


def _roles(talk: TalkMarts) -> Iterator[Role]:
    for line in talk.identities.only_discord:
        for place, role in enumerate(line.roles, start=1):
            yield line, place, role


def _gaps(talk: TalkMarts) -> Iterator[Gap]:
    return enumerate(talk.identities.role_gaps, start=1)


TIES: Final = Resource[TieLine](
    "ties",
    "Accounts whose player is known",
    "Discord accounts that belong to somebody who plays; who that is stands in tie_players.csv.",
    of_talk(lambda talk: talk.identities.ties),
    (
        Field[TieLine]("account_id", "string", "Discord account.", lambda t: str(t.account_id)),
        Field[TieLine]("account", "string", "Its name.", lambda t: t.account),
        Field[TieLine]("in_clan", "boolean", "Whether one of the players is in the clan now.", lambda t: t.clan),
        Field[TieLine]("method", "string", "How they were found to be the same.", lambda t: t.method),
        Field[TieLine]("confidence", "number", "How sure that is.", lambda t: t.confidence, "share (0 to 1)"),
    ),
    ("account_id",),
    known=is_told,
)

TIE_PLAYERS: Final = Resource[Tied](
    "tie_players",
    "Players of an account",
    "Parts of ties.csv, the main first.",
    of_talk(_tied),
    (
        Field[Tied]("account_id", "string", "Discord account: ties.csv.", lambda row: str(row[0].account_id)),
        Field[Tied]("place", "integer", "1 is the main.", lambda row: row[1], "place"),
        Field[Tied]("player", "string", "Name of the player.", lambda row: row[2]),
        Field[Tied]("player_id", "integer", "Their account in the game, in the clan or not.", lambda row: row[3]),
    ),
    ("account_id", "place"),
    (same("account_id", "ties"),),
    is_told,
)

UNSURE: Final = Resource[UnsureLine](
    "unsure",
    "Accounts to look at",
    "Discord accounts of which nobody knows for sure whose they are; guesses.csv says whose they may be.",
    of_talk(lambda talk: talk.identities.unsure),
    (
        Field[UnsureLine]("account_id", "string", "Discord account.", lambda u: str(u.account_id)),
        Field[UnsureLine]("account", "string", "Its name.", lambda u: u.account),
    ),
    ("account_id",),
    known=is_told,
)

GUESSES: Final = Resource[Guess](
    "guesses",
    "Who an account may be",
    "Parts of unsure.csv, the best guess first.",
    of_talk(_guesses),
    (
        Field[Guess]("account_id", "string", "Discord account: unsure.csv.", lambda row: str(row[0].account_id)),
        Field[Guess]("place", "integer", "1 is the best guess.", lambda row: row[1], "place"),
        Field[Guess]("player_id", "integer", "The player whose it may be.", lambda row: row[2].player_id),
        Field[Guess]("player", "string", "Name of the player.", lambda row: row[2].player),
        Field[Guess]("confidence", "number", "How sure that is.", lambda row: row[2].confidence, "share (0 to 1)"),
        Field[Guess]("why", "string", "What speaks for it.", lambda row: row[2].why),
    ),
    ("account_id", "place"),
    (same("account_id", "unsure"),),
    is_told,
)

ONLY_DISCORD: Final = Resource[OnlyDiscord](
    "only_discord",
    "Only in Discord",
    "Accounts in the server of nobody in the clan. Left out while Discord has not told who is there.",
    of_talk(lambda talk: talk.identities.only_discord),
    (
        Field[OnlyDiscord]("account_id", "string", "Discord account.", lambda o: str(o.account_id)),
        Field[OnlyDiscord]("account", "string", "Its name.", lambda o: o.account),
        Field[OnlyDiscord]("joined_at", "datetime", "When it came to the server.", lambda o: o.joined_at),
        Field[OnlyDiscord]("was_member", "string", "Name of the player who left the clan.", lambda o: o.was_member),
        Field[OnlyDiscord]("last_word_at", "datetime", "Its last message.", lambda o: o.last_word_at),
    ),
    ("account_id",),
    known=lists_members,
)

ONLY_DISCORD_ROLES: Final = Resource[Role](
    "only_discord_roles",
    "Roles of those who are only in Discord",
    "Parts of only_discord.csv.",
    of_talk(_roles),
    (
        Field[Role]("account_id", "string", "Discord account: only_discord.csv.", lambda row: str(row[0].account_id)),
        Field[Role]("place", "integer", "Order in which they are told.", lambda row: row[1], "place"),
        Field[Role]("role", "string", "Name of the role.", lambda row: row[2]),
    ),
    ("account_id", "place"),
    (same("account_id", "only_discord"),),
    lists_members,
)

ONLY_CLAN: Final = Resource[OnlyClan](
    "only_clan",
    "Only in the clan",
    "Members of whom no Discord account is known. Left out while Discord has not told who is there.",
    of_talk(lambda talk: talk.identities.only_clan),
    (
        Field[OnlyClan]("player_id", "integer", "Account in the game.", lambda o: o.player_id),
        Field[OnlyClan]("player", "string", "Its name.", lambda o: o.player),
        Field[OnlyClan]("role", "string", "Its rank.", lambda o: o.role),
        Field[OnlyClan]("joined_at", "datetime", "When it joined the clan.", lambda o: o.joined_at),
        Field[OnlyClan]("guess", "string", "Name of the Discord account that it may be.", lambda o: o.guess),
    ),
    ("player_id",),
    (PLAYER,),
    lists_members,
)

ROLE_GAPS: Final = Resource[Gap](
    "role_gaps",
    "Roles that the game does not bear out",
    "Left out where nothing is known of roles, or of who is in the server.",
    of_talk(_gaps),
    (
        Field[Gap]("number", "integer", "Place in the list.", lambda row: row[0], "place"),
        Field[Gap]("kind", "string", "Of somebody who left the clan, of nobody known, or of another rank.", lambda row: row[1].kind, among=get_args(RoleGapKind)),
        Field[Gap]("account_id", "string", "Discord account.", lambda row: str(row[1].account_id)),
        Field[Gap]("account", "string", "Its name.", lambda row: row[1].account),
        Field[Gap]("player", "string", "Name of the player, if known.", lambda row: row[1].player),
        Field[Gap]("discord_role", "string", "The role that it has.", lambda row: row[1].discord_role),
        Field[Gap]("expected", "string", "The rank that the role stands for.", lambda row: row[1].expected),
        Field[Gap]("rank", "string", "The rank that the player has.", lambda row: row[1].rank),
        Field[Gap]("since", "datetime", "Since when, where known.", lambda row: row[1].since),
    ),
    ("number",),
    known=knows_roles,
)  # fmt: skip

TABLES: Final = (TIES, TIE_PLAYERS, UNSURE, GUESSES, ONLY_DISCORD, ONLY_DISCORD_ROLES, ONLY_CLAN, ROLE_GAPS)
