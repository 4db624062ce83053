"""Levels, gains, windows and names: the rules that no computer is needed for."""

import shlex
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.gains import gain, newly_ranked
from pipeline.domain.levels import EXPERIENCE, MAX_EXPERIENCE, level, total_level
from pipeline.domain.metrics import OVERALL, SKILLS
from pipeline.domain.names import confirmation, printable, role_name, standard
from pipeline.domain.window import Window, finished_days, midnight, utc_day, windows

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("reached", "experience"),
    [(2, 83), (3, 174), (4, 276), (10, 1_154), (50, 101_333), (75, 1_210_421), (92, 6_517_253), (99, 13_034_431)],
)
def test_a_level_begins_at_its_experience_and_not_a_point_before(reached: int, experience: int) -> None:
    assert (level(experience - 1), level(experience), EXPERIENCE[reached - 1]) == (reached - 1, reached, experience)


@pytest.mark.parametrize(("experience", "reached"), [(None, 1), (0, 1), (MAX_EXPERIENCE, 99)])
def test_levels_end_at_1_and_99(experience: int | None, reached: int) -> None:
    assert level(experience) == reached


def test_nobody_has_a_total_level_below_33() -> None:
    assert total_level({}) == 23 + 10


def test_a_maxed_account_has_99_in_each_of_the_24_skills_and_overall_is_none_of_them() -> None:
    assert total_level(dict.fromkeys(SKILLS, 13_034_431) | {OVERALL: 4_600_000_000}) == 24 * 99


def test_hitpoints_are_taken_at_their_level_once_they_are_known() -> None:
    assert total_level({"hitpoints": 1_154}) == 33
    assert total_level({"hitpoints": 1_358}) == 34


@pytest.mark.parametrize(
    ("metric", "start", "end", "gained"),
    [
        ("zulrah", 100, 130, 30),
        ("zulrah", 130, 100, 0),
        ("zulrah", 100, 100, 0),
        ("zulrah", None, 7, 7),
        ("zulrah", 0, 7, 7),
        ("zulrah", 7, None, 0),
        ("zulrah", None, None, 0),
        (OVERALL, 100, 130, 30),
        (OVERALL, None, 130, 0),
        (OVERALL, 0, 130, 0),
        (OVERALL, 130, 100, 0),
        (OVERALL, 130, None, 0),
        ("ehp", None, 12_345, 12_345),
        ("attack", None, 83, 83),
    ],
)
def test_gains_follow_the_rule_of_wise_old_man(metric: str, start: int | None, end: int | None, gained: int) -> None:
    assert gain(metric, start, end) == gained


@pytest.mark.parametrize(
    ("start", "end", "seen", "fresh"),
    [
        (None, 5, True, True),
        (None, 5, False, None),
        (0, 5, True, False),
        (0, 5, False, False),
        (3, 5, True, False),
        (3, 5, False, False),
        (None, None, True, False),
        (None, 0, True, False),
        (None, 0, False, False),
        (5, None, True, False),
    ],
)
def test_newly_ranked_is_known_unknown_or_not_so(
    start: int | None, end: int | None, seen: bool, fresh: bool | None
) -> None:
    assert newly_ranked(start, end, start_was_seen=seen) is fresh


def test_a_window_holds_its_first_instant_and_not_its_end() -> None:
    window = windows(datetime(2026, 11, 21, 4, 10, tzinfo=UTC))["7d"]
    assert (window.since, window.until, window.last) == (
        datetime(2026, 11, 14, tzinfo=UTC),
        datetime(2026, 11, 21, tzinfo=UTC),
        datetime(2026, 11, 20, 23, 59, 59, 999000, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-21T00:00:00+00:00", "2026-11-21"),
        ("2026-11-20T23:59:59.999+00:00", "2026-11-20"),
        ("2026-11-21T01:30:00+02:00", "2026-11-20"),
        ("2026-11-20T23:30:00-02:00", "2026-11-21"),
    ],
)
def test_windows_end_at_the_last_utc_midnight_whatever_zone_now_is_written_in(now: str, until: str) -> None:
    found = windows(datetime.fromisoformat(now))
    assert {window.until.isoformat() for window in found.values()} == {f"{until}T00:00:00+00:00"}


@given(INSTANTS)
def test_windows_are_as_long_as_their_keys_say(now: datetime) -> None:
    assert {key: window.days for key, window in windows(now).items()} == {"7d": 7, "30d": 30, "90d": 90, "365d": 365}


def test_a_window_over_a_leap_day_still_counts_days() -> None:
    found = windows(datetime(2028, 3, 1, 12, tzinfo=UTC))
    assert (found["7d"].since, found["365d"].since) == (
        datetime(2028, 2, 23, tzinfo=UTC),
        datetime(2027, 3, 2, tzinfo=UTC),
    )


def test_consecutive_windows_meet_without_gap_or_overlap() -> None:
    window = windows(datetime(2026, 11, 21, tzinfo=UTC))["30d"]
    before = window.before()
    assert (before.until, before.days) == (window.since, 30)


@given(INSTANTS, st.integers(-14 * 60, 14 * 60))
def test_midnight_is_the_start_of_the_utc_day_of_an_instant(instant: datetime, minutes: int) -> None:
    found = midnight(instant.astimezone(timezone(timedelta(minutes=minutes))))
    assert found <= instant < found + timedelta(days=1)
    assert found.isoformat().endswith("T00:00:00+00:00")


def test_finished_days_walk_over_a_leap_day_and_leave_today_out() -> None:
    found = list(finished_days(date(2028, 2, 27), datetime(2028, 3, 2, 23, 59, tzinfo=UTC)))
    assert found == [date(2028, 2, 27), date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]


def test_a_day_is_finished_at_the_very_midnight_that_ends_it_and_not_before() -> None:
    end = datetime(2026, 11, 21, tzinfo=UTC)
    assert list(finished_days(date(2026, 11, 20), end)) == [date(2026, 11, 20)]
    assert list(finished_days(date(2026, 11, 20), end - timedelta(milliseconds=1))) == []


def test_days_of_the_future_are_not_finished() -> None:
    assert list(finished_days(date(2027, 1, 1), datetime(2026, 11, 21, tzinfo=UTC))) == []


def test_utc_days_in_a_row_are_half_open_and_meet() -> None:
    days = [utc_day(date(2028, 2, 27) + timedelta(days=number)) for number in range(4)]
    assert all(one.until == other.since for one, other in pairwise(days))
    assert days[2] == Window(datetime(2028, 2, 29, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "username"),
    [
        ("Iron_Man-1", "iron man 1"),
        ("A\u00a0B", "a b"),
        ("  Two  __ Words ", "two words"),
        ("ＦＵＬＬ", "full"),
        ("same", "same"),
    ],
)
def test_names_are_compared_as_wise_old_man_compares_them(written: str, username: str) -> None:
    assert standard(written) == username


@given(st.text(max_size=12))
def test_a_standard_name_stays_as_it_is(name: str) -> None:
    assert standard(standard(name)) == standard(name)


@pytest.mark.parametrize(
    ("role", "name"),
    [("deputy_owner", "Deputy Owner"), ("owner", "Owner"), ("", "No Rank"), ("_", "No Rank"), ("tztok", "Tztok")],
)
def test_roles_are_written_as_people_write_them(role: str, name: str) -> None:
    assert role_name(role) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zezima", "Zezima"),
        ("Ame Žlutá 🐉", "Ame Žlutá 🐉"),
        ("\x1b[31mRed", "?[31mRed"),
        ("two\nlines\r\x00", "two?lines??"),
        ("\u202eevil\u2066", "?evil?"),
        ("\x9b2J\u2028", "?2J?"),
    ],
)
def test_what_would_steer_a_terminal_is_shown_as_a_question_mark(name: str, shown: str) -> None:
    assert printable(name) == shown


@given(st.text())
def test_a_name_for_a_terminal_is_as_long_as_it_was_and_steers_nothing(name: str) -> None:
    assert printable(name).isprintable()
    assert len(printable(name)) == len(name)


@pytest.mark.parametrize("name", ["Zezima", "Zezi Ma", "zezi_ma-2", "0 0"])
def test_a_harmless_name_stands_in_a_command_that_a_shell_reads_as_it_is_meant(name: str) -> None:
    command = confirmation(name, 42)
    assert command is not None
    assert shlex.split(command) == ["uv", "run", "clanstats", "identities", "--confirm", f"{name}=42"]


@pytest.mark.parametrize(
    "name",
    [
        "$(id)",
        "`id`",
        'a" ; id "',
        "a\\",
        "a!b",
        "%PATH%",
        "a\nid",
        "Zed\n",
        "-x",
        " a",
        "",
        "Zed=1",
        "Žed",
        "Zed\u00a0Alt",
    ],
)
def test_a_name_that_a_shell_may_take_for_more_stands_in_no_command(name: str) -> None:
    assert confirmation(name, 42) is None


@given(st.text(st.sampled_from("aZ0 _-$`\"'\\!%=\n;&|<>*?~\u202e\u00e9")))
def test_whatever_a_name_holds_a_command_is_its_four_words_an_option_and_the_pair(name: str) -> None:
    command = confirmation(name, 42)
    assert command is None or (
        not set(name) & set('$`"\\!%=\n') and shlex.split(command)[5:] == [f"{name}=42"] and command.isprintable()
    )
