"""Everybody who talks, on the sheet Activity: how much, where, and how they help."""

from collections.abc import Callable, Mapping
from typing import Final

from pipeline.marts.talk_model import PerPeriod, Quadrant, Speaker, TalkMarts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.rules import age, bars, unknown
from pipeline.outputs.excel.sheet import Column, Table, Value
from pipeline.outputs.unknown import heard

_QUADRANTS: Final[Mapping[Quadrant, str]] = {
    "both": "talks and plays", "talks": "only talks", "plays": "only plays", "neither": "neither",
}  # fmt: skip


def people_table(talk: TalkMarts, answers: Answers) -> Table[Speaker]:
    """Everybody, whether they talk or not."""
    quadrants = {dot.person_id: dot.quadrant for dot in talk.chat_and_play.dots}
    channels = {channel.channel_id: channel.name for channel in talk.channels}

    def month(counts: Callable[[Speaker], PerPeriod]) -> Callable[[Speaker], int | None]:
        return lambda speaker: heard(talk, counts(speaker), "30d")

    def place(speaker: Speaker) -> str | None:
        return _QUADRANTS[quadrants[speaker.person_id]] if speaker.person_id in quadrants else None

    columns = (
        Column[Speaker]("name", "Name", _name(answers), "name_link", 22),
        Column[Speaker]("clan", "In the clan", lambda s: _yes(answer=s.in_clan), "centre"),
        Column[Speaker]("messages_7d", "Messages 7d", lambda s: s.messages.get("7d", 0), "count", rules=(bars(),)),
        Column[Speaker]("messages_30d", "Messages 30d", lambda s: s.messages.get("30d", 0), "count", rules=(bars(),)),
        Column[Speaker]("messages_90d", "Messages 90d", lambda s: s.messages.get("90d", 0), "count", rules=(bars(),)),
        Column[Speaker]("clan_chat", "Clan chat 30d", month(lambda s: s.clan_chat), "count", rules=(bars(GREEN_SOFT),)),
        Column[Speaker]("answers", "Answers given 30d", month(lambda s: s.answers), "count"),
        Column[Speaker]("helped", "People helped 30d", month(lambda s: s.helped), "count"),
        Column[Speaker]("last", "Last word", lambda s: s.last_word_at, "day", rules=(unknown(), age())),
        Column[Speaker]("channel", "Talks most in", lambda s: _home(s, channels), width=22),
        Column[Speaker](
            "guild", "In Discord as", lambda s: (s.nick or "(no nickname)") if s.in_guild else None, width=22
        ),
        Column[Speaker]("quadrant", "Talk and play 30d", place, width=17),
        Column[Speaker]("questions", "Questions 30d", month(lambda s: s.questions), "count"),
        Column[Speaker]("answered", "Got an answer 30d", month(lambda s: s.answered), "count"),
        Column[Speaker]("last_chat", "Last in clan chat", lambda s: s.last_clan_chat_at, "moment", rules=(unknown(),)),
    )
    return Table("Talkers", "", columns, talk.speakers, "Nobody is known in Discord yet.")


def _name(answers: Answers) -> Callable[[Speaker], Value]:
    """The name, leading to the page of the main account."""
    return lambda speaker: answers.linked(next(iter(speaker.player_ids), None), speaker.name)


def _yes(*, answer: bool) -> str:
    return "yes" if answer else "no"


def _home(speaker: Speaker, channels: Mapping[int, str]) -> str | None:
    """The channel in which *speaker* wrote most in a year."""
    if not speaker.channels:
        return None
    channel_id, _count = min(speaker.channels, key=lambda pair: (-pair[1], pair[0]))
    return f"#{channels[channel_id]}" if channel_id in channels else None
