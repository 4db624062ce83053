"""The sheet To do: what to do tonight with whom and why, then everything that stands out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pipeline.marts.advice_model import Advice, Card, Drift, Soul, Todo, TodoKind
from pipeline.outputs.advice_words import CATEGORIES, SEVERITIES, confidence_word, percent
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.members import NO_MEMBERS
from pipeline.outputs.excel.rules import where
from pipeline.outputs.excel.sheet import Column, Sheet, Table
from pipeline.outputs.excel.text import counted

_NOTE: Final = (
    "What should we do tonight? The most pressing first. Proof stands in the sheets Promotions and Inactivity."
)
_NOTHING: Final = "Nothing to do tonight: nobody is due for a rank, and nobody has to go."
_AS_ALWAYS: Final = "Nothing out of the ordinary tonight: the clan is as it always is."
_NAMES: Final = 40
"""People named in a cell; more are counted."""

_WHERE: Final[Mapping[TodoKind, str]] = {
    "promote": "The sheet Promotions says how each of them has earned it.",
    "rank": "The sheet Promotions says what the rules give each of them.",
    "remove": "The sheet Inactivity has the proof for each of them, and what would change it.",
    "slot": "The sheet Inactivity says which accounts these are, and why.",
    "answer": "The sheet Unanswered has a link to each of them.",
    "identify": "The sheet Identities says which, and what to do.",
    "look": "The sheet Members says when each was looked at last.",
}
_RULES: Final = (
    where('OR([severity]="Critical",[severity]="High")', "warn"),
    where('[severity]="Medium"', "top"),
    where('[severity]="Low"', "faded"),
)


def todo_sheet(answers: Answers) -> Sheet:
    """Everything there is to do, and the cards."""
    advice, nobody = answers.marts.advice, not answers.marts.members
    tables: tuple[Table[Any], ...] = (
        _lines(advice, NO_MEMBERS if nobody else _NOTHING),
        _cards(advice),
    )
    return Sheet("To do", _NOTE, tables, frozen=1, parts=True)


def _lines(advice: Advice, empty: str) -> Table[Todo]:
    why = _why(advice)
    columns = (
        Column[Todo]("severity", "How pressing", lambda todo: SEVERITIES[todo.severity], "name", 13, _RULES),
        Column[Todo]("text", "What to do", lambda todo: todo.text, "sentence", 36),
        Column[Todo]("who", "Who", lambda todo: names(todo.who), "sentence", 28),
        Column[Todo]("why", "Why", why, "sentence", 46),
        Column[Todo](
            "new", "New", lambda todo: "new" if todo.is_new else None, "centre", 14, (where('[new]="new"', "good"),)
        ),
    )
    return Table("ToDo", f"Tonight: {counted(len(advice.todo), 'thing')}", columns, advice.todo, empty)


def _why(advice: Advice) -> Callable[[Todo], str | None]:
    """Why something is to be done: what a card saw, what somebody is thanked for, or where the proof stands."""
    seen = {f"#todo/{card.id}": f"{card.title}. {card.text}" for card in advice.cards}
    told: dict[TodoKind, str] = {
        **_WHERE,
        "thank": "; ".join(f"{each.who.name}: {', '.join(each.reasons)}" for each in advice.retention.thanks),
        "drift": "; ".join(f"{each.who.name}: {_habit(each)}" for each in advice.retention.drifting),
    }

    def why(todo: Todo) -> str | None:
        return seen.get(todo.href) or told.get(todo.kind) or None

    return why


def _habit(drift: Drift) -> str:
    unit = "XP" if drift.unit == "experience" else drift.unit
    return f"{drift.lately:,.0f} {unit} a week, by habit {drift.habit:,.0f}"


def names(souls: Iterable[Soul]) -> str | None:
    """The first of *souls*, and how many more there are."""
    everybody = [soul.name for soul in souls]
    more = len(everybody) - _NAMES
    return (", ".join(everybody[:_NAMES]) + (f" and {more:,} more" if more > 0 else "")) or None


def _cards(advice: Advice) -> Table[Card]:
    columns = (
        Column[Card]("severity", "How pressing", lambda card: SEVERITIES[card.severity], "name", 13, _RULES),
        Column[Card]("title", "What stands out", lambda card: card.title, "sentence", 36),
        Column[Card]("who", "Who", lambda card: names(card.who), "sentence", 28),
        Column[Card]("text", "What we see", lambda card: card.text, "sentence", 46),
        Column[Card]("category", "Kind", lambda card: CATEGORIES[card.category], width=14),
        Column[Card]("advice", "What to do", lambda card: card.recommendation or None, "sentence", 36),
        Column[Card]("sure", "How sure", _sure, "sentence", 32),
        Column[Card]("since", "Since", lambda card: card.created_at, "day"),
    )
    return Table("Cards", f"What stands out: {counted(len(advice.cards), 'card')}", columns, advice.cards, _AS_ALWAYS)


def _sure(card: Card) -> str:
    """The word, the number behind it, and the numbers behind that."""
    number = "counted" if card.confidence >= 1 else percent(card.confidence)
    evidence = "; ".join(f"{fact.label}: {fact.value}" for fact in card.evidence)
    return f"{confidence_word(card.confidence)} ({number}). {evidence}".strip()
