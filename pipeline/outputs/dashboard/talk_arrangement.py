"""What the page's scripts load of Discord: the maps of hours with the page, a member's own words when somebody opens them.

A map is 168 numbers in a row, Monday 0:00 first. Members are named by their place in `members`, as in `arrangement`.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from pipeline.domain.names import confirmation
from pipeline.domain.window import WINDOW_DAYS
from pipeline.marts.model import ALL_TIME, Marts
from pipeline.marts.talk_model import Heat, OnlyClan, PerPeriod, Speaker, TalkMarts, UnsureLine
from pipeline.outputs.dashboard.activity import FIRST_SHOWN, known_weeks
from pipeline.outputs.dashboard.charts import talk_trend
from pipeline.outputs.dashboard.encode import milliseconds
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.heat import zone_words
from pipeline.outputs.figures import hashed
from pipeline.outputs.unknown import heard, hours_known, what_was_asked, what_was_said_in_game

STORY_PERIODS: Final = ("7d", "30d", "90d")
STORY_DAYS: Final = 90
"""Days of a member's chart."""

STORY_CHANNELS: Final = 5
_NAME: Final = "RSN"
_ACCOUNT: Final = "DISCORD_ID"
"""What stands in a command for what is not known, or cannot stand there."""


def talk_face(marts: Marts, talk: TalkMarts, words: Words) -> dict[str, Any]:
    """The maps of hours, and the trend."""
    return {
        "zone": marts.clan.time_zone,
        "zoneWords": zone_words(marts.clan.time_zone),
        "shown": FIRST_SHOWN,
        "unheard": what_was_said_in_game(talk, marts.clan.time_zone),
        "heat": [
            {
                "key": key,
                "label": marts.periods[key].label + hours_known(talk, talk.heat[key].window),
                "days": words.span(talk.heat[key].window) + hours_known(talk, talk.heat[key].window),
                "discord": _maps(talk.heat[key]),
                "chat": _maps(talk.clan_chat_heat[key]),
                "chatHeard": talk.is_heard(talk.heat[key].window),
            }
            for key in WINDOW_DAYS
        ],
        "trend": talk_trend(known_weeks(talk.weeks), words),
    }


def talk_detail(marts: Marts, talk: TalkMarts, at: dict[int, int]) -> dict[str, Any]:
    """The Discord half of every member's story; *at* is each player's place in `members`.

    `stories` by place (a person's accounts share one story), `unknown` are members of whom no account is known: the best
    guess and its id, if there is one, and the command that ties the two; `confirm` is that of everybody else.
    """
    channels = {channel.channel_id: hashed(channel.name, channel.kind) for channel in talk.channels}
    today = words_today(marts)
    told = [speaker for speaker in talk.speakers if any(player in at for player in speaker.player_ids)]
    return {
        "guild": talk.guild,
        "periods": [marts.periods[key].label for key in STORY_PERIODS],
        "days": STORY_DAYS,
        "until": today.isoformat(),
        "people": [_story(speaker, talk, channels, today) for speaker in told],
        "confirm": confirmation(_NAME, _ACCOUNT),
        "unasked": what_was_asked(talk, marts.clan.time_zone),
        "stories": {
            str(at[player]): place
            for place, speaker in enumerate(told)
            for player in speaker.player_ids
            if player in at
        },
        "unknown": {
            str(at[line.player_id]): _unknown(line, talk.identities.unsure)
            for line in talk.identities.only_clan
            if line.player_id in at
        },
    }


def words_today(marts: Marts) -> date:
    """The clan's date of the night."""
    return Words(marts.clan.time_zone, marts.as_of).on(marts.as_of)


def _maps(heat: Heat) -> dict[str, list[int]]:
    return {
        "utc": [count for row in heat.utc for count in row],
        "clan": [count for row in heat.clan for count in row],
    }


def _story(speaker: Speaker, talk: TalkMarts, channels: dict[int, str], today: date) -> dict[str, Any]:
    first = today - timedelta(days=STORY_DAYS - 1)
    often = sorted(speaker.channels, key=lambda line: (-line[1], channels.get(line[0], "")))
    return {
        "nick": speaker.nick,
        "inGuild": speaker.in_guild if talk.identities.members_listed else None,
        "lastWordAt": milliseconds(speaker.last_word_at),
        "lastClanChatAt": milliseconds(speaker.last_clan_chat_at),
        "messages": _over(speaker.messages),
        "clanChat": [heard(talk, speaker.clan_chat, key) for key in STORY_PERIODS],
        "questions": speaker.questions.get(ALL_TIME, 0),
        "answered": speaker.answered.get(ALL_TIME, 0),
        "answers": speaker.answers.get(ALL_TIME, 0),
        "helped": speaker.helped.get(ALL_TIME, 0),
        "welcomes": speaker.welcomes.get(ALL_TIME, 0),
        "days": [[(day - first).days, count] for day, count in speaker.days if first <= day <= today],
        "channels": [[channels.get(channel_id, "a channel"), count] for channel_id, count in often[:STORY_CHANNELS]],
    }


def _over(counts: PerPeriod) -> list[int]:
    return [counts.get(key, 0) for key in STORY_PERIODS]


def _unknown(line: OnlyClan, unsure: Sequence[UnsureLine]) -> dict[str, Any]:
    account = next((str(doubt.account_id) for doubt in unsure if _guesses(doubt, line)), None)
    command = confirmation(line.player, account or _ACCOUNT) or confirmation(_NAME, account or _ACCOUNT)
    return {"guess": line.guess, "account": account, "command": command}


def _guesses(doubt: UnsureLine, line: OnlyClan) -> bool:
    """Whether *doubt* is the account that *line* guesses; nicknames may repeat, so its own guesses must name the player."""
    return doubt.account == line.guess and any(guess.player == line.player for guess in doubt.guesses)
