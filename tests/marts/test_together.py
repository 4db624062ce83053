"""What moves together: blanks where data are thin, links beyond chance in words, and nothing that says the same twice."""

from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from builders import a_marts
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.metrics import METRICS
from pipeline.marts.advice_model import Inactivity, Together
from pipeline.marts.model import Gain, Period
from pipeline.marts.together import FALSE_RATE, SAME, together

METRIC = {metric.key: metric for metric in METRICS}
MONTH = a_marts(0).periods["30d"]


def clan(rows: list[dict[str, int]]) -> Together:
    """What is told of people with these gains."""
    verdicts = tuple(
        SimpleNamespace(person_id=number, player_ids=(number,)) for number in range(1, len(rows) + 1)
    )  # of a verdict, only whose it is matters here
    gains = {
        number: {key: Gain(value, 0, value, None) for key, value in row.items() if value}
        for number, row in enumerate(rows, start=1)
    }
    period: Period = replace(MONTH, gains=gains)
    return together(Inactivity(verdicts=cast("Any", verdicts)), period, METRIC, (), None)


def cell(found: Together, first: str, second: str) -> Any:
    return found.cells[found.facts.index(first)][found.facts.index(second)]


def test_what_rises_together_is_told_as_the_strongest() -> None:
    found = clan([{"mining": number, "zulrah": number} for number in range(1, 25)])
    [best, *_] = found.strongest
    assert {best.first, best.second} == {"XP in other skills", "boss kills"}
    assert best.cell.people == 24
    assert best.cell.rho == pytest.approx(1)
    assert best.sentence.startswith("People who gain more XP in other skills also kill more bosses: a strong link")


def test_what_falls_when_the_other_rises_is_told_as_less() -> None:
    found = clan([{"mining": number, "zulrah": 30 - number} for number in range(1, 25)])
    assert "kill fewer bosses: a strong link (-1.00" in found.strongest[0].sentence


def test_of_few_people_nothing_is_said() -> None:
    found = clan([{"mining": number, "zulrah": number} for number in range(1, 12)])
    assert cell(found, "skilling", "kills") is None
    assert (found.strongest, found.confidence) == ((), 0.0)


def test_what_never_varies_goes_with_nothing() -> None:
    found = clan([{"mining": number, "zulrah": 5} for number in range(1, 25)])
    assert cell(found, "skilling", "kills") is None


def test_without_discord_there_is_no_talk_in_it() -> None:
    assert "messages" not in clan([{"mining": 1}]).facts


def test_pairs_that_say_the_same_are_in_the_grid_and_not_among_the_strongest() -> None:
    found = clan([{"zulrah": number, "ehb": number, "mining": 25 - number % 7} for number in range(1, 25)])
    assert cell(found, "kills", "ehb").rho == pytest.approx(1)
    named = [frozenset((pair.first, pair.second)) for pair in found.strongest]
    assert frozenset(("boss kills", "efficient bossing")) not in named
    assert frozenset(("kills", "ehb")) in SAME


def test_a_link_that_a_stronger_one_has_told_of_nearly_the_same_is_no_second_one() -> None:
    rows = [{"zulrah": number, "ehb": number + number % 3, "mining": 3 * number} for number in range(1, 25)]
    named = [frozenset((pair.first, pair.second)) for pair in clan(rows).strongest]
    assert named == [frozenset(("XP in other skills", "boss kills"))]


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_the_order_of_people_does_not_matter(seed: int) -> None:
    chance = Random(seed)
    rows = [
        {"mining": chance.randrange(50), "zulrah": chance.randrange(9), "slayer": chance.randrange(50)}
        for _ in range(20)
    ]
    shuffled = chance.sample(rows, len(rows))
    one, other = clan(rows), clan(shuffled)
    assert [pair.sentence for pair in one.strongest] == [pair.sentence for pair in other.strongest]


def test_what_is_drawn_at_random_is_hardly_ever_told() -> None:
    told = 0
    for seed in range(120):
        chance = Random(seed)
        keys = ("mining", "slayer", "zulrah", "ehp", "ehb")
        told += bool(clan([{key: chance.randrange(1, 1_000) for key in keys} for _ in range(30)]).strongest)
    assert told <= 120 * FALSE_RATE * 2
