"""The page To do, worked out: what to do tonight in one sentence, then everything that stands behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.marts.advice_model import Advice
from pipeline.marts.keys import of_slot
from pipeline.marts.model import Marts
from pipeline.marts.wording import listed
from pipeline.marts.wording import plural as counted
from pipeline.outputs.advice_words import NO_LADDER
from pipeline.outputs.dashboard.advice_ahead import Coming, coming
from pipeline.outputs.dashboard.advice_away import Absence, absence
from pipeline.outputs.dashboard.advice_cards import CardView, cards
from pipeline.outputs.dashboard.advice_ranks import Ranks, ranks
from pipeline.outputs.dashboard.advice_who import Souls
from pipeline.outputs.dashboard.entries import Entries, Ruled, Section
from pipeline.outputs.figures import people, plural

_PRESSING = ("critical", "high")


@dataclass(frozen=True, slots=True)
class TodoPage:
    """What the template lays out: sections of entries, what stands out, and behind them what need not be done tonight."""

    answer: str
    news: str
    sections: tuple[Section, ...]
    ruled: tuple[Ruled, ...]
    more_ruled: int
    cards: tuple[CardView, ...]
    more_cards: int
    ranks: Ranks
    no_ladder: str
    absence: Absence
    coming: Coming


def todo_page(marts: Marts) -> TodoPage:
    """The page of a night."""
    souls, advice = Souls(marts), marts.advice
    entries = Entries(marts)
    shown, sections, ruled = cards(marts, souls), entries.sections(), entries.ruled()
    return TodoPage(
        answer=answer(advice),
        news=_news(sections),
        sections=sections,
        ruled=ruled,
        more_ruled=len(advice.decisions) - len(ruled),
        cards=shown,
        more_cards=len(advice.open_cards) - len(shown),
        ranks=ranks(marts, souls),
        no_ladder=NO_LADDER,
        absence=absence(marts, souls),
        coming=coming(marts, souls),
    )


def answer(advice: Advice) -> str:
    """All of it in a sentence."""
    told = listed(list(_parts(advice)))
    if told:
        return f"{told[0].upper()}{told[1:]}."
    if advice.todo:
        return "Nothing is pressing tonight, but a few small things could be done."
    return "Nothing to do tonight: nobody is due for a rank, and nobody has to go."


def _parts(advice: Advice) -> Iterator[str]:
    due, away, silenced = len(advice.promotions.ready), advice.inactivity, advice.silenced
    held = sum(of_slot(slot) not in silenced for slot in away.held)
    pressing = sum(card.severity in _PRESSING for card in advice.open_cards)
    if due:
        yield f"{people(due)} {'has' if due == 1 else 'have'} earned a higher rank"
    if away.purge:
        yield f"removing {people(len(away.purge))} would free {plural(away.would_free, 'slot')}"
    if held:
        yield f"{plural(held, 'account')} {'holds a slot' if held == 1 else 'hold slots'} for nothing"
    if pressing:
        yield f"{plural(pressing, 'thing')} {'needs' if pressing == 1 else 'need'} a closer look"


def _news(sections: tuple[Section, ...]) -> str:
    """How much of it is new."""
    entries = [entry for section in sections for entry in section.entries]
    new = sum(entry.told.is_new for entry in entries)
    if not new or new == len(entries):
        return ""
    return f"{new} of {counted(len(entries), 'entry', 'entries')} {'is' if new == 1 else 'are'} new tonight."
