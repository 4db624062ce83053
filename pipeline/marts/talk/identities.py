"""Which account is whose: what is tied, what somebody should look at, and where the two lists of people differ."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pipeline.domain.talk import instant_of
from pipeline.marts.identity.model import Unsure
from pipeline.marts.model import Member
from pipeline.marts.talk.counts import Counts
from pipeline.marts.talk.people import Account, Face, People
from pipeline.marts.talk.role_gaps import role_gaps
from pipeline.marts.talk_model import GuessLine, Identities, OnlyClan, OnlyDiscord, TieLine, UnsureLine


def identities(
    people: People,
    unsure: Sequence[Unsure],
    counts: Counts,
    roles: Mapping[str, str],
    names: Mapping[int, str],
    left_at: Mapping[int, datetime],
    *,
    members_listed: bool,
) -> Identities:
    """Who is who: *unsure* are the accounts in doubt, *names* and *left_at* (the end of the last stay) by player id.

    *members_listed* says whether Discord ever listed who is in the guild.
    """
    accounts = {each.account_id: each for each in people.accounts}
    guessed = {doubt.account_id: [g for g in doubt.guesses if _is_shown(g.player_id, people)] for doubt in unsure}
    lines = tuple(
        UnsureLine(
            doubt.account_id,
            accounts[doubt.account_id].name,
            tuple(
                GuessLine(names[guess.player_id], guess.confidence, guess.why, guess.player_id)
                for guess in guessed[doubt.account_id]
            ),
        )
        for doubt in unsure
        if doubt.account_id in accounts and (guessed[doubt.account_id] or not doubt.guesses)
    )
    return Identities(
        ties=_ties(people, names),
        unsure=tuple(sorted(lines, key=lambda line: (line.account.casefold(), line.account_id))),
        only_discord=_only_discord(people, counts, names),
        only_clan=_only_clan(people, unsure, accounts),
        role_gaps=role_gaps(people, roles, names, left_at),
        roles_known=bool(roles),
        members_listed=members_listed,
    )


def _is_shown(player_id: int, people: People) -> bool:
    """Whether it may be said of a player whose account may be theirs."""
    return people.of_player.get(player_id, player_id) in people.faces


def _ties(people: People, names: Mapping[int, str]) -> tuple[TieLine, ...]:
    lines = [
        TieLine(
            each.account_id, each.name, tuple(names[player_id] for player_id in face.players), bool(face.members),
            each.method or "alone", 1.0 if each.confidence is None else each.confidence, tuple(face.players),
        )
        for face in people.faces.values()
        for each in face.accounts
        if face.players
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (line.players[0].casefold(), line.account_id)))


def _only_discord(people: People, counts: Counts, names: Mapping[int, str]) -> tuple[OnlyDiscord, ...]:
    """Those who left the clan first, then strangers."""
    lines = [
        OnlyDiscord(
            each.account_id, each.name, each.joined_at, each.roles,
            names[face.players[0]] if face.players else None, _last_word_at(each, counts),
        )
        for face in people.faces.values()
        for each in face.accounts
        if each.in_guild and not face.members
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (line.was_member is None, line.account.casefold(), line.account_id)))


def _last_word_at(account: Account, counts: Counts) -> datetime | None:
    last = counts.last_by_account.get(account.account_id)
    return None if last is None else instant_of(last)


def _only_clan(people: People, unsure: Sequence[Unsure], accounts: Mapping[int, Account]) -> tuple[OnlyClan, ...]:
    """By rank, the highest first, then by name."""
    missing = [face for face in people.faces.values() if face.members and not face.accounts]
    missing.sort(key=lambda face: _turn(face.members[0]))
    return tuple(
        OnlyClan(main.player_id, main.name, main.role, main.joined_at, _guess(face, unsure, accounts))
        for face in missing
        for main in face.members[:1]
    )


def _turn(member: Member) -> tuple[int, str, int]:
    return member.role_place, member.name.casefold(), member.player_id


def _guess(face: Face, unsure: Sequence[Unsure], accounts: Mapping[int, Account]) -> str | None:
    """The account in doubt that is most likely theirs."""
    found = [
        (-guess.confidence, doubt.account_id)
        for doubt in unsure
        if doubt.account_id in accounts
        for guess in doubt.guesses
        if guess.player_id in face.players
    ]
    return accounts[min(found)[1]].name if found else None
