"""Milestones from real rows: dated to the interval between two looks, and one event with what Wise Old Man tells."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from records_kit import NOW, a_database, a_harvest, a_look, a_membership, an_achievement, day, land, marts_of

from pipeline.domain.metrics import SKILLS
from pipeline.domain.milestones import BASES
from pipeline.domain.records import Achievement, Snapshot
from pipeline.marts.advice_model import Milestone

NINETY_NINE = 13_034_431
HOUR = timedelta(hours=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_database(tmp_path)


def held(file: Path, *looks: Snapshot, told: tuple[Achievement, ...] = ()) -> list[Milestone]:
    land(file, a_harvest([a_membership(1)], snapshots=looks, achievements=told), NOW)
    return list(marts_of(file).advice.milestones)


def slayer(number: float, value: int | None) -> Snapshot:
    return a_look(1, day(number), {"overall": 50_000_000, "slayer": value})


def test_a_milestone_lies_between_the_look_before_and_the_one_that_saw_it(file: Path) -> None:
    [found] = held(file, slayer(-9, 13_000_000), slayer(-6, 13_030_000), slayer(-4, 13_100_000), slayer(-2, 13_200_000))
    assert (found.title, found.after_at, found.by_at, found.told_by) == ("99 Slayer", day(-6), day(-4), "looks")


def test_what_somebody_had_at_their_first_look_is_no_milestone(file: Path) -> None:
    assert held(file, slayer(-9, 14_000_000), slayer(-2, 15_000_000)) == []


def test_one_event_told_twice_is_one_line_with_the_narrower_date(file: Path) -> None:
    told = replace(
        an_achievement(1, "99 Slayer", day(-5), "slayer"),
        measure="experience", threshold=NINETY_NINE, accuracy=int(HOUR.total_seconds() * 1000),
    )  # fmt: skip
    [found] = held(file, slayer(-9, 13_000_000), slayer(-2, 13_200_000), told=(told,))
    assert (found.after_at, found.by_at, found.told_by) == (day(-5) - HOUR, day(-5), "both")


def test_our_looks_may_know_it_better(file: Path) -> None:
    told = replace(
        an_achievement(1, "99 Slayer", day(-4), "slayer"),
        measure="experience", threshold=NINETY_NINE, accuracy=int(timedelta(days=20).total_seconds() * 1000),
    )  # fmt: skip
    [found] = held(file, slayer(-9, 13_000_000), slayer(-5, 13_030_000), slayer(-4, 13_100_000), told=(told,))
    assert (found.after_at, found.by_at, found.told_by) == (day(-5), day(-4), "both")


def test_what_only_wise_old_man_tells_stands_as_well(file: Path) -> None:
    told = an_achievement(1, "500 Zulrah kills", day(-3))
    assert [(m.title, m.told_by) for m in held(file, slayer(-9, 5), slayer(-2, 6), told=(told,))] == [
        ("500 Zulrah kills", "wom")
    ]


def test_an_achievement_without_a_date_is_none(file: Path) -> None:
    assert held(file, slayer(-9, 5), slayer(-2, 6), told=(an_achievement(1, "500 Zulrah kills", None),)) == []


def test_the_first_time_on_a_bosss_hiscores_is_one(file: Path) -> None:
    looks = [a_look(1, day(at), {"overall": 50_000_000, "zulrah": kills}) for at, kills in ((-9, None), (-2, 12))]
    assert [m.title for m in held(file, *looks)] == ["First Zulrah on the hiscores"]


def test_a_base_level_is_reached_with_the_last_skill(file: Path) -> None:
    early = dict.fromkeys(SKILLS, BASES[60])
    late = early | {"mining": BASES[60] - 5, "thieving": BASES[60] - 9}
    looks = [
        a_look(1, day(-9), {"overall": 6_000_000} | late),
        a_look(1, day(-7), {"overall": 6_000_100} | late | {"mining": BASES[60]}),
        a_look(1, day(-4), {"overall": 6_000_200} | early),
    ]
    [found] = held(file, *looks)
    assert (found.title, found.after_at, found.by_at) == ("Base 60 Stats", day(-7), day(-4))


def test_the_newest_stand_first(file: Path) -> None:
    looks = [
        a_look(1, day(at), {"overall": 50_000_000, "zulrah": kills, "vorkath": other})
        for at, kills, other in ((-9, 90, 90), (-6, 110, 90), (-2, 110, 300))
    ]
    assert [m.title for m in held(file, *looks)] == [
        "100 Vorkath kills", "250 Vorkath kills", "100 Zulrah kills",
    ]  # fmt: skip
