"""What the ladder says: who is due, above or near a rank, and what is missing."""

from collections.abc import Iterator
from typing import Final, get_args

from pipeline.marts.advice_model import RankLine, RankNote, Shortfall, Soul
from pipeline.marts.model import Marts
from pipeline.outputs.exports.resource import PERSON, PLAYER, Field, Reference, Resource

Rung = tuple[int, str]
Proof = tuple[RankLine, int, str]
Short = tuple[RankLine, int, Shortfall]
"""A line of the ladder, and a part of it with its place."""

_LINE: Final = Reference(("note", "person_id"), "promotions", ("note", "person_id"))


def _ladder(marts: Marts) -> Iterator[Rung]:
    return enumerate(marts.advice.promotions.ladder, start=1)


def _lines(marts: Marts) -> Iterator[RankLine]:
    told = marts.advice.promotions
    for lines in (told.due, told.above, told.near):
        yield from lines


def _proofs(marts: Marts) -> Iterator[Proof]:
    for line in _lines(marts):
        for place, text in enumerate(line.proof, start=1):
            yield line, place, text


def _missing(marts: Marts) -> Iterator[Short]:
    for line in _lines(marts):
        for place, shortfall in enumerate(line.missing, start=1):
            yield line, place, shortfall


LADDER: Final = Resource[Rung](
    "ladder",
    "The ladder",
    "Ranks that have rules in clan.toml.",
    _ladder,
    (
        Field[Rung]("place", "integer", "1 is the lowest.", lambda row: row[0], "place"),
        Field[Rung]("rank", "string", "Key of the rank.", lambda row: row[1]),
    ),
    ("place",),
)

PROMOTIONS: Final = Resource[RankLine](
    "promotions",
    "Promotions",
    "People whose rank is not the one that the rules give, or who are near the next one.",
    _lines,
    (
        Field[RankLine]("note", "string", "The rank is due, they stand above it, or they are near it.", lambda r: r.note, among=get_args(RankNote)),
        Field[RankLine]("person_id", "integer", "Who.", lambda r: r.person_id),
        Field[RankLine]("player_id", "integer", "Their main account.", lambda r: r.player_id),
        Field[RankLine]("name", "string", "Its name.", lambda r: r.name),
        Field[RankLine]("role", "string", "Rank that they have.", lambda r: r.role),
        Field[RankLine]("rank", "string", "Rank that the line is about.", lambda r: r.rank),
        Field[RankLine]("waits", "string", "Why nothing is to be done yet; empty: there is nothing to wait for.", lambda r: r.waits),
        Field[RankLine]("since", "datetime", "The night that first said so.", lambda r: r.since),
        Field[RankLine]("is_new", "boolean", "Whether that is tonight.", lambda r: r.is_new),
    ),
    ("note", "person_id"),
    (PERSON, PLAYER),
)  # fmt: skip

PROOFS: Final = Resource[Proof](
    "promotion_proofs",
    "How the rules of a rank are met",
    "Parts of promotions.csv.",
    _proofs,
    (
        Field[Proof]("note", "string", "As in promotions.csv.", lambda row: row[0].note),
        Field[Proof]("person_id", "integer", "Who.", lambda row: row[0].person_id),
        Field[Proof]("place", "integer", "Order in which it is told.", lambda row: row[1], "place"),
        Field[Proof]("text", "string", "One rule that is met.", lambda row: row[2]),
    ),
    ("note", "person_id", "place"),
    (_LINE,),
)

MISSING: Final = Resource[Short](
    "promotion_missing",
    "What is missing for a rank",
    "Parts of promotions.csv.",
    _missing,
    (
        Field[Short]("note", "string", "As in promotions.csv.", lambda row: row[0].note),
        Field[Short]("person_id", "integer", "Who.", lambda row: row[0].person_id),
        Field[Short]("place", "integer", "Order in which it is told.", lambda row: row[1], "place"),
        Field[Short]("fact", "string", "The fact of which it is too little.", lambda row: row[2].fact),
        Field[Short]("have", "number", "How much of it they have; empty: unknown.", lambda row: row[2].have, "that of the fact"),
        Field[Short]("need", "number", "How much it takes.", lambda row: row[2].need, "that of the fact"),
        Field[Short]("text", "string", "The same in words.", lambda row: row[2].text),
    ),
    ("note", "person_id", "place"),
    (_LINE,),
)  # fmt: skip

UNDECIDED: Final = Resource[Soul](
    "promotion_undecided",
    "Of whom a fact is missing",
    "People on the ladder of whom nobody can say which rank they have earned.",
    lambda marts: marts.advice.promotions.undecided,
    (
        Field[Soul]("person_id", "integer", "Who.", lambda s: s.person_id),
        Field[Soul]("player_id", "integer", "Their main account.", lambda s: s.player_id),
        Field[Soul]("name", "string", "Its name.", lambda s: s.name),
    ),
    ("person_id",),
    (PERSON,),
)

TABLES: Final = (LADDER, PROMOTIONS, PROOFS, MISSING, UNDECIDED)
