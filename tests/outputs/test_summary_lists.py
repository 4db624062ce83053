"""The Summary's short lists: what stands out, the week's best, and the other end of the boards."""

from dataclasses import replace
from functools import cache
from typing import Any

from advice_builders import a_card, advised_marts
from builders import a_marts
from openpyxl import Workbook
from workbook_reader import links, only

from pipeline.domain.metrics import OVERALL
from pipeline.marts.advice_model import Drift, Soul
from pipeline.marts.model import Marts
from pipeline.marts.quiet import quietest
from pipeline.outputs.advice_words import SEVERITIES
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.bests import BOARDS, NOBODY_FALLS, NOBODY_QUIET, SHOWN
from pipeline.outputs.excel.standing_out import NOTHING


def marts() -> Marts:
    """Of a clan of 60 that is advised."""
    return advised_marts(60, talk=True)


@cache
def book() -> Workbook:
    """Its Summary."""
    return only(marts(), "Summary")


def rows(workbook: Workbook) -> list[tuple[Any, ...]]:
    return list(workbook["Summary"].iter_rows(values_only=True))


def below(workbook: Workbook, heading: str, column: int, many: int = SHOWN) -> list[tuple[Any, ...]]:
    """The first rows under *heading*, which stands in the column number *column*, from 0."""
    found = rows(workbook)
    at = next(place for place, row in enumerate(found) if str(row[column] or "").startswith(heading))
    return found[at + 1 : at + 1 + many]


def with_advice(**parts: Any) -> Workbook:
    return only(replace(marts(), advice=replace(marts().advice, **parts)), "Summary")


def the_quiet(marts: Marts) -> list[str]:
    return [person.name for person in quietest(marts.people, marts.periods["7d"].window.since)]


def test_the_most_pressing_cards_say_what_to_do() -> None:
    shown = below(book(), "What stands out", 0)
    assert [(row[0], row[1], row[5]) for row in shown] == [
        (SEVERITIES[card.severity], card.title, card.recommendation or card.text)
        for card in marts().advice.cards[:SHOWN]
    ]


def test_the_other_cards_are_counted_and_the_way_to_them_shown() -> None:
    text = f"To do has 1 more and tonight’s list of {len(marts().advice.todo)}"
    assert (text, "#'To do'!A1") in links(book())


def test_a_night_without_cards_says_so() -> None:
    [row] = below(with_advice(cards=()), "What stands out", 0, 1)
    assert row[0] == NOTHING


def test_rows_of_cards_are_high_enough_for_what_to_do() -> None:
    long = replace(a_card("long", "Long", "pattern", "medium", 0.9), recommendation="Talk to them. " * 40)
    sheet = with_advice(cards=(long,))["Summary"]
    at = next(row for row in range(1, 60) if sheet.cell(row, 2).value == "Long")
    assert (sheet.row_dimensions[at].height or 0) >= 60


def test_the_week_s_best_stand_by_three_measures() -> None:
    answers = Answers(marts())
    for number, (metric, title) in enumerate(BOARDS):
        column = 4 * number + 1
        shown = [(row[column - 1], row[column], row[column + 2]) for row in below(book(), title, column)]
        assert shown == [
            (place.place, answers.names[place.player_id], answers.score(metric, place))
            for place in marts().boards["7d"][metric][:5]
        ]


def test_the_quietest_of_those_who_take_part_stand_below() -> None:
    assert [row[1] for row in below(book(), "Take part, but gained least", 1)] == the_quiet(marts())[:SHOWN]


def test_how_many_gained_nothing_stands_in_the_heading() -> None:
    people = tuple(person._replace(xp=0) if person.xp is not None else person for person in marts().people)
    headings = [row[1] for row in rows(only(replace(marts(), people=people), "Summary"))]
    many = len(quietest(people, marts().periods["7d"].window.since))
    assert f"Take part, but gained least ({many} of them nothing)" in headings


def test_who_falls_far_under_their_habit_stands_beside_them() -> None:
    drift = Drift(Soul(1, None, "=1+1"), "messages", 42.2, 3.0, 0.001)
    told = with_advice(retention=replace(marts().advice.retention, drifting=(drift,)))
    [row] = below(told, "Far under their own habit", 7, 1)
    assert (row[7], row[9]) == ("=1+1", "3 messages a week, by habit 42")


def test_where_nobody_was_judged_nobody_is_called_quiet() -> None:
    workbook = only(a_marts(), "Summary")
    [row] = below(workbook, "Take part, but gained least", 1, 1)
    assert (row[1], row[7]) == (NOBODY_QUIET, NOBODY_FALLS)


def test_it_prints_on_one_page_upright() -> None:
    setup = book()["Summary"].page_setup
    assert (setup.orientation, setup.fitToWidth in (None, 1), setup.fitToHeight in (None, 1)) == (
        "portrait",
        True,
        True,
    )


def test_the_best_gained_any() -> None:
    assert all(row[3] for row in below(book(), dict(BOARDS)[OVERALL], 1))
