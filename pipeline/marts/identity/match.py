"""Who is who tonight. First clan.toml speaks, then decisions, then earlier nights, then names.

Accounts in the guild are served before those that left it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import inf

from pipeline.marts.identity.assignment import assign, may_tie
from pipeline.marts.identity.claims import Claim, claims, evidence
from pipeline.marts.identity.directory import Directory
from pipeline.marts.identity.doubts import Doubts
from pipeline.marts.identity.model import AccountName, Declared, Held, Matching, PlayerName, Tie, Unsure
from pipeline.marts.identity.people import ALONE, People, Person

Pairs = Collection[tuple[int, int]]
Evidence = Mapping[int, Sequence[Claim]]


def match(
    players: Sequence[PlayerName],
    accounts: Sequence[AccountName],
    *,
    declared: Sequence[Declared] = (),
    confirmed: Pairs = (),
    rejected: Pairs = (),
    held: Sequence[Held] = (),
    titles: Collection[str] = (),
) -> Matching:
    """All persons, and the accounts that are in doubt, whatever the order of what is given.

    *titles* are words that may stand beside a name without meaning anything, such as ranks. Every player is in one tie;
    `alone` if nothing ties it to another player or an account. A rejected pair is tied only by clan.toml or a decision.
    """
    directory = Directory(players, titles)
    refused = frozenset(rejected)
    known = sorted(accounts, key=lambda account: account.account_id)
    read = {account.account_id: claims(account, directory) for account in known}
    weighed = {account.account_id: evidence(account, read[account.account_id], directory) for account in known}
    present = {account.account_id for account in known if account.in_guild}

    people = _decided(declared, confirmed)
    decided = dict(people.of_account)
    for is_present in (True, False):
        links = [link for link in held if (link.account_id in present) == is_present]
        _keep(people, decided, links, weighed, refused)
        assign(people, {key: made for key, made in weighed.items() if (key in present) == is_present}, refused)

    doubts = Doubts(people, directory, weighed, refused)
    kept = {link.account_id for link in held} - set(decided)
    unsure = [_doubt(doubts, account, people, kept, read[account.account_id]) for account in known if account.in_guild]
    return Matching(_ties(people, directory, weighed), tuple(doubt for doubt in unsure if doubt is not None))


def _decided(declared: Sequence[Declared], confirmed: Pairs) -> People:
    """Those whom clan.toml and decisions name. Entries that contradict an earlier one (by id) give way."""
    people = People()
    for entry in sorted(declared, key=lambda entry: (entry.players, entry.account_id or 0)):
        people.declare(entry)
    for player_id, account_id in sorted(set(confirmed)):
        people.confirm(player_id, account_id)
    return people


def _keep(
    people: People, decided: Mapping[int, Person], held: Iterable[Held], weighed: Evidence, rejected: Pairs
) -> None:
    """Tie again what was tied on an earlier night, the surest first, unless it was rejected or overruled since."""
    for link in sorted(held, key=lambda link: (-link.confidence, link.player_id, link.account_id, link.method)):
        overruled = _overruled(decided.get(link.account_id), link, weighed)
        if not overruled and may_tie(people, link.player_id, link.account_id, rejected):
            people.tie(link.player_id, link.account_id, link.method, link.confidence)


def _overruled(person: Person | None, link: Held, weighed: Evidence) -> bool:
    """clan.toml says all about an account; a decision for one player leaves another whom the account still names."""
    if person is None:
        return False
    if person.method == "clan.toml":
        return True
    return not any(link.player_id in claim.player_ids for claim in weighed.get(link.account_id, ()))


def _doubt(
    doubts: Doubts, account: AccountName, people: People, kept: Collection[int], read: Iterable[Sequence[Claim]]
) -> Unsure | None:
    if account.account_id not in people.of_account:
        return doubts.of_stranger(account, read)
    return doubts.of_changed(account) if account.account_id in kept else None


def _ties(people: People, directory: Directory, weighed: Evidence) -> tuple[Tie, ...]:
    """Everybody, by the id of the main."""
    ties = []
    for person in {id(person): person for person in people.of_player.values()}.values():
        players = _ordered(person, directory, weighed)
        links = tuple(person.links[player] for player in players)
        ties.append(Tie(players, person.account_id, person.method, person.confidence, links))
    ties += [Tie((player,), None, *ALONE, (ALONE,)) for player in directory.players if player not in people.of_player]
    return tuple(sorted(ties, key=lambda tie: tie.players))


def _ordered(person: Person, directory: Directory, weighed: Evidence) -> tuple[int, ...]:
    """The main first: as clan.toml lists them, then as the account names them from the left, then members."""
    listed = {player: turn for turn, player in enumerate(person.declared)}
    named: dict[int, int] = {}
    for claim in weighed.get(person.account_id, ()) if person.account_id is not None else ():
        for player in claim.player_ids:
            named.setdefault(player, claim.place)

    def turn(player: int) -> tuple[int, float, bool, int]:
        is_member = player in directory.players and directory.players[player].is_member
        return (listed.get(player, len(listed)), named.get(player, inf), not is_member, player)

    return tuple(sorted(person.players, key=turn))
