"""Officers' hours: the clan's clock, members' hours and those of officers among them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipeline.marts.talk.watch import watch

OFFICER, MEMBER, OTHER = 1, 2, 3
LONDON = ZoneInfo("Europe/London")


def hour(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) // 3600


def test_an_hour_counts_days_with_talk_and_those_with_an_officer_in_it() -> None:
    wrote = [
        (MEMBER, hour("2026-11-02T20:00")), (OTHER, hour("2026-11-02T20:00")), (OFFICER, hour("2026-11-02T20:00")),
        (MEMBER, hour("2026-11-03T20:00")), (OFFICER, hour("2026-11-03T21:00")),
    ]  # fmt: skip
    found = watch(wrote, frozenset({OFFICER}), LONDON)
    assert [(each.hour, each.talked, each.covered) for each in found if each.talked] == [(20, 2, 1)]
    assert len(found) == 24


def test_hours_are_those_of_the_clans_clock_on_both_sides_of_a_clock_change() -> None:
    wrote = [(MEMBER, hour("2026-10-24T19:00")), (MEMBER, hour("2026-10-26T20:00"))]  # 20:00 in London, both
    found = watch(wrote, frozenset({OFFICER}), LONDON)
    assert [(each.hour, each.talked) for each in found if each.talked] == [(20, 2)]


def test_without_officers_nothing_is_said() -> None:
    assert watch([(MEMBER, hour("2026-11-02T20:00"))], frozenset(), LONDON) == ()
