"""Who asked not to be watched (`[privacy] opt_out`): nothing that they are or did in Discord is shown of them by name.

The rule: people without a face. They count in every total of the clan, like somebody of whom nothing else is known, but in no list of
people, questions, newcomers or accounts do they have a name, a number or an id, and as facts of a person their words are not known.
Nothing is erased: whoever takes an entry out of clan.toml sees it all again.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from pipeline.domain.forgotten import Forgotten
from pipeline.domain.names import standard
from pipeline.marts.advice_model import Card
from pipeline.marts.identity.evidence import accounts_by_name, players_by_name
from pipeline.storage import identity, talk_queries
from pipeline.storage.forget import traces

HELPERS = "helpers"
"""Category of the cards that name somebody for what they did in Discord."""


def opted_out(connection: Connection, names: Iterable[str]) -> frozenset[int]:
    """The persons behind *names*: of players now or before, or ids and usernames of Discord accounts."""
    asked = tuple(names)
    if not asked:
        return frozenset()
    players, owners = players_by_name(connection), talk_queries.persons(connection)
    accounts = accounts_by_name(connection)
    behind = {row.id: row.person_id for row in identity.accounts(connection)}
    found = {owners.get(players[standard(name)]) for name in asked if standard(name) in players}
    found |= {behind[accounts[name.lower()]] for name in asked if name.lower() in accounts}
    return frozenset(person for person in found if person is not None)


def known_as(connection: Connection, persons: frozenset[int]) -> Forgotten:
    """All that *persons* are called by and wrote, in the game and in Discord, whether they are here or left."""
    accounts = [row.id for row in identity.accounts(connection) if row.person_id in persons]
    players = [player_id for player_id, person in talk_queries.persons(connection).items() if person in persons]
    return traces(connection, accounts, players)


def shown(cards: Iterable[Card], hidden: Forgotten) -> tuple[Card, ...]:
    """*cards*, but for those that tell of who is *hidden* in Discord: they were kept before somebody asked."""
    return tuple(card for card in cards if card.category != HELPERS or not _names(card, hidden))


def _names(card: Card, hidden: Forgotten) -> bool:
    """Whether *card* names who is *hidden*: by a number of the night that kept it, or by a name that is theirs."""
    told = hidden.names_them(f"{card.title} {card.text} {card.recommendation}")
    return told or any(
        soul.person_id in hidden.persons or soul.player_id in hidden.players or hidden.is_alias(soul.name)
        for soul in card.who
    )
