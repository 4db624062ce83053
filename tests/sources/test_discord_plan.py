"""Where reading begins tonight: every reason to ask, every reason not to, and that asking twice is never needed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.talk import Access, KnownSource, KnownTalk, instant_of, snowflake_at
from pipeline.sources.discord.plan import ARCHIVE_MARGIN, Orders, Start, archives_since, start

TONIGHT = datetime(2026, 11, 21, tzinfo=UTC)
NOW = TONIGHT + timedelta(hours=4)
DAY = timedelta(days=1)
ORDERS = Orders(now=NOW, first_since=NOW - 400 * DAY, reread_since=NOW - 3 * DAY, tonight=TONIGHT)
OPEN: Access = "open"


def ago(days: float, number: int = 0) -> int:
    """A message of so many days ago."""
    return snowflake_at(NOW - days * DAY) + number


FIRST = ago(400) - 1
"""The bound of a first run: everything of 400 days ago or later comes after it."""
DAYS = ago(3) - 1
"""The bound of the days that are read again."""


def known(
    cursor: int | None = None, *, newest: int | None = None, reread: float | None = None, blind: int | None = None
) -> KnownSource:
    """A channel read to *cursor*, with *newest* held; read again so many days ago."""
    at = None if reread is None else NOW - reread * DAY
    return KnownSource(OPEN, cursor, at, None, blind, newest)


def told(source: KnownSource | None, last: int | None, *, deaf: bool = False) -> Start | None:
    return start(source, last, ORDERS, deaf=deaf)


# ── the first time ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", [None, known(None), known(None, reread=0.1)])
def test_what_was_never_read_is_read_from_the_first_day_on_and_counts_as_read_again(source: KnownSource | None) -> None:
    assert told(source, ago(0.1)) == Start(FIRST, FIRST, reread=True)


@pytest.mark.parametrize("source", [None, known(None), known(ago(5), newest=ago(5), blind=ago(6))])
def test_where_nothing_was_ever_written_nothing_is_asked(source: KnownSource | None) -> None:
    assert told(source, None) is None


def test_a_channel_that_fell_silent_before_the_first_day_is_not_asked() -> None:
    assert told(None, FIRST) is None
    assert told(None, ago(500)) is None


def test_a_message_of_the_first_millisecond_is_asked_for() -> None:
    found = told(None, ago(400))
    assert found is not None
    assert found.after < ago(400)


def test_a_forum_post_begun_before_the_first_day_is_read_from_that_day_on() -> None:
    assert told(None, ago(1)) == Start(FIRST, FIRST, reread=True)


# ── the nights after ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_with_no_news_the_same_date_asks_nothing() -> None:
    assert told(known(ago(1), newest=ago(1), reread=0.01), ago(1)) is None


def test_new_messages_of_the_same_date_are_read_from_the_cursor() -> None:
    assert told(known(ago(1), newest=ago(1), reread=0.01), ago(0.1)) == Start(ago(1), ago(1), reread=False)


def test_the_next_date_reads_the_last_days_again() -> None:
    assert told(known(ago(1), newest=ago(1), reread=1), ago(1)) == Start(DAYS, ago(1), reread=True)


def test_the_next_date_reads_news_in_the_same_stretch() -> None:
    assert told(known(ago(1), newest=ago(1), reread=1), ago(0.1)) == Start(DAYS, ago(1), reread=True)


def test_a_cursor_behind_the_last_days_is_where_reading_begins() -> None:
    cursor = ago(8)
    assert told(known(cursor, newest=ago(1), reread=1), ago(0.1)) == Start(cursor, cursor, reread=True)


def test_the_date_turns_at_the_clans_midnight() -> None:
    before, after = TONIGHT - timedelta(milliseconds=1), TONIGHT
    late = replace(known(ago(1), newest=ago(1)), reread_at=before)
    assert told(late, ago(1)) == Start(DAYS, ago(1), reread=True)
    assert told(replace(late, reread_at=after), ago(1)) is None


def test_a_channel_read_in_part_is_read_again_when_it_is_due() -> None:
    assert told(known(ago(1), newest=ago(1)), ago(1)) == Start(DAYS, ago(1), reread=True)


@pytest.mark.parametrize("newest", [None, DAYS, ago(40)])
def test_a_channel_silent_for_days_is_not_read_again(newest: int | None) -> None:
    assert told(known(ago(1), newest=newest, reread=1), ago(1)) is None


def test_the_oldest_millisecond_of_the_last_days_is_read_again() -> None:
    found = told(known(ago(3), newest=ago(3), reread=1), ago(3))
    assert found is not None
    assert found.after < ago(3)


def test_no_days_to_read_again_means_never() -> None:
    orders = replace(ORDERS, reread_since=NOW)
    assert start(known(ago(1), newest=ago(1), reread=1), ago(1), orders, deaf=False) is None
    assert start(known(ago(1), newest=ago(1), reread=1), ago(0.1), orders, deaf=False) is not None


def test_a_channel_that_wakes_after_days_is_read_from_the_cursor_and_need_not_be_read_again_today() -> None:
    cursor = ago(30)
    assert told(known(cursor, newest=cursor, reread=27), ago(0.1)) == Start(cursor, cursor, reread=True)


def test_after_missed_nights_the_last_days_of_then_are_read_again_too() -> None:
    found = told(known(ago(9), newest=ago(9), reread=9), ago(0.1))
    assert found is not None
    assert found.after == ago(11) - 1, "what is edited within two days of its writing is seen"
    assert found.again == ago(9)


def test_without_missed_nights_the_look_back_is_as_long_as_ever() -> None:
    assert told(known(ago(1), newest=ago(1), reread=1.1), ago(0.1)) == Start(DAYS, ago(1), reread=True)


# ── texts that were withheld ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_withheld_is_read_again_once_it_is_shown() -> None:
    source = known(ago(1), newest=ago(1), reread=0.01, blind=ago(50))
    assert told(source, ago(1)) == Start(ago(50) - 1, ago(1), reread=False)
    assert told(replace(source, reread_at=NOW - DAY), ago(1)) == Start(ago(50) - 1, ago(1), reread=True)


def test_while_it_is_withheld_it_is_not_asked_for_again() -> None:
    assert told(known(ago(1), newest=ago(1), reread=0.01, blind=ago(50)), ago(1), deaf=True) is None
    assert told(known(ago(1), newest=ago(1), reread=0.01, blind=ago(50)), ago(0.1), deaf=True) == Start(
        ago(1), ago(1), reread=False
    )


def test_a_withheld_message_of_yesterday_does_not_shorten_the_last_days() -> None:
    assert told(known(ago(1), newest=ago(1), reread=1, blind=ago(1)), ago(1)) == Start(DAYS, ago(1), reread=True)


def test_a_withheld_message_beyond_the_cursor_does_not_leave_a_gap() -> None:
    assert told(known(ago(5), newest=ago(1), reread=0.01, blind=ago(1)), ago(0.1)) == Start(
        ago(5), ago(5), reread=False
    )


# ── asking twice ─────────────────────────────────────────────────────────────────────────────────────────────────────

MOMENTS = st.floats(0, 500, allow_nan=False).map(ago)
SOURCES = st.builds(
    KnownSource,
    access=st.just(OPEN),
    cursor=st.none() | MOMENTS,
    reread_at=st.none() | st.floats(0, 30, allow_nan=False).map(lambda days: NOW - days * DAY),
    blind_from=st.none() | MOMENTS,
    newest=st.none() | MOMENTS,
)


def after_reading(source: KnownSource | None, begin: Start, last: int, *, deaf: bool) -> KnownSource:
    """What is held once everything from *begin* on came: the newest of Discord's own list among it."""
    held = source or KnownSource(OPEN)
    blind = last if deaf else None
    return replace(
        held, cursor=max(held.cursor or 0, last), newest=max(held.newest or 0, last),
        reread_at=NOW if begin.reread else held.reread_at, blind_from=blind,
    )  # fmt: skip


@given(st.none() | SOURCES, MOMENTS, st.booleans())
def test_a_second_harvest_of_the_same_date_asks_nothing_again(
    source: KnownSource | None, last: int, deaf: bool
) -> None:
    begin = told(source, last, deaf=deaf)
    if begin is not None:
        assert told(after_reading(source, begin, last, deaf=deaf), last, deaf=deaf) is None


@given(SOURCES, MOMENTS, st.booleans())
def test_reading_never_begins_after_the_cursor_and_covers_what_it_claims(
    source: KnownSource, last: int, deaf: bool
) -> None:
    begin = told(source, last, deaf=deaf)
    if begin is None:
        assert source.cursor is None or last <= source.cursor
        return
    if source.cursor is not None:
        assert begin.after <= begin.again == source.cursor
    if begin.reread and source.newest is not None and source.newest > DAYS:
        assert begin.after <= DAYS
    if source.blind_from is not None and not deaf and source.cursor is not None:
        assert begin.after < source.blind_from


# ── archived threads ─────────────────────────────────────────────────────────────────────────────────────────────────


HERE = 5


def listed_since(source: KnownSource | None, *, deaf: bool = False, **threads: KnownSource) -> datetime:
    """Back to when the archived threads of the channel HERE are listed."""
    held = {} if source is None else {HERE: source}
    others = {at: replace(thread, parent_id=HERE) for at, thread in enumerate(threads.values(), start=100)}
    return archives_since(HERE, KnownTalk(held | others), ORDERS, deaf=deaf)


def test_archived_threads_are_listed_back_to_the_first_day_at_first() -> None:
    assert listed_since(None) == listed_since(known(ago(1))) == ORDERS.first_since


def test_later_they_are_listed_back_to_the_last_time_and_a_day() -> None:
    assert listed_since(replace(known(ago(1)), archives_read_at=NOW - 10 * DAY)) == NOW - 11 * DAY
    assert timedelta(0) < ARCHIVE_MARGIN <= 3 * DAY


def test_threads_whose_last_days_are_to_be_read_again_are_listed_though_they_were_archived() -> None:
    assert listed_since(replace(known(ago(1)), archives_read_at=NOW - DAY)) == ORDERS.reread_since


def test_threads_with_withheld_texts_are_listed_once_texts_are_shown() -> None:
    source = replace(known(ago(1)), archives_read_at=NOW - DAY)
    blind = replace(known(ago(40)), blind_from=ago(50))
    assert listed_since(source, blind=blind) == instant_of(ago(50))
    assert listed_since(source, deaf=True, blind=blind) == ORDERS.reread_since


def test_the_bounds_are_the_instants_they_stand_for() -> None:
    assert instant_of(FIRST + 1) == NOW - 400 * DAY
    assert instant_of(DAYS + 1) == NOW - 3 * DAY
