"""Who is in the clan: accounts, and the persons behind them."""

from collections.abc import Iterator, Sequence
from typing import Final, get_args

from pipeline.domain.activity import State
from pipeline.domain.metrics import HOUR
from pipeline.marts.model import Marts, Member, Person
from pipeline.outputs.exports.resource import PERSON, PLAYER, Field, Resource, same

_JOIN_SOURCES: Final = ("game", "wom")

MEMBERS: Final = Resource[Member](
    "members",
    "Members: accounts",
    "The accounts in the clan, by rank, then by name. What they hold stands in standings.csv, what they gained in gains.csv.",
    lambda marts: marts.members,
    (
        Field[Member]("player_id", "integer", "The account's id at Wise Old Man; names change, it does not.", lambda m: m.player_id),
        Field[Member]("person_id", "integer", "Whose account it is: people.csv.", lambda m: m.person_id),
        Field[Member]("name", "string", "Its name as shown in the game.", lambda m: m.name),
        Field[Member]("username", "string", "Its name as Wise Old Man compares it.", lambda m: m.username),
        Field[Member]("role", "string", "Its rank in the clan.", lambda m: m.role),
        Field[Member]("role_place", "integer", "Place of that rank; 0 is the highest.", lambda m: m.role_place, "place"),
        Field[Member]("type", "string", "Regular, ironman and the like.", lambda m: m.type),
        Field[Member]("build", "string", "Main, pure and the like.", lambda m: m.build),
        Field[Member]("status", "string", "Active, banned, archived and the like.", lambda m: m.status),
        Field[Member]("country", "string", "Two letters, where told.", lambda m: m.country),
        Field[Member]("joined_at", "datetime", "When it joined.", lambda m: m.joined_at),
        Field[Member]("join_source", "string", "Who says so: the game, or only when Wise Old Man learned of it.", lambda m: m.join_source, among=_JOIN_SOURCES),
        Field[Member]("tenure_days", "integer", "Whole days since then.", lambda m: m.tenure_days, "days"),
        Field[Member]("last_changed_at", "datetime", "When its numbers were last seen to move.", lambda m: m.last_changed_at),
        Field[Member]("updated_at", "datetime", "When it was last looked at.", lambda m: m.updated_at),
        Field[Member]("seen_lately", "boolean", "Whether that is recent enough.", lambda m: m.seen_lately),
        Field[Member]("total_level", "integer", "Sum of its levels; empty: never looked at.", lambda m: m.total_level, "levels"),
        Field[Member]("top_boss", "string", "Metric of the boss it killed most in the last seven days.", lambda m: m.top_boss),
    ),
    ("player_id",),
    (PERSON, same("top_boss", "metrics", "key")),
)  # fmt: skip


def _hours(stored: int | None) -> float | None:
    return None if stored is None else stored / HOUR


PERSON_FIELDS: Final[Sequence[Field[Person]]] = (
    Field[Person]("person_id", "integer", "The person's id here.", lambda p: p.person_id),
    Field[Person]("player_id", "integer", "Their main account.", lambda p: p.player_ids[0] if p.player_ids else None),
    Field[Person]("name", "string", "The main account's name.", lambda p: p.name),
    Field[Person]("role", "string", "Its rank in the clan.", lambda p: p.role),
    Field[Person]("role_place", "integer", "Place of that rank; 0 is the highest.", lambda p: p.role_place, "place"),
    Field[Person]("type", "string", "Regular, ironman and the like, of the main.", lambda p: p.type),
    Field[Person]("status", "string", "Active, banned, archived and the like, of the main.", lambda p: p.status),
    Field[Person]("state", "string", "Whether they still take part; empty: nobody was judged.", lambda p: p.state, among=get_args(State)),
    Field[Person]("last_gain_at", "datetime", "Last gain in the game that is known.", lambda p: p.last_gain_at),
    Field[Person]("last_word_at", "datetime", "Last word in Discord or clan chat that is known.", lambda p: p.last_word_at),
    Field[Person]("xp_7d", "integer", "Gained in seven days, all accounts together; empty: none was looked at twice.", lambda p: p.xp, "experience"),
    Field[Person]("ehp_7d", "number", "The same of EHP.", lambda p: _hours(p.ehp), "hours"),
    Field[Person]("ehb_7d", "number", "The same of EHB.", lambda p: _hours(p.ehb), "hours"),
    Field[Person]("top_boss", "string", "Metric of the boss they killed most in seven days.", lambda p: p.top_boss),
    Field[Person]("top_boss_kills", "integer", "How often.", lambda p: p.kills, "kills"),
    Field[Person]("messages_7d", "integer", "Written in Discord in seven days; empty: nobody can know.", lambda p: p.messages, "messages"),
    Field[Person]("joined_at", "datetime", "When the main joined.", lambda p: p.joined_at),
    Field[Person]("join_source", "string", "Who says so: the game, or only when Wise Old Man learned of it.", lambda p: p.join_source, among=_JOIN_SOURCES),
    Field[Person]("next_rank", "string", "The rank that comes next by the clan's rules.", lambda p: p.ahead.rank if p.ahead else None),
    Field[Person]("next_rank_is_due", "boolean", "Whether it is earned already.", lambda p: p.ahead.is_due if p.ahead else None),
    Field[Person]("seen_at", "datetime", "When the main was last looked at.", lambda p: p.seen_at),
    Field[Person]("seen_lately", "boolean", "Whether that is recent enough.", lambda p: p.seen_lately),
)  # fmt: skip

PEOPLE: Final = Resource[Person](
    "people",
    "Members: people",
    "The people of the clan, main and alts together, by rank, then by name.",
    lambda marts: marts.people,
    tuple(PERSON_FIELDS),
    ("person_id",),
    (PLAYER,),
)

Account = tuple[Person, int, int]
"""A person, the place of one of their accounts, and its id."""


def _accounts(marts: Marts) -> Iterator[Account]:
    for person in marts.people:
        for place, player_id in enumerate(person.player_ids, start=1):
            yield person, place, player_id


ACCOUNTS: Final = Resource[Account](
    "accounts",
    "Accounts of each person",
    "Who plays with which accounts of the clan.",
    _accounts,
    (
        Field[Account]("person_id", "integer", "Whose account it is.", lambda row: row[0].person_id),
        Field[Account]("place", "integer", "1 is the main, the others are alts.", lambda row: row[1], "place"),
        Field[Account]("player_id", "integer", "The account.", lambda row: row[2]),
    ),
    ("person_id", "place"),
    (PERSON, PLAYER),
)

Missing = tuple[Person, int, str]
"""A person, and one thing that is missing for the next rank, with its place."""


def _missing(marts: Marts) -> Iterator[Missing]:
    for person in marts.people:
        for place, text in enumerate(person.ahead.missing if person.ahead else (), start=1):
            yield person, place, text


NEXT_RANK_MISSING: Final = Resource[Missing](
    "next_rank_missing",
    "What is missing for the next rank",
    "In words, as far as it is known; nothing for those whose next rank is due.",
    _missing,
    (
        Field[Missing]("person_id", "integer", "Who.", lambda row: row[0].person_id),
        Field[Missing]("place", "integer", "Order in which it is told.", lambda row: row[1], "place"),
        Field[Missing]("text", "string", "What is missing, such as `12 days`.", lambda row: row[2]),
    ),
    ("person_id", "place"),
    (PERSON,),
)

TABLES: Final = (MEMBERS, PEOPLE, ACCOUNTS, NEXT_RANK_MISSING)
