"""Numbers and dates read as a clan leader would write them."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.metrics import BY_KEY
from pipeline.domain.window import Window
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.figures import amount, compact, hours, number, plural

NOW = datetime(2026, 11, 21, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10.0K"),
        (999_999, "999K"),
        (1_234_567, "1.23M"),
        (99_999_999, "99.9M"),
        (34_900_000_000, "34.9B"),
        (-18_400_221, "−18.4M"),
    ],
)
def test_large_numbers_are_cut_to_three_digits_and_never_rounded_up(value: int | None, text: str) -> None:
    assert compact(value) == text


def test_exact_numbers_are_grouped_and_unknown_is_a_dash() -> None:
    assert (number(1_234_567), number(-5), number(None), number(0.25)) == ("1,234,567", "−5", "–", "0.2")


def test_efficient_hours_have_one_decimal() -> None:
    assert [hours(value) for value in (0, 4_999, 5_000, 123_456, 190_000_000)] == ["0", "0.0", "0.1", "1.2", "1,900.0"]


def test_an_amount_follows_its_metric() -> None:
    assert amount(250_000, BY_KEY["ehb"]) == "2.5"
    assert amount(250_000, BY_KEY["fishing"]) == "250,000"
    assert amount(250_000, BY_KEY["fishing"], short=True) == "250K"
    assert amount(None, BY_KEY["zulrah"]) == "–"


def test_one_of_a_kind_is_singular() -> None:
    assert (plural(1, "member"), plural(0, "member"), plural(1_200, "kill")) == ("1 member", "0 members", "1,200 kills")


def test_days_are_those_of_the_clans_zone() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert Words("Europe/Amsterdam", NOW).day(late) == "21 Nov 2026"
    assert Words("America/New_York", NOW).day(late) == "20 Nov 2026"
    assert Words("Europe/Amsterdam", NOW).moment(late) == "21 Nov 2026, 00:30"


def test_long_ago_becomes_a_date_and_never_stays_never() -> None:
    words = Words("UTC", NOW)
    said = [words.ago(NOW - timedelta(days=days)) for days in (0, 1, 30, 31)]
    assert said == ["today", "yesterday", "30 d ago", "21 Oct"]
    assert words.ago(NOW - timedelta(days=400)).endswith(" 2025")
    assert words.ago(None) == "never"


def test_a_window_is_told_by_its_utc_days_whatever_the_zone() -> None:
    words = Words("Asia/Tokyo", NOW)
    until = datetime(2026, 11, 4, tzinfo=UTC)
    assert words.span(Window(until - timedelta(days=7), until)) == "28 Oct – 3 Nov"
    assert words.span(Window(until, until + timedelta(days=7))) == "4–10 Nov"
