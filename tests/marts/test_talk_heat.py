"""When people write: hours and days by clocks that change, and by clocks that stand beside the hour."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import NOW
from talk_kit import AMY, ZED, a_line, a_word, an_evening, say, speaker, talk_of

from pipeline.domain.window import Window
from pipeline.domain.zones import Stretch, stretches
from pipeline.marts.talk_model import Heat

ZONES = ["UTC", "Europe/London", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


def hot(rows: tuple[tuple[int, ...], ...]) -> dict[tuple[int, int], int]:
    return {(weekday, hour): n for weekday, row in enumerate(rows) for hour, n in enumerate(row) if n}


def utc(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_the_hour_that_comes_twice_holds_both(file: Path) -> None:
    """In London the clocks went back from 02:00 to 01:00 on Sunday 25 October 2026, at 01:00 UTC."""
    say(file, *(a_word(at) for at in (utc(24, 23, 30), utc(25, 0, 30), utc(25, 1, 0), utc(25, 1, 59), utc(25, 2))))
    found = talk_of(file, time_zone="Europe/London").heat["all"]
    assert hot(found.clan) == {(6, 0): 1, (6, 1): 3, (6, 2): 1}
    assert hot(found.utc) == {(5, 23): 1, (6, 0): 1, (6, 1): 2, (6, 2): 1}


def test_the_hour_that_never_was_is_empty(file: Path) -> None:
    """The clocks had gone forward on Sunday 29 March, at 01:00 UTC."""
    say(file, a_word(utc(29, 0, 59, month=3)), a_word(utc(29, 1, 0, month=3)))
    assert hot(talk_of(file, time_zone="Europe/London").heat["365d"].clan) == {(6, 0): 1, (6, 2): 1}


def test_a_zone_may_stand_three_quarters_of_an_hour_beside_utc(file: Path) -> None:
    say(file, a_word(utc(26, 18, 14)), a_word(utc(26, 18, 15)), a_line(utc(26, 18, 15)))
    found = talk_of(file, time_zone="Asia/Kathmandu")
    assert hot(found.heat["all"].clan) == {(0, 23): 1, (1, 0): 1}
    assert hot(found.clan_chat_heat["all"].clan) == {(1, 0): 1}
    assert speaker(found, 1).days == ((date(2026, 10, 26), 1), (date(2026, 10, 27), 1))


def test_days_are_those_of_the_clans_zone_across_a_change_of_clocks(file: Path) -> None:
    say(file, *(a_word(at) for at in (utc(24, 22, 59), utc(24, 23), utc(25, 23, 59), utc(26, 0))))
    assert speaker(talk_of(file, time_zone="Europe/London"), 1).days == (
        (date(2026, 10, 24), 1),
        (date(2026, 10, 25), 2),
        (date(2026, 10, 26), 1),
    )


INSTANTS = st.datetimes(datetime(2025, 9, 1), datetime(2026, 11, 21, 4), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=25)
@given(st.lists(st.tuples(INSTANTS, st.sampled_from([ZED, AMY])), max_size=40), st.sampled_from(ZONES))
def test_heat_and_days_hold_each_message_in_its_own_hour_and_day(sent: list[tuple[datetime, int]], zone: str) -> None:
    words = [a_word(at, author, number) for number, (at, author) in enumerate(sent)]
    with TemporaryDirectory() as folder:
        file = an_evening(Path(folder))
        say(file, *words)
        found = talk_of(file, time_zone=zone)
    for key, heat in found.heat.items():
        inside = [at for at, _ in sent if heat.window.since <= at.replace(microsecond=at.microsecond // 1000 * 1000) < heat.window.until]  # fmt: skip
        assert heat == Heat(heat.window, _cells(inside, "UTC"), _cells(inside, zone))
        assert sum(map(sum, heat.clan)) == found.totals.get(key, 0)
    year = found.heat["365d"].window
    local = [at.astimezone(ZoneInfo(zone)).date() for at, by in sent if by == ZED and year.since <= at < year.until]
    assert dict(speaker(found, 1).days) == {each: local.count(each) for each in local}


def _cells(sent: list[datetime], zone: str) -> tuple[tuple[int, ...], ...]:
    local = [at.astimezone(ZoneInfo(zone)) for at in sent]
    places = [(at.weekday(), at.hour) for at in local]
    return tuple(tuple(places.count((weekday, hour)) for hour in range(24)) for weekday in range(7))


# ── stretches of steady clocks ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("zone", ZONES)
def test_in_a_stretch_the_clocks_stand_still_and_stretches_leave_nothing_out(zone: str) -> None:
    window = Window(NOW - timedelta(days=800, seconds=7), NOW)
    found = stretches(window, ZoneInfo(zone))
    assert (found[0].window.since, found[-1].window.until) == (window.since, window.until)
    assert all(a.window.until == b.window.since and a.offset != b.offset for a, b in pairwise(found))
    for each in found:
        steps = int((each.window.until - each.window.since) / timedelta(hours=1))
        instants = [each.window.since + n * timedelta(hours=1) for n in range(steps + 1)] + [each.window.last]
        assert {at.astimezone(ZoneInfo(zone)).utcoffset() for at in instants if at < each.window.until} == {each.offset}


def test_clocks_change_to_the_second() -> None:
    found = stretches(Window(utc(1, 0), utc(31, 0)), ZoneInfo("Europe/London"))
    assert found == (
        Stretch(Window(utc(1, 0), utc(25, 1)), timedelta(hours=1)),
        Stretch(Window(utc(25, 1), utc(31, 0)), timedelta(0)),
    )


@pytest.mark.parametrize("at", [utc(25, 0), utc(25, 1)])
def test_an_empty_window_has_no_stretch(at: datetime) -> None:
    assert stretches(Window(at, at), ZoneInfo("Europe/London")) == ()


def test_a_window_that_begins_or_ends_at_a_change_is_one_stretch() -> None:
    change = utc(25, 1)
    for window in (Window(change, utc(26, 0)), Window(utc(24, 0), change)):
        assert [each.window for each in stretches(window, ZoneInfo("Europe/London"))] == [window]
