"""What to do tonight, the most pressing first: one line for each sort of work, with the people it is about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from pipeline.marts import keys
from pipeline.marts.advice_model import (
    SLOTS,
    Advice,
    RankLine,
    Soul,
    Todo,
    TodoKind,
    Verdict,
)
from pipeline.marts.cards import PRESSING
from pipeline.marts.model import Freshness
from pipeline.marts.rules import Severity
from pipeline.marts.talk_model import TalkMarts
from pipeline.marts.wording import plural

NEARLY_FULL: Final = SLOTS - 20
"""From so many members on, free slots are pressing."""

Thing = TypeVar("Thing")

_TOLD_OTHERWISE: Final = frozenset({"questions", "quality"})
"""Categories of cards whose work has a line of its own here."""


def todo(advice: Advice, freshness: Freshness, talk: TalkMarts | None) -> tuple[Todo, ...]:
    """Everything there is to do, from the other *advice* of the night."""
    lines = [
        *_cards(advice),
        *_ranks(advice),
        *_away(advice),
        *_looks(freshness),
        *([] if talk is None else _talk(advice, talk)),
        *_drifting(advice),
        *_thanks(advice),
    ]
    return tuple(sorted(lines, key=lambda line: (PRESSING[line.severity], not line.is_new)))


def _cards(advice: Advice) -> Iterator[Todo]:
    last_night = advice.last_night
    for card in advice.open_cards:
        if card.category not in _TOLD_OTHERWISE and card.severity != "low" and card.recommendation:
            new = last_night is not None and card.created_at > last_night
            yield Todo("card", card.severity, card.recommendation, card.who, len(card.who), new, f"#todo/{card.id}")


def _ranks(advice: Advice) -> Iterator[Todo]:
    due, above = advice.promotions.ready, _open(advice, advice.promotions.above, keys.of_rank)
    if due:
        verb = "has" if len(due) == 1 else "have"
        text = f"{_people(len(due))} {verb} earned a higher rank: promote them."
        yield _line("promote", "medium", text, due, "#todo/promotions")
    if above:
        verb = "stands" if len(above) == 1 else "stand"
        text = f"{_people(len(above))} {verb} above what the ladder gives: look at them."
        yield _line("rank", "low", text, above, "#todo/promotions")


def _away(advice: Advice) -> Iterator[Todo]:
    inactivity = advice.inactivity
    purge = inactivity.purge
    held = _open(advice, inactivity.held, keys.of_slot)
    severity: Severity = "high" if inactivity.slots_used >= NEARLY_FULL else "medium"
    if purge:
        verb = "has" if len(purge) == 1 else "have"
        freed = plural(inactivity.would_free, "slot")
        text = f"{_people(len(purge))} {verb} been away for longer than the clan allows; removing them frees {freed}."
        yield _line("remove", severity, text, purge, "#todo/inactivity")
    if held:
        verb = "holds a slot" if len(held) == 1 else "hold slots"
        text = f"{plural(len(held), 'account')} {verb} and cannot come back: remove them."
        souls = tuple(Soul(slot.player_id, slot.player_id, slot.name) for slot in held)
        yield Todo("slot", severity, text, souls, len(held), False, "#todo/inactivity")


def _looks(freshness: Freshness) -> Iterator[Todo]:
    if freshness.unseen:
        text = (
            f"Wise Old Man has not looked at {plural(freshness.unseen, 'member')} lately: ask them to install the Wise Old Man "
            "plugin, or set WOM_VERIFICATION_CODE."
        )
        yield Todo("look", "low", text, (), freshness.unseen, False, "#members")


def _talk(advice: Advice, talk: TalkMarts) -> Iterator[Todo]:
    waiting = len(_open(advice, talk.unanswered, keys.of_question))
    unsure = len(_open(advice, talk.identities.unsure, keys.of_doubt))
    gaps = len(_open(advice, talk.identities.role_gaps, keys.of_role))
    if waiting:
        verb = "has" if waiting == 1 else "have"
        text = f"{plural(waiting, 'question')} {verb} waited for more than a day: answer {'it' if waiting == 1 else 'them'}."
        yield Todo("answer", "medium", text, (), waiting, False, "#helpers")
    if unsure:
        verb = "needs" if unsure == 1 else "need"
        text = f"{plural(unsure, 'Discord account')} {verb} an owner: say whose with uv run clanstats identities."
        yield Todo("identify", "low", text, (), unsure, False, "")
    if gaps:
        text = f"{plural(gaps, 'Discord role')} {'does' if gaps == 1 else 'do'} not fit the rank in the game: the sheet Identities says which."
        yield Todo("identify", "low", text, (), gaps, False, "")


def _drifting(advice: Advice) -> Iterator[Todo]:
    drifting = _open(advice, advice.retention.drifting, lambda each: keys.of_person("drift", each.who))
    if drifting:
        verb = "does" if len(drifting) == 1 else "do"
        text = f"{_people(len(drifting))} {verb} far less than they used to: ask how they are."
        yield Todo("drift", "low", text, tuple(each.who for each in drifting), len(drifting), False, "#todo/drifting")


def _thanks(advice: Advice) -> Iterator[Todo]:
    thanks = _open(advice, advice.retention.thanks, lambda each: keys.of_person("thank", each.who))
    if thanks:
        text = f"Thank {_people(len(thanks))} for what they did this week."
        yield Todo("thank", "low", text, tuple(each.who for each in thanks), len(thanks), False, "#todo/thanks")


def _open(advice: Advice, found: Iterable[Thing], key: Callable[[Thing], str]) -> list[Thing]:
    """Those that no decision keeps off the list tonight."""
    silenced = advice.silenced
    return [each for each in found if key(each) not in silenced]


def _line(kind: TodoKind, severity: Severity, text: str, who: Sequence[RankLine | Verdict], href: str) -> Todo:
    souls = tuple(Soul(each.person_id, _account(each), each.name) for each in who)
    return Todo(kind, severity, text, souls, len(who), any(each.is_new for each in who), href)


def _account(line: RankLine | Verdict) -> int | None:
    return next(iter(line.player_ids), None) if isinstance(line, Verdict) else line.player_id


def _people(count: int) -> str:
    return plural(count, "person", "people")
