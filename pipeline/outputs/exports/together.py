"""What moves together over 30 days."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.marts.advice_model import Cell, Pair
from pipeline.marts.model import Marts
from pipeline.outputs.exports.resource import Field, Resource, same

Fact = tuple[int, str, str]
Strong = tuple[int, Pair, float]
"""A fact, its place and its label; a pair with its place and the confidence of all of them."""


class Link(NamedTuple):
    """Two facts and how they go together."""

    first: str
    second: str
    cell: Cell


def _facts(marts: Marts) -> Iterator[Fact]:
    told = marts.advice.together
    return ((place, fact, told.labels.get(fact, fact)) for place, fact in enumerate(told.facts, start=1))


def _links(marts: Marts) -> Iterator[Link]:
    """Each pair once: the matrix is the same on both sides of its diagonal."""
    told = marts.advice.together
    for row, (first, cells) in enumerate(zip(told.facts, told.cells, strict=False)):
        for second, cell in list(zip(told.facts, cells, strict=False))[row + 1 :]:
            if cell is not None:
                yield Link(first, second, cell)


def _strongest(marts: Marts) -> Iterator[Strong]:
    told = marts.advice.together
    return ((place, pair, told.confidence) for place, pair in enumerate(told.strongest, start=1))


FACTS: Final = Resource[Fact](
    "together_facts",
    "Facts that were compared",
    "What is known of each person of the clan over 30 days, competitions over 90.",
    _facts,
    (
        Field[Fact]("fact", "string", "Its key.", lambda row: row[1]),
        Field[Fact]("place", "integer", "Order in which they are shown.", lambda row: row[0], "place"),
        Field[Fact]("label", "string", "Its name for people.", lambda row: row[2]),
    ),
    ("fact",),
)

LINKS: Final = Resource[Link](
    "together",
    "What moves together",
    "Every pair of facts once, by Spearman's rank correlation; pairs of which too little is known are left out.",
    _links,
    (
        Field[Link]("first", "string", "One fact: together_facts.csv.", lambda row: row.first),
        Field[Link]("second", "string", "The other fact.", lambda row: row.second),
        Field[Link]("rho", "number", "How they go together.", lambda row: row.cell.rho, "correlation (-1 to 1)"),
        Field[Link]("low", "number", "Lower end of its 95 % interval.", lambda row: row.cell.low, "correlation (-1 to 1)"),
        Field[Link]("high", "number", "Upper end of its 95 % interval.", lambda row: row.cell.high, "correlation (-1 to 1)"),
        Field[Link]("people", "integer", "People of whom both are known.", lambda row: row.cell.people, "people"),
        Field[Link]("p", "number", "Chance of as much without a link.", lambda row: row.cell.p, "probability"),
    ),
    ("first", "second"),
    (same("first", "together_facts", "fact"), same("second", "together_facts", "fact")),
)  # fmt: skip

STRONGEST: Final = Resource[Strong](
    "together_strongest",
    "The strongest links",
    "Pairs of facts that go together beyond chance, the strongest first, in words.",
    _strongest,
    (
        Field[Strong]("place", "integer", "1 is the strongest.", lambda row: row[0], "place"),
        Field[Strong]("first", "string", "One fact, named for people.", lambda row: row[1].first),
        Field[Strong]("second", "string", "The other fact, named for people.", lambda row: row[1].second),
        Field[Strong]("rho", "number", "How they go together.", lambda row: row[1].cell.rho, "correlation (-1 to 1)"),
        Field[Strong]("sentence", "string", "The link in a sentence.", lambda row: row[1].sentence),
        Field[Strong]("confidence", "number", "That of the weakest of all rows here, every pair that was looked at taken into account.", lambda row: row[2], "share (0 to 1)"),
    ),
    ("place",),
)  # fmt: skip

TABLES: Final = (FACTS, LINKS, STRONGEST)
