"""The keys of `clan_data.json` that tell of Discord. Without Discord none of them exists.

Ids of Discord are strings, since JavaScript's numbers lose their last digits. Of a question only its place and its time are told.
From the guild's `withheld_since` on nobody knows what was asked or said in clan chat: numbers that would be zero for want of it
are null, as is who is in the guild while Discord never listed it; numbers of `response` count what is known.

Of messages sent before `singly_since` only daily sums are kept: they count in all numbers, but no map of hours (`since`) and no
median knows them, and a last word of theirs is told to the day.
"""

from collections.abc import Iterable
from typing import Any

from pipeline.marts.model import ALL_TIME, Marts
from pipeline.marts.talk_model import (
    ChatAndPlay,
    Heat,
    Helper,
    PerPeriod,
    Question,
    Response,
    Speaker,
    TalkChannel,
    TalkMarts,
    TalkWeek,
    Welcome,
)
from pipeline.outputs.dashboard.encode import instant
from pipeline.outputs.unknown import heard


def talk_payload(marts: Marts, talk: TalkMarts) -> dict[str, Any]:
    """All that is told of Discord, by key of the payload."""
    periods = tuple(marts.periods)
    return {
        "guild": {
            "id": str(talk.guild_id),
            "name": talk.guild,
            "messages": _each(talk.totals, periods),
            "people": _each(talk.people, periods),
            "clan_chat": {key: heard(talk, talk.clan_chat, key) for key in periods},
            "withheld_since": instant(talk.withheld_since),
            "singly_since": instant(talk.singly_since),
        },
        "activity": _activity(talk),
        "people": [_speaker(speaker, talk, periods) for speaker in talk.speakers],
        "channels": [_channel(channel, periods) for channel in talk.channels],
        "response": {key: _response(response) for key, response in talk.response.items()},
        "helpers": {key: [_helper(row) for row in board] for key, board in talk.helpers.items()},
        "unanswered": [_question(question) for question in talk.unanswered],
        "welcomes": [_welcome(welcome) for welcome in talk.welcomes],
        "talk_weeks": [_week(week, is_heard=talk.is_heard(week.window)) for week in talk.weeks],
        "chat_and_play": _chat_and_play(talk.chat_and_play),
        "identities": _identities(talk),
    }


def _activity(talk: TalkMarts) -> dict[str, Any]:
    """Everything that is kept singly, then the same by window. Weekdays run from Monday, hours from 0."""
    return {
        **_heat(talk, talk.heat[ALL_TIME]),
        "windows": {key: _heat(talk, heat) for key, heat in talk.heat.items() if key != ALL_TIME},
        "clan_chat": {
            **_heat(talk, talk.clan_chat_heat[ALL_TIME]),
            "windows": {key: _heat(talk, heat) for key, heat in talk.clan_chat_heat.items() if key != ALL_TIME},
        },
    }


def _heat(talk: TalkMarts, heat: Heat) -> dict[str, Any]:
    told = talk.singly(heat.window)
    return {
        "since": instant(told.since),
        "until": instant(told.until),
        "utc": [list(row) for row in heat.utc],
        "clan": [list(row) for row in heat.clan],
    }


def _each(counts: PerPeriod, periods: Iterable[str]) -> dict[str, int]:
    """*counts* with the zeros that the marts leave out."""
    return {key: counts.get(key, 0) for key in periods}


def _speaker(speaker: Speaker, talk: TalkMarts, periods: tuple[str, ...]) -> dict[str, Any]:
    return {
        "person_id": speaker.person_id,
        "name": speaker.name,
        "in_clan": speaker.in_clan,
        "in_guild": speaker.in_guild if talk.identities.members_listed else None,
        "nick": speaker.nick,
        "player_ids": list(speaker.player_ids),
        "messages": _each(speaker.messages, periods),
        "clan_chat": {key: heard(talk, speaker.clan_chat, key) for key in periods},
        "questions": heard(talk, speaker.questions, ALL_TIME),
        "answered": heard(talk, speaker.answered, ALL_TIME),
        "answers": heard(talk, speaker.answers, ALL_TIME),
        "helped": heard(talk, speaker.helped, ALL_TIME),
        "welcomes": speaker.welcomes.get(ALL_TIME, 0),
        "last_word_at": instant(speaker.last_word_at),
        "last_clan_chat_at": instant(speaker.last_clan_chat_at),
        "days": {day.isoformat(): count for day, count in speaker.days},
        "channels": {str(channel_id): count for channel_id, count in speaker.channels},
    }


def _channel(channel: TalkChannel, periods: tuple[str, ...]) -> dict[str, Any]:
    return {
        "channel_id": str(channel.channel_id),
        "name": channel.name,
        "kind": channel.kind,
        "access": channel.access,
        "url": channel.url,
        "messages": _each(channel.messages, periods),
        "people": _each(channel.people, periods),
        "last_word_at": instant(channel.last_word_at),
    }


def _response(response: Response) -> dict[str, Any]:
    return {
        "asked": response.asked,
        "answered": response.answered,
        "within_day": response.within_day,
        "ripe": response.ripe,
        "median_seconds": response.median,
    }


def _helper(row: Helper) -> dict[str, Any]:
    return {
        "place": row.place,
        "person_id": row.person_id,
        "name": row.name,
        "helped": row.helped,
        "answers": row.answers,
        "median_seconds": row.median,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "message_id": str(question.message_id),
        "channel_id": str(question.channel_id),
        "channel": question.channel,
        "thread": question.thread,
        "person_id": question.person_id,
        "asker": question.asker,
        "asked_at": instant(question.asked_at),
        "url": question.url,
        "metrics": list(question.metrics),
    }


def _welcome(welcome: Welcome) -> dict[str, Any]:
    return {
        "person_id": welcome.person_id,
        "name": welcome.name,
        "joined_at": instant(welcome.joined_at),
        "welcomed_at": instant(welcome.welcomed_at),
        "welcomed_by": welcome.welcomed_by,
    }


def _week(week: TalkWeek, *, is_heard: bool) -> dict[str, Any]:
    return {
        "since": instant(week.window.since),
        "until": instant(week.window.until),
        "messages": week.messages,
        "people": week.people,
        "clan_chat": week.clan_chat if is_heard else None,
        "asked": week.asked if is_heard else None,
        "answered": week.answered if is_heard else None,
        "within_day": week.within_day if is_heard else None,
    }


def _chat_and_play(both: ChatAndPlay) -> dict[str, Any]:
    return {
        "people": [
            {
                "person_id": dot.person_id,
                "name": dot.name,
                "messages": dot.messages,
                "experience": dot.experience,
                "quadrant": dot.quadrant,
            }
            for dot in both.dots
        ],
        "unmatched": both.unmatched,
        "rho": both.rho,
        "low": both.low,
        "high": both.high,
        "sentence": both.sentence,
    }


def _identities(talk: TalkMarts) -> dict[str, Any]:
    """How many of each; who they are stands in the workbook's sheet Identities, which is not published."""
    who = talk.identities
    return {
        "tied": len(who.ties),
        "unsure": len(who.unsure),
        "only_discord": len(who.only_discord) if who.members_listed else None,
        "only_clan": len(who.only_clan) if who.members_listed else None,
        "role_gaps": len(who.role_gaps) if who.roles_known and who.members_listed else None,
    }
