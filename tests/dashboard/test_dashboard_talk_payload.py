"""What `clan_data.json` and the page's scripts tell of Discord is what the marts say, and nothing where there is no Discord."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from builders import a_marts
from talk_builders import an_empty_talk, talking_marts

from pipeline.marts.model import ALL_TIME, Marts, SourceState
from pipeline.marts.talk_model import TalkMarts
from pipeline.outputs.dashboard.arrangement import detail, face
from pipeline.outputs.dashboard.encode import instant, json_bytes
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.payload import SCHEMA_VERSION, payload
from pipeline.outputs.dashboard.talk_arrangement import STORY_DAYS

WINDOWS = ("7d", "30d", "90d", "365d")
OF_DISCORD = {
    "guild", "activity", "people", "channels", "response", "helpers", "unanswered", "welcomes", "talk_weeks",
    "chat_and_play", "identities",
}  # fmt: skip


@pytest.fixture(scope="module")
def marts() -> Marts:
    return talking_marts(24)


@pytest.fixture(scope="module")
def talk(marts: Marts) -> TalkMarts:
    assert marts.talk
    return marts.talk


@pytest.fixture(scope="module")
def night(marts: Marts) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json_bytes(payload(marts)))
    return read


@pytest.fixture(scope="module")
def story(marts: Marts) -> dict[str, Any]:
    told: dict[str, Any] = detail(marts)["talk"]
    return told


def faced(marts: Marts) -> dict[str, Any]:
    return face(marts, Words(marts.clan.time_zone, marts.as_of))


def test_discord_adds_keys_and_changes_none(marts: Marts, night: dict[str, Any]) -> None:
    without = json.loads(json_bytes(payload(replace(marts, talk=None))))
    assert night.keys() - without.keys() == OF_DISCORD
    assert {key: night[key] for key in without} == without
    assert night["schema_version"] == SCHEMA_VERSION


def test_without_discord_none_of_its_keys_exists() -> None:
    marts = a_marts(12)
    assert not OF_DISCORD & payload(marts).keys()
    assert payload(marts)["sources"].keys() == {"wom"}
    assert "talk" not in faced(marts)
    assert "talk" not in detail(marts)


def test_the_map_of_everything_held_and_those_of_the_windows_are_told(night: dict[str, Any], talk: TalkMarts) -> None:
    for told, heats in ((night["activity"], talk.heat), (night["activity"]["clan_chat"], talk.clan_chat_heat)):
        assert told["utc"] == [list(row) for row in heats[ALL_TIME].utc]
        assert told["clan"] == [list(row) for row in heats[ALL_TIME].clan]
        assert (told["since"], told["until"]) == (
            instant(heats[ALL_TIME].window.since),
            instant(heats[ALL_TIME].window.until),
        )
        assert tuple(told["windows"]) == WINDOWS
        for key, window in told["windows"].items():
            assert (window["utc"], window["clan"]) == (
                [list(row) for row in heats[key].utc],
                [list(row) for row in heats[key].clan],
            )


def test_people_are_told_with_every_period_and_whole_numbers_of_questions(
    night: dict[str, Any], talk: TalkMarts
) -> None:
    assert [person["person_id"] for person in night["people"]] == [speaker.person_id for speaker in talk.speakers]
    for person, speaker in zip(night["people"], talk.speakers, strict=True):
        assert person["messages"] == {key: speaker.messages.get(key, 0) for key in (*WINDOWS, ALL_TIME)}
        assert person["clan_chat"] == {key: speaker.clan_chat.get(key, 0) for key in (*WINDOWS, ALL_TIME)}
        for name in ("questions", "answered", "answers", "helped", "welcomes"):
            assert person[name] == getattr(speaker, name).get(ALL_TIME, 0)
        assert (person["name"], person["in_clan"]) == (speaker.name, speaker.in_clan)
        assert person["last_word_at"] == instant(speaker.last_word_at)
        assert person["days"] == {day.isoformat(): count for day, count in speaker.days}
    assert any(not person["messages"]["7d"] for person in night["people"])


def test_messages_of_people_channels_and_maps_are_the_same_messages(night: dict[str, Any]) -> None:
    for key in (*WINDOWS, ALL_TIME):
        total = night["guild"]["messages"][key]
        heat = night["activity"] if key == ALL_TIME else night["activity"]["windows"][key]
        assert total > 0
        assert sum(person["messages"][key] for person in night["people"]) == total
        assert sum(channel["messages"][key] for channel in night["channels"]) == total
        assert sum(map(sum, heat["utc"])) == sum(map(sum, heat["clan"])) == total


def test_ids_of_discord_are_text_since_numbers_lose_their_last_digits(night: dict[str, Any], talk: TalkMarts) -> None:
    assert night["guild"]["id"] == str(talk.guild_id)
    assert [channel["channel_id"] for channel in night["channels"]] == [str(one.channel_id) for one in talk.channels]
    assert night["unanswered"][0]["message_id"] == str(talk.unanswered[0].message_id)
    largest = max(found for found in numbers(night) if isinstance(found, int))
    assert largest < 2**53


def numbers(value: Any) -> list[int | float]:
    """Every number inside *value*."""
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers(part)]
    if isinstance(value, list):
        return [number for part in value for number in numbers(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_boards_questions_welcomes_and_weeks_are_those_of_the_marts(night: dict[str, Any], talk: TalkMarts) -> None:
    for key, board in talk.helpers.items():
        assert [(row["place"], row["person_id"], row["helped"], row["answers"]) for row in night["helpers"][key]] == [
            (row.place, row.person_id, row.helped, row.answers) for row in board
        ]
    assert [(row["url"], row["asked_at"], row["metrics"]) for row in night["unanswered"]] == [
        (row.url, instant(row.asked_at), list(row.metrics)) for row in talk.unanswered
    ]
    assert [row["welcomed_at"] for row in night["welcomes"]] == [instant(row.welcomed_at) for row in talk.welcomes]
    assert [(week["messages"], week["people"], week["within_day"]) for week in night["talk_weeks"]] == [
        (week.messages, week.people, week.within_day) for week in talk.weeks
    ]
    month = night["response"]["30d"]
    assert (month["asked"], month["answered"]) == (talk.response["30d"].asked, talk.response["30d"].answered)


def test_of_accounts_only_how_many_are_told(night: dict[str, Any], talk: TalkMarts) -> None:
    assert night["identities"] == {
        "tied": len(talk.identities.ties),
        "unsure": len(talk.identities.unsure),
        "only_discord": len(talk.identities.only_discord),
        "only_clan": len(talk.identities.only_clan),
        "role_gaps": len(talk.identities.role_gaps),
    }
    assert talk.identities.unsure
    assert not any(str(line.account_id) in json.dumps(night) for line in talk.identities.unsure)


def test_a_source_tells_what_of_it_is_missing_only_where_something_is(marts: Marts) -> None:
    sources = payload(marts)["sources"]
    assert sources["discord"]["note"] == "3 channels are closed to the bot"
    assert sources["wom"].keys() == {"fetched_at", "state"}
    never = replace(marts.freshness, sources=(SourceState("discord", None, "never"),))
    assert payload(replace(marts, freshness=never))["sources"] == {"discord": {"fetched_at": None, "state": "never"}}


def test_a_silent_guild_has_a_whole_payload() -> None:
    night = payload(replace(a_marts(3), talk=an_empty_talk()))
    assert night.keys() >= OF_DISCORD
    assert night["activity"]["utc"] == [[0] * 24] * 7
    assert night["guild"]["messages"] == dict.fromkeys((*WINDOWS, ALL_TIME), 0)
    assert night["people"] == []


def test_the_pages_maps_are_those_of_the_marts_in_a_row(marts: Marts, talk: TalkMarts) -> None:
    for period in faced(marts)["talk"]["heat"]:
        for name, heats in (("discord", talk.heat), ("chat", talk.clan_chat_heat)):
            for zone in ("utc", "clan"):
                cells = getattr(heats[period["key"]], zone)
                assert period[name][zone] == [count for row in cells for count in row]


def test_a_members_story_holds_their_own_words(marts: Marts, talk: TalkMarts, story: dict[str, Any]) -> None:
    at = {member.player_id: str(place) for place, member in enumerate(marts.members)}
    first_day = date.fromisoformat(story["until"]) - timedelta(days=STORY_DAYS - 1)
    told = 0
    for speaker in talk.speakers:
        for player in speaker.player_ids:
            own = story["people"][story["stories"][at[player]]]
            assert own["messages"] == [speaker.messages.get(key, 0) for key in ("7d", "30d", "90d")]
            days = {(first_day + timedelta(days=day)): count for day, count in own["days"]}
            assert days == {day: count for day, count in speaker.days if day >= first_day}
            told += len(days)
    assert told > 100


def test_main_and_alt_share_one_story(marts: Marts, talk: TalkMarts) -> None:
    main, alt = marts.members[:2]
    twofold = replace(talk.speakers[0], player_ids=(main.player_id, alt.player_id))
    story = detail(replace(marts, talk=replace(talk, speakers=(twofold,))))["talk"]
    assert story["stories"] == {"0": 0, "1": 0}


def test_who_left_the_clan_has_no_story(marts: Marts, talk: TalkMarts) -> None:
    gone = replace(talk.speakers[0], player_ids=(999_999,), name="Somebody gone")
    story = detail(replace(marts, talk=replace(talk, speakers=(gone,))))["talk"]
    assert (story["stories"], story["people"]) == ({}, [])


def test_a_member_of_whom_no_account_is_known_has_the_best_guess_and_its_id(
    marts: Marts, talk: TalkMarts, story: dict[str, Any]
) -> None:
    at = {member.player_id: str(place) for place, member in enumerate(marts.members)}
    ids = {line.guesses[0].player: str(line.account_id) for line in talk.identities.unsure}
    assert story["unknown"].keys() == {at[line.player_id] for line in talk.identities.only_clan}
    for line in talk.identities.only_clan:
        guess = story["unknown"][at[line.player_id]]
        account = ids.get(line.player)
        assert guess == {
            "guess": line.guess,
            "account": account,
            "command": f'uv run clanstats identities --confirm "{line.player}={account or "DISCORD_ID"}"',
        }
    assert story["confirm"] == 'uv run clanstats identities --confirm "RSN=DISCORD_ID"'
    assert any(line.guess for line in talk.identities.only_clan)
    assert any(line.guess is None for line in talk.identities.only_clan)


@pytest.mark.parametrize("name", ['a"; rm -rf ~', "$(reboot)", "`x`", "-flag", "two\nlines", "a\\"])
def test_a_name_that_is_not_safe_in_a_command_is_left_out_of_it(marts: Marts, talk: TalkMarts, name: str) -> None:
    known = replace(talk.identities.only_clan[0], player=name)
    odd = replace(talk, identities=replace(talk.identities, only_clan=(known,)))
    (unknown,) = detail(replace(marts, talk=odd))["talk"]["unknown"].values()
    assert unknown["command"] == 'uv run clanstats identities --confirm "RSN=DISCORD_ID"'


def test_what_discord_withheld_is_null_and_no_zero(marts: Marts, talk: TalkMarts) -> None:
    withheld = talk.weeks[-2].window.until
    quiet = replace(talk, withheld_since=withheld, clan_chat={"all": 5})
    mute = replace(talk.speakers[0], clan_chat={}, questions={}, answered={}, answers={"all": 3}, helped={})
    odd = replace(marts, talk=replace(quiet, speakers=(mute,)))
    night = payload(odd)
    assert night["guild"]["withheld_since"] == instant(withheld)
    assert night["guild"]["clan_chat"] == {**dict.fromkeys(WINDOWS), "all": 5}
    (person,) = night["people"]
    assert person["clan_chat"] == dict.fromkeys((*WINDOWS, ALL_TIME))
    assert [person[key] for key in ("questions", "answered", "answers", "helped")] == [None, None, 3, None]
    last, before = night["talk_weeks"][-1], night["talk_weeks"][-2]
    assert [last[key] for key in ("clan_chat", "asked", "answered", "within_day")] == [None] * 4
    assert (before["asked"], last["messages"]) == (talk.weeks[-2].asked, talk.weeks[-1].messages)
    story = detail(odd)["talk"]
    assert story["people"][0]["clanChat"] == [None, None, None]
    assert "is not known" in story["unasked"]
    heat = faced(odd)["talk"]
    assert "clan chat since" in heat["unheard"]
    assert not any(period["chatHeard"] for period in heat["heat"])


def test_a_map_begins_where_single_messages_do(marts: Marts, talk: TalkMarts) -> None:
    since = talk.heat["30d"].window.since
    told = payload(replace(marts, talk=replace(talk, singly_since=since)))
    assert (told["guild"]["singly_since"], told["activity"]["since"]) == (instant(since), instant(since))
    assert told["activity"]["windows"]["7d"]["since"] == instant(talk.heat["7d"].window.since)
    assert payload(marts)["guild"]["singly_since"] is None


def test_nothing_withheld_is_told_as_such(marts: Marts, night: dict[str, Any], story: dict[str, Any]) -> None:
    heat = faced(marts)["talk"]
    assert (night["guild"]["withheld_since"], story["unasked"], heat["unheard"]) == (None, None, None)
    assert all(period["chatHeard"] for period in heat["heat"])


def test_who_is_in_the_guild_is_null_until_discord_lists_it(marts: Marts, talk: TalkMarts) -> None:
    odd = replace(marts, talk=replace(talk, identities=replace(talk.identities, members_listed=False)))
    night = payload(odd)
    assert {person["in_guild"] for person in night["people"]} == {None}
    assert [night["identities"][key] for key in ("only_discord", "only_clan", "role_gaps")] == [None] * 3
    assert night["identities"]["tied"] == len(talk.identities.ties)
    assert {person["inGuild"] for person in detail(odd)["talk"]["people"]} == {None}
