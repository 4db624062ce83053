"""What Discord brought since the last night, and how fresh it is."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from records_kit import MIDNIGHT, NOW, a_database, day
from talk_kit import (
    AMY,
    BOB,
    BOT,
    ZED,
    a_channel,
    a_discord_night,
    a_line,
    a_question,
    a_try,
    a_word,
    an_account,
    an_evening,
    back,
    night_of,
    say,
)

from pipeline.domain.window import TICK
from pipeline.marts.freshness import closed_words, discord_state, freshness, wom_state
from pipeline.marts.model import NightLine, SourceState

LAST = day(-1, 4)
"""The night before `NOW`, as `an_evening` has it."""

GAME = "Game data to 21 Nov 00:00 UTC, 3 of 3 members not seen for 1 days"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


def told(file: Path, now: datetime = NOW) -> list[str]:
    return [line.text for line in night_of(file, now).since_last_night.lines]


def sentence(file: Path, now: datetime = NOW) -> str:
    return night_of(file, now, look_at_age_days=1).freshness.sentence.removeprefix(GAME).removeprefix("; ")


def discord(file: Path, now: datetime = NOW) -> SourceState:
    return night_of(file, now).freshness.sources[1]


# ── since last night ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_quiet_night_has_no_line(file: Path) -> None:
    say(file, a_word(LAST), a_line(back(hours=1)))
    assert told(file) == []


def test_who_came_and_who_left_is_told_once(file: Path) -> None:
    an_account(file, AMY, "amy", 2, joined_at=LAST + TICK)
    an_account(file, BOB, "Bob", -1, in_guild=False, left_at=NOW)
    an_account(file, 20, "Earlier", joined_at=LAST)
    an_account(file, 21, "Later", joined_at=NOW + TICK)
    an_account(file, 22, "A bot", joined_at=NOW, is_bot=True)
    assert night_of(file).since_last_night.lines == (
        NightLine("arrived", 2, "amy", "amy came to Discord"),
        NightLine("departed", None, None, "Bob left Discord"),
    )


def test_what_was_written_is_one_line(file: Path) -> None:
    an_account(file, 14, "Zed on his phone", 1)
    say(
        file, a_word(LAST), a_question(LAST + TICK), a_word(NOW, 14), a_question(back(hours=1), AMY), a_word(NOW + TICK, BOB)
    )  # fmt: skip
    assert night_of(file).since_last_night.lines == (
        NightLine("talk", None, None, "2 people wrote 3 messages, 2 of them questions"),
    )


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ([False], "1 person wrote 1 message, none of them a question"),
        ([True, False], "1 person wrote 2 messages, 1 of them a question"),
    ],
)
def test_one_is_told_as_one(file: Path, asks: list[bool], expected: str) -> None:
    say(file, *(a_word(back(hours=1), ZED, number, is_question=each) for number, each in enumerate(asks)))
    assert told(file) == [expected]


@pytest.mark.parametrize(
    ("sent_at", "bent", "expected"),
    [
        (back(hours=2), {}, "1 person wrote 2 messages"),
        (back(hours=2), {"kind": "bot", "author_id": BOT}, "1 person wrote 1 message"),
        (back(hours=2), {"deleted_at": NOW}, "1 person wrote 1 message, none of them a question"),
        (LAST, {}, "1 person wrote 1 message, none of them a question"),
    ],
    ids=["withheld", "a bot's", "deleted", "before"],
)
def test_of_withheld_messages_nobody_says_that_none_is_a_question(
    file: Path, sent_at: datetime, bent: dict[str, Any], expected: str
) -> None:
    say(file, a_word(back(hours=1)), a_word(sent_at, number=1, **({"is_question": None} | bent)))
    assert told(file) == [expected]


def test_questions_that_went_past_a_day_are_told_in_the_night_in_which_they_did(file: Path) -> None:
    say(file, a_question(day(-2, 4) - TICK), a_question(day(-2, 4)), a_question(day(-2, 9), AMY))
    say(file, a_question(day(-1, 4) - TICK, BOB), a_question(day(-1, 4), BOB))
    assert told(file) == ["3 questions have waited for more than a day"]


def test_a_question_that_got_an_answer_waits_no_more(file: Path) -> None:
    asked = a_question(day(-2, 9))
    say(file, asked, a_word(LAST, AMY, reply_to_id=asked["id"]), a_question(day(-2, 10)))
    assert told(file) == ["1 question has waited for more than a day"]


# ── freshness ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_guild_that_was_read_tonight_is_fresh(file: Path) -> None:
    assert discord(file) == SourceState("discord", NOW, "fresh")
    assert sentence(file) == "Discord to 21 Nov 04:00 UTC"


def test_a_guild_never_read_says_why(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    assert sentence(file) == "No game data yet; Discord has not been read yet"
    a_try(file, NOW, "failed", "Discord refused the token.")
    assert sentence(file) == "No game data yet; Discord has not been read yet: Discord refused the token"
    assert discord(file) == SourceState("discord", None, "never", "Discord refused the token")


def test_a_newer_try_that_failed_makes_it_stale_even_on_the_same_day(file: Path) -> None:
    a_try(file, NOW + timedelta(hours=2), "failed", "Discord is down.")
    later = NOW + timedelta(hours=2)
    assert (discord(file).state, discord(file, later).state) == ("fresh", "stale")
    assert sentence(file, later) == "Discord not read since 21 Nov 04:00 UTC: Discord is down"


@pytest.mark.parametrize(
    ("tries", "note"),
    [
        ([(day(0, 3), "failed", "old")], None),
        ([(day(0, 5), "failed", "one"), (day(0, 6), "killed", None)], "the reading did not come to its end"),
        ([(day(0, 5), "failed", "one"), (day(0, 6), "partial", "two")], None),
        ([(day(0, 5), "failed", "one"), (day(2), "failed", "not yet")], "one"),
    ],
)
def test_the_last_try_after_the_last_reading_tells_why(
    file: Path, tries: list[tuple[datetime, str, str | None]], note: str | None
) -> None:
    for at, state, error in tries:
        a_try(file, at, state, error)
    assert discord(file, day(0, 7)).note == note


def test_yesterdays_reading_is_stale_and_needs_no_reason(file: Path) -> None:
    assert sentence(file, day(1, 4)).endswith("Discord not read since 21 Nov 04:00 UTC")


def test_closed_channels_and_failures_of_the_newest_reading_are_told(file: Path) -> None:
    for channel, access in ((301, "hidden"), (302, "no_history"), (303, "unknown_type"), (304, "gone")):
        a_channel(file, channel, access=access)
    a_channel(file, 305, access="hidden", kind="thread")
    a_discord_night(file, day(-1), ("An old sorrow.",))
    a_discord_night(file, NOW, ("general could not be read to its end: 503.",))
    words = (
        "general could not be read to its end: 503; 2 channels are closed to the bot; 1 channel of a kind not known yet"
    )
    assert (discord(file).state, discord(file).note) == ("fresh", words)
    assert sentence(file) == f"Discord to 21 Nov 04:00 UTC; {words}"


@pytest.mark.parametrize(
    ("number", "note"),
    [
        (2, "One: x. Why; Two"),
        (3, "One: x. Why; Two; and 1 more failure"),
        (11, "One: x. Why; Two; and 9 more failures"),
    ],
)
def test_of_many_failures_two_are_told_and_the_others_counted(number: int, note: str) -> None:
    failed = ("One: x. Why.", "Two.", *("More.",) * 9)
    assert discord_state(NOW, NOW, None, failed[:number]).note == note


def test_a_landing_later_than_now_is_not_known_yet(file: Path) -> None:
    a_discord_night(file, day(1, 4))
    assert discord(file).fetched_at == NOW


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ({}, []),
        ({"hidden": 1}, ["1 channel is closed to the bot"]),
        (
            {"no_connect": 1, "unknown_type": 2},
            ["1 channel is closed to the bot", "2 channels of a kind not known yet"],
        ),
    ],
)
def test_closed_channels_in_words(closed: dict[str, int], words: list[str]) -> None:
    assert closed_words(closed) == words


@pytest.mark.parametrize(
    ("fetched_at", "why", "state"),
    [
        (MIDNIGHT, None, "fresh"),
        (MIDNIGHT - TICK, None, "stale"),
        (MIDNIGHT, "down", "stale"),
        (None, None, "never"),
        (None, "down", "never"),
    ],
)
def test_discord_is_fresh_like_the_game_unless_a_newer_try_failed(
    fetched_at: datetime | None, why: str | None, state: str
) -> None:
    assert discord_state(fetched_at, NOW, why).state == state


def test_without_discord_the_line_is_about_the_game_alone() -> None:
    found = freshness(wom_state(NOW, NOW), [NOW], NOW, 7)
    assert (len(found.sources), found.sentence) == (
        1,
        "Game data to 21 Nov 00:00 UTC, all 1 members seen within 7 days",
    )
