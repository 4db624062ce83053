"""The one list of metrics, against what the real server answers."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.metrics import BY_KEY, METRICS, OVERALL, SKILLS, Metric, metric_for, readable

CAPTURES = Path(__file__).parents[2] / os.environ.get("CLANSTATS_CAPTURES", "../shared") / "wom-captures"
recorded = pytest.mark.skipif(
    not CAPTURES.is_dir(),
    reason=f"no recorded answers in {CAPTURES}: CLANSTATS_CAPTURES names the folder that holds them",
)


def captured_keys() -> dict[str, list[str]]:
    """Keys of the first member of a recorded bulk-hiscores, by the section in which they stand."""
    answer = json.loads((CAPTURES / "night-1/bulk-hiscores.json").read_text("utf-8"))
    sections = answer[0]["data"]["data"]
    return {section: list(held) for section, held in sections.items()}


def test_there_are_113_metrics_and_no_key_twice() -> None:
    assert (len(METRICS), len(BY_KEY)) == (113, 113)


def test_there_are_as_many_of_each_kind_as_in_the_game() -> None:
    assert Counter(m.kind for m in METRICS) == {"skill": 25, "boss": 71, "activity": 15, "computed": 2}


def test_overall_is_a_skill_metric_but_no_skill() -> None:
    assert BY_KEY[OVERALL].kind == "skill"
    assert OVERALL not in SKILLS
    assert len(SKILLS) == 24


def test_no_two_metrics_share_a_name() -> None:
    assert [name for name, times in Counter(m.name for m in METRICS).items() if times > 1] == []


@recorded
@pytest.mark.parametrize(
    ("section", "kind"), [("skills", "skill"), ("bosses", "boss"), ("activities", "activity"), ("computed", "computed")]
)
def test_the_table_holds_exactly_what_the_real_server_answers(section: str, kind: str) -> None:
    assert {m.key for m in METRICS if m.kind == kind} == set(captured_keys()[section])


@recorded
def test_the_table_stands_in_the_order_of_the_real_server() -> None:
    assert [m.key for m in METRICS] == [key for held in captured_keys().values() for key in held]


@pytest.mark.parametrize(
    ("key", "unit", "shown"),
    [
        ("attack", "experience", 250_000),
        ("zulrah", "kills", 250_000),
        ("pvp_arena", "score", 250_000),
        ("ehp", "hours", 2.5),
    ],
)
def test_a_stored_value_is_read_in_the_unit_of_its_metric(key: str, unit: str, shown: float) -> None:
    assert (BY_KEY[key].unit, BY_KEY[key].in_units(250_000)) == (unit, shown)


@pytest.mark.parametrize(("key", "scale"), [("overall", 1), ("zulrah", 1), ("ehp", 100_000), ("ehb", 100_000)])
def test_only_hours_are_scaled(key: str, scale: int) -> None:
    assert BY_KEY[key].scale == scale


def test_an_unknown_key_is_a_metric_with_a_readable_name_of_the_kind_it_came_with() -> None:
    assert metric_for("the_brine_hag", "boss") == Metric("the_brine_hag", "The Brine Hag", "boss")


def test_a_known_key_keeps_its_own_kind_and_name_whatever_it_came_with() -> None:
    assert metric_for("kreearra", "activity") == Metric("kreearra", "Kree'arra", "boss")


@pytest.mark.parametrize(
    ("key", "name"), [("new__boss", "New Boss"), ("x-y.z", "X Y Z"), ("___", "Unnamed"), ("", "Unnamed")]
)
def test_keys_become_words(key: str, name: str) -> None:
    assert readable(key) == name


@given(st.text(max_size=200))
def test_any_key_has_a_name_that_fits_on_a_page(key: str) -> None:
    assert 1 <= len(readable(key)) <= 60
