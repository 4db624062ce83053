"""Who wrote how much, where and when: people, channels, clan chat and weeks."""

from datetime import timedelta
from pathlib import Path

import pytest
from records_kit import MIDNIGHT, NOW, a_database, day, marts_of
from talk_kit import (
    AMY,
    BOB,
    BOT,
    FORUM,
    GENERAL,
    HELP,
    THREAD,
    ZED,
    a_channel,
    a_guild,
    a_line,
    a_word,
    an_account,
    an_evening,
    back,
    night_of,
    say,
    speaker,
    talk_of,
)

from pipeline.domain.talk import snowflake_at
from pipeline.domain.window import TICK, Window

ALL = {"7d": 1, "30d": 1, "90d": 1, "365d": 1, "all": 1}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


# ── nobody, and somebody ─────────────────────────────────────────────────────────────────────────────────────────────


def test_without_discord_there_is_no_talk_whatever_is_held(file: Path) -> None:
    say(file, a_word(back(days=1)))
    found = marts_of(file)
    assert (found.talk, [source.source for source in found.freshness.sources]) == (None, ["wom"])
    assert found.since_last_night.lines == ()


def test_before_a_guild_was_read_there_is_no_talk(tmp_path: Path) -> None:
    assert night_of(a_database(tmp_path)).talk is None


def test_a_guild_without_anybody_has_answers_that_say_so(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    a_guild(file)
    found = talk_of(file)
    assert (found.totals, found.people, found.clan_chat, found.speakers, found.channels, found.weeks) == (
        {}, {}, {}, (), (), (),
    )  # fmt: skip
    assert found.heat["all"].window == Window(NOW, NOW)
    assert {key: fared.asked for key, fared in found.response.items()} == dict.fromkeys(ALL, 0)


def test_one_message_is_counted_everywhere_once(file: Path) -> None:
    say(file, a_word(back(days=1)))
    found = talk_of(file)
    assert (found.totals, found.people, speaker(found, 1).messages) == (ALL, ALL, ALL)
    assert [(c.name, c.messages, c.people) for c in found.channels if c.messages] == [("general", ALL, ALL)]
    assert found.heat["all"].window == Window(back(days=1), NOW + TICK)
    assert (speaker(found, 1).days, speaker(found, 1).channels) == (((day(-1).date(), 1),), ((GENERAL, 1),))


# ── what counts ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["bot", "webhook", "system"])
def test_only_people_talk(file: Path, kind: str) -> None:
    say(file, a_word(back(days=1), BOT, kind=kind), a_word(back(days=2)))
    assert talk_of(file).totals == ALL


def test_a_deleted_message_counts_no_more_and_an_edited_one_as_before(file: Path) -> None:
    say(file, a_word(back(days=1), deleted_at=back(hours=1)), a_word(back(days=2), edited_at=back(days=1)))
    assert talk_of(file).totals == ALL


def test_what_is_sent_or_deleted_after_now_has_not_happened_yet(file: Path) -> None:
    say(file, a_word(back(days=1), deleted_at=NOW + TICK), a_word(NOW + TICK), a_word(NOW, AMY))
    found = talk_of(file)
    assert found.totals == {**ALL, "all": 2}
    assert speaker(found, 2).last_word_at == NOW


def test_only_the_guild_that_is_the_clans_counts(file: Path) -> None:
    a_guild(file, 2, "New Hall", day(-1))
    a_channel(file, 901, "new", guild_id=2)
    say(file, a_word(back(hours=1)), a_word(back(hours=2), AMY, channel_id=901))
    now, then = talk_of(file), talk_of(file, day(-1) - TICK)
    assert (now.guild, now.totals, [c.name for c in now.channels]) == ("New Hall", {"all": 1}, ["new"])
    assert then.guild == "Ashen Hall"


def test_periods_are_whole_utc_days_and_everything(file: Path) -> None:
    edges = [MIDNIGHT, MIDNIGHT - TICK, day(-7), day(-7) - TICK, day(-30), day(-90), day(-365), day(-365) - TICK]
    say(file, *(a_word(at) for at in edges))
    assert talk_of(file).totals == {"7d": 2, "30d": 4, "90d": 5, "365d": 6, "all": 8}


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_accounts_of_a_person_are_one_speaker(file: Path) -> None:
    an_account(file, 14, "Zed on his phone", 1)
    say(file, a_word(back(days=1)), a_word(back(days=1), 14, 1))
    found = talk_of(file)
    assert (found.totals["7d"], found.people["7d"], speaker(found, 1).messages["7d"]) == (2, 1, 2)
    assert next(c.people for c in found.channels if c.name == "general")["7d"] == 1
    assert speaker(found, 1).days == ((day(-1).date(), 2),)


def test_everybody_in_the_guild_is_there_and_whoever_wrote_in_it_once(file: Path) -> None:
    an_account(file, 14, "Gone", in_guild=False, joined_at=None)
    an_account(file, 15, "Silent and gone", in_guild=False, joined_at=None)
    say(file, a_word(back(days=1), 14), a_word(back(days=40), AMY))
    found = [(s.name, s.in_clan, s.in_guild, s.player_ids) for s in talk_of(file).speakers]
    assert found == [("Gone", False, False, ()), ("amy", True, True, (2,)), ("Bob", False, True, ()), ("Zed", True, True, (1, 3))]  # fmt: skip


def test_an_author_of_whom_nothing_is_known_counts_in_the_totals_alone(file: Path) -> None:
    say(file, a_word(back(days=1), 777))
    found = talk_of(file)
    assert (found.totals["7d"], found.people["7d"], sum(bool(s.messages) for s in found.speakers)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("nick", "global_name", "expected"),
    [("Nick", "Global", "Nick"), (None, "Global", "Global"), (None, None, "user20")],
)
def test_a_stranger_goes_by_nickname_then_global_name_then_username(
    file: Path, nick: str | None, global_name: str | None, expected: str
) -> None:
    an_account(file, 20, nick, global_name=global_name)
    assert speaker(talk_of(file), -20).name == expected


def test_who_came_or_left_after_now_is_as_they_were(file: Path) -> None:
    an_account(file, 20, "Later", joined_at=NOW + TICK)
    an_account(file, 21, "Leaves later", in_guild=False, left_at=NOW + TICK)
    assert {s.name for s in talk_of(file).speakers} == {"Zed", "amy", "Bob", "Leaves later"}


# ── channels ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_thread_counts_for_its_channel(file: Path) -> None:
    say(file, a_word(back(days=1), channel_id=FORUM, thread_id=THREAD))
    found = {c.name: (c.kind, c.messages, c.url) for c in talk_of(file).channels}
    assert found["guides"] == ("forum", ALL, f"https://discord.com/channels/1/{FORUM}")
    assert set(found) == {"general", "clan-help", "guides"}


def test_channels_stand_in_the_guilds_order_and_those_that_are_gone_only_if_somebody_wrote(file: Path) -> None:
    a_channel(file, 104, "first", position=0, access="hidden")
    a_channel(file, 105, "old", position=1, access="gone")
    a_channel(file, 106, "older", position=1, access="gone")
    say(file, a_word(back(days=1), channel_id=105))
    assert [c.name for c in talk_of(file).channels] == ["first", "general", "clan-help", "guides", "old"]


def test_the_last_word_in_a_channel_is_the_last_of_a_person(file: Path) -> None:
    say(file, a_word(back(days=3)), a_word(back(days=2), AMY), a_word(back(days=1), BOT, kind="bot"))
    found = {c.name: c.last_word_at for c in talk_of(file).channels}
    assert found == {"general": back(days=2), "clan-help": None, "guides": None}


# ── clan chat ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_clan_chat_is_the_players_and_kept_apart(file: Path) -> None:
    say(file, a_line(back(days=1)), a_line(back(days=2), "Zed Alt", 3), a_word(back(days=3), ZED))
    found = talk_of(file)
    assert (found.totals["7d"], found.clan_chat["7d"]) == (1, 2)
    assert (speaker(found, 1).messages["7d"], speaker(found, 1).clan_chat["7d"]) == (1, 2)
    assert (speaker(found, 1).last_word_at, speaker(found, 1).last_clan_chat_at) == (back(days=3), back(days=1))
    assert sum(map(sum, found.clan_chat_heat["7d"].utc)) == 2


def test_a_name_that_is_nobodys_counts_in_the_total_of_clan_chat(file: Path) -> None:
    say(file, a_line(back(days=1), "Who", None), a_line(back(days=2)))
    found = talk_of(file)
    assert (found.clan_chat["7d"], speaker(found, 1).clan_chat["7d"]) == (2, 1)


def test_a_bot_that_never_repeated_anybody_is_no_clan_chat(file: Path) -> None:
    say(file, a_line(back(days=1)), a_line(back(days=2), "thieving", None, by=98))
    found = talk_of(file)
    assert found.clan_chat["7d"] == 1
    assert sum(map(sum, found.clan_chat_heat["7d"].utc)) == 1


def test_somebody_seen_in_clan_chat_alone_is_a_speaker(file: Path) -> None:
    an_account(file, AMY, "amy", -5)
    say(file, a_line(back(days=1), "amy", 2))
    found = speaker(talk_of(file), 2)
    assert (found.name, found.in_clan, found.in_guild, found.messages) == ("amy", True, False, {})


# ── weeks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_weeks_run_from_the_one_of_the_first_message(file: Path) -> None:
    say(file, a_word(day(-15)), a_word(day(-14), AMY), a_word(day(-14, 1)), a_word(day(-1), BOB), a_line(day(-1)))
    found = talk_of(file).weeks
    assert [(week.window.since, week.messages, week.people, week.clan_chat) for week in found] == [
        (day(-21), 1, 1, 0),
        (day(-14), 2, 2, 0),
        (day(-7), 1, 1, 1),
    ]


def test_there_are_twelve_weeks_at_most_and_none_before_a_whole_one(file: Path) -> None:
    say(file, a_word(NOW))
    assert talk_of(file).weeks == ()
    say(file, a_word(day(-200)))
    assert [week.window.since for week in talk_of(file).weeks] == [day(-7 * n) for n in range(12, 0, -1)]


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_days_and_channels_of_a_year_add_up_to_the_messages_of_a_year(file: Path) -> None:
    say(file, *(a_word(day(-366) + n * timedelta(hours=7), n % 3 + ZED, channel_id=(GENERAL, HELP)[n % 2]) for n in range(1_250)))  # fmt: skip
    found = talk_of(file, time_zone="America/New_York")
    for each in found.speakers:
        year = each.messages["365d"]
        assert sum(count for _, count in each.days) == sum(count for _, count in each.channels) == year
    assert sum(s.messages["365d"] for s in found.speakers) == found.totals["365d"]
    assert sum(c.messages.get("365d", 0) for c in found.channels) == found.totals["365d"]


def test_a_message_of_this_very_millisecond_counts(file: Path) -> None:
    say(file, a_word(NOW, number=4095), a_word(NOW, AMY, id=snowflake_at(NOW) - 1))
    assert talk_of(file).totals == {"all": 2}
