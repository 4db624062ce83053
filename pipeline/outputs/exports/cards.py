"""What stands out and what to do about it: cards, and tonight's list."""

from collections.abc import Iterator
from typing import Final, get_args

from pipeline.marts.advice_model import Card, Category, Evidence, Soul, Todo, TodoKind
from pipeline.marts.model import Marts
from pipeline.marts.rules import Severity
from pipeline.outputs.exports.resource import Field, Resource, same

Shown = tuple[Card, int, Evidence]
Named = tuple[Card, int, Soul]
Task = tuple[int, Todo]
Asked = tuple[int, int, Soul]
"""Parts of a card with their place; tasks by their number, and whom they are about."""


def _evidence(marts: Marts) -> Iterator[Shown]:
    for card in marts.advice.cards:
        for place, evidence in enumerate(card.evidence, start=1):
            yield card, place, evidence


def _named(marts: Marts) -> Iterator[Named]:
    for card in marts.advice.cards:
        for place, who in enumerate(card.who, start=1):
            yield card, place, who


def _tasks(marts: Marts) -> Iterator[Task]:
    return enumerate(marts.advice.todo, start=1)


def _asked(marts: Marts) -> Iterator[Asked]:
    for number, task in _tasks(marts):
        for place, who in enumerate(task.who, start=1):
            yield number, place, who


CARDS: Final = Resource[Card](
    "cards",
    "Cards",
    "What stands out tonight, and what to do about it.",
    lambda marts: marts.advice.cards,
    (
        Field[Card]("id", "string", "Its id, the same over the nights.", lambda c: c.id),
        Field[Card]("title", "string", "What it is.", lambda c: c.title),
        Field[Card]("text", "string", "What was seen.", lambda c: c.text),
        Field[Card]("category", "string", "What it is about.", lambda c: c.category, among=get_args(Category)),
        Field[Card]("severity", "string", "How much it presses.", lambda c: c.severity, among=get_args(Severity)),
        Field[Card](
            "confidence", "number", "How sure it is; 1 for what was counted.", lambda c: c.confidence, "share (0 to 1)"
        ),
        Field[Card](
            "impact", "number", "The share it touches of what `touches` names.", lambda c: c.impact, "share (0 to 1)"
        ),
        Field[Card]("touches", "string", "What it touches a share of.", lambda c: c.touches),
        Field[Card]("recommendation", "string", "What to do.", lambda c: c.recommendation),
        Field[Card]("flips_if", "string", "What would change it.", lambda c: c.flips_if),
        Field[Card]("created_at", "datetime", "The night that first said it.", lambda c: c.created_at),
        Field[Card]("expires_at", "datetime", "Until when it is kept.", lambda c: c.expires_at),
    ),
    ("id",),
)

EVIDENCE: Final = Resource[Shown](
    "card_evidence",
    "Numbers behind the cards",
    "Parts of cards.csv, ready to be read.",
    _evidence,
    (
        Field[Shown]("card_id", "string", "Card: cards.csv.", lambda row: row[0].id),
        Field[Shown]("place", "integer", "Order in which it is told.", lambda row: row[1], "place"),
        Field[Shown]("label", "string", "What the number is.", lambda row: row[2].label),
        Field[Shown]("value", "string", "The number, as people write it.", lambda row: row[2].value),
    ),
    ("card_id", "place"),
    (same("card_id", "cards", "id"),),
)

CARD_PEOPLE: Final = Resource[Named](
    "card_people",
    "Whom the cards are about",
    "Parts of cards.csv.",
    _named,
    (
        Field[Named]("card_id", "string", "Card: cards.csv.", lambda row: row[0].id),
        Field[Named]("place", "integer", "Order in which they are named.", lambda row: row[1], "place"),
        Field[Named]("person_id", "integer", "Who.", lambda row: row[2].person_id),
        Field[Named]("player_id", "integer", "Their account in the clan; empty: they have none now.", lambda row: row[2].player_id),
        Field[Named]("name", "string", "Their name.", lambda row: row[2].name),
    ),
    ("card_id", "place"),
    (same("card_id", "cards", "id"),),
)  # fmt: skip

TODO: Final = Resource[Task](
    "todo",
    "To do",
    "What there is to do tonight, in the order in which it presses.",
    _tasks,
    (
        Field[Task]("number", "integer", "Place in the list.", lambda row: row[0], "place"),
        Field[Task]("kind", "string", "What kind of task.", lambda row: row[1].kind, among=get_args(TodoKind)),
        Field[Task](
            "severity", "string", "How much it presses.", lambda row: row[1].severity, among=get_args(Severity)
        ),
        Field[Task]("text", "string", "The task in a sentence.", lambda row: row[1].text),
        Field[Task](
            "count", "integer", "How many it is about.", lambda row: row[1].count, "people, accounts or questions"
        ),
        Field[Task]("is_new", "boolean", "Whether it came up tonight.", lambda row: row[1].is_new),
        Field[Task]("href", "string", "Place on the dashboard where it is done or explained.", lambda row: row[1].href),
    ),
    ("number",),
)

TODO_PEOPLE: Final = Resource[Asked](
    "todo_people",
    "Whom the tasks are about",
    "Parts of todo.csv.",
    _asked,
    (
        Field[Asked]("number", "integer", "Task: todo.csv.", lambda row: row[0], "place"),
        Field[Asked]("place", "integer", "Order in which they are named.", lambda row: row[1], "place"),
        Field[Asked]("person_id", "integer", "Who.", lambda row: row[2].person_id),
        Field[Asked]("player_id", "integer", "Their account in the clan; empty: they have none now.", lambda row: row[2].player_id),
        Field[Asked]("name", "string", "Their name.", lambda row: row[2].name),
    ),
    ("number", "place"),
    (same("number", "todo"),),
)  # fmt: skip

TABLES: Final = (CARDS, EVIDENCE, CARD_PEOPLE, TODO, TODO_PEOPLE)
