"""The list of the night: a line for each sort of work, the most pressing first, and nothing where there is nothing."""

from dataclasses import replace
from typing import Any

import pytest
from advice_builders import a_card, advised_marts

from pipeline.marts.advice_model import Advice, Drift, Inactivity, Retention, Soul, Thanks, Todo
from pipeline.marts.model import Freshness
from pipeline.marts.todo import NEARLY_FULL, todo

MARTS = advised_marts(24, talk=True)
AMY = Soul(1, 1, "amy")
SEEN = replace(MARTS.freshness, unseen=0)


def lines(fresh: Freshness = SEEN, *, talk: bool = False, **parts: Any) -> list[Todo]:
    return list(todo(Advice(**parts), fresh, MARTS.talk if talk else None))


def test_nothing_to_do_is_nothing() -> None:
    assert lines() == []


def test_the_due_are_named_and_new_where_one_of_them_is() -> None:
    [line] = lines(promotions=replace(MARTS.advice.promotions, above=(), near=()))
    due = MARTS.advice.promotions.due
    assert (line.kind, line.count, line.is_new) == ("promote", len(due), any(each.is_new for each in due))
    assert [soul.name for soul in line.who] == [each.name for each in due]
    assert line.text == f"{len(due)} people have earned a higher rank: promote them."


def test_who_is_due_and_away_is_not_to_be_promoted() -> None:
    first, *others = MARTS.advice.promotions.due
    due = (*others, replace(first, waits="away: wait until they are back"))
    [line] = lines(promotions=replace(MARTS.advice.promotions, due=due, above=(), near=()))
    assert (line.kind, [soul.name for soul in line.who]) == ("promote", [each.name for each in others])


@pytest.mark.parametrize(("used", "severity"), [(NEARLY_FULL - 1, "medium"), (NEARLY_FULL, "high")])
def test_removing_is_pressing_in_a_clan_that_is_nearly_full(used: int, severity: str) -> None:
    [line] = lines(inactivity=replace(MARTS.advice.inactivity, held=(), slots_used=used, would_free=1))
    assert (line.kind, line.severity) == ("remove", severity)
    assert line.text.endswith("removing them frees 1 slot.")


def test_accounts_that_cannot_come_back_have_a_line_of_their_own() -> None:
    [line] = lines(inactivity=Inactivity(held=MARTS.advice.inactivity.held[:1]))
    assert line.text == "1 account holds a slot and cannot come back: remove them."


def test_a_card_stands_with_what_to_do_unless_it_is_low_or_told_otherwise() -> None:
    cards = (
        a_card("helper:1", "Gone quiet", "helpers", "high", 0.999),
        a_card("together", "Goes together", "together", "low", 0.95),
        a_card("unanswered", "Questions wait", "questions", "high", 1.0),
    )
    [line] = lines(cards=cards)
    assert (line.kind, line.severity, line.text) == ("card", "high", cards[0].recommendation)
    assert line.href == f"#todo/{cards[0].id}"


def test_members_not_looked_at_are_told_with_the_remedy() -> None:
    [line] = lines(replace(SEEN, unseen=3))
    assert (line.kind, line.count, "WOM_VERIFICATION_CODE" in line.text) == ("look", 3, True)


def test_what_waits_in_discord_is_counted() -> None:
    assert MARTS.talk is not None
    counts = {line.text.split()[1]: line.count for line in lines(talk=True)}
    assert counts["questions"] == len(MARTS.talk.unanswered)


def test_who_slips_away_and_whom_to_thank_are_named() -> None:
    told = Retention(drifting=(Drift(AMY, "messages", 40, 2, 0.01),), thanks=(Thanks(AMY, ("won a race",)),))
    assert [(line.kind, line.who, line.text) for line in lines(retention=told)] == [
        ("drift", (AMY,), "1 person does far less than they used to: ask how they are."),
        ("thank", (AMY,), "Thank 1 person for what they did this week."),
    ]


def test_the_most_pressing_stand_first_and_of_those_the_new() -> None:
    found = todo(MARTS.advice, replace(SEEN, unseen=2), MARTS.talk)
    order = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    turns = [(order[line.severity], not line.is_new) for line in found]
    assert turns == sorted(turns)
