"""Whoever was moved down lately is not promoted before the officer who did it was asked."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from builders import NOW

from pipeline.marts.model import RosterKind, RosterLine
from pipeline.marts.promotions import moved_down
from pipeline.marts.wording import Calendar

CALENDAR = Calendar(ZoneInfo("UTC"), NOW)


def line(kind: RosterKind, days: float, player: int = 1) -> RosterLine:
    return RosterLine(NOW - timedelta(days=days), kind, player, "Ann", None, None, "Ann moved")


def test_a_demotion_of_this_month_counts_and_an_old_one_does_not() -> None:
    assert moved_down([line("demoted", 3), line("demoted", 31, player=2)], CALENDAR) == {1: "18 Nov"}


def test_who_has_risen_again_since_need_not_wait() -> None:
    assert moved_down([line("promoted", 1), line("demoted", 3)], CALENDAR) == {}


def test_other_lines_of_the_log_say_nothing() -> None:
    assert moved_down([line("joined", 1), line("demoted", 2)], CALENDAR) == {1: "19 Nov"}
