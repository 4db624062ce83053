"""The talk that tests are given agrees with itself, as that of a real guild does."""

import pytest
from builders import a_marts
from talk_builders import a_talk, an_empty_talk, talking_marts

from pipeline.marts.talk_model import TalkMarts

SIZES = (0, 1, 2, 12, 60)


@pytest.mark.parametrize("members", SIZES)
def test_talk_is_the_same_every_time(members: int) -> None:
    assert a_talk.__wrapped__(members) == a_talk(members)
    assert talking_marts(members).talk == a_talk(members)


@pytest.mark.parametrize("members", SIZES)
def test_totals_are_those_of_people_channels_and_heat(members: int) -> None:
    talk = a_talk(members)
    for key, heat in talk.heat.items():
        total = talk.totals.get(key, 0)
        assert sum(map(sum, heat.utc)) == sum(map(sum, heat.clan)) == total
        assert sum(speaker.messages.get(key, 0) for speaker in talk.speakers) == total
        assert sum(channel.messages.get(key, 0) for channel in talk.channels) == total
        assert sum(bool(speaker.messages.get(key)) for speaker in talk.speakers) == talk.people.get(key, 0)


@pytest.mark.parametrize("members", SIZES)
def test_days_channels_and_the_last_week_add_up(members: int) -> None:
    talk = a_talk(members)
    for speaker in talk.speakers:
        year = speaker.messages.get("365d", 0)
        assert year == sum(count for _day, count in speaker.days) == sum(count for _id, count in speaker.channels)
    assert talk.weeks[-1].messages == talk.totals.get("7d", 0)
    assert talk.weeks[-1].window == talk.heat["7d"].window


@pytest.mark.parametrize("members", SIZES)
def test_helpers_are_those_who_answered(members: int) -> None:
    talk = a_talk(members)
    for key, board in talk.helpers.items():
        speakers = {speaker.person_id: speaker for speaker in talk.speakers}
        assert sum(helper.answers for helper in board) == talk.response[key].answered
        assert [(speakers[row.person_id].helped[key], speakers[row.person_id].answers[key]) for row in board] == [
            (row.helped, row.answers) for row in board
        ]
        assert [row.helped for row in board] == sorted((row.helped for row in board), reverse=True)


def test_a_clan_of_twelve_has_every_sort() -> None:
    talk = a_talk(12)
    who = talk.identities
    assert all((talk.unanswered, who.ties, who.unsure, who.only_discord, who.only_clan, who.role_gaps))
    assert {newcomer.welcomed_by is None for newcomer in talk.welcomes} == {True, False}
    assert {channel.access for channel in talk.channels} == {
        "open", "hidden", "no_history", "no_connect", "unknown_type", "gone",
    }  # fmt: skip


def test_people_are_those_of_the_clan() -> None:
    members = {member.player_id for member in a_marts(60).members}
    assert {player for speaker in a_talk(60).speakers for player in speaker.player_ids} <= members


def test_nothing_was_said_in_the_empty_guild() -> None:
    talk: TalkMarts = an_empty_talk()
    assert not any((talk.totals, talk.speakers, talk.channels, talk.unanswered))
    assert not any(sum(map(sum, heat.utc)) for heat in talk.heat.values())
