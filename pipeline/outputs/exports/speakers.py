"""Who talks: everybody in the guild or in clan chat, with what they wrote, asked and answered."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from pipeline.marts.talk_model import PerPeriod, Speaker, TalkMarts
from pipeline.outputs.exports.resource import PERIOD, Field, Resource, same
from pipeline.outputs.exports.talk import is_told, of_talk
from pipeline.outputs.unknown import heard

SPEAKER: Final = same("person_id", "speakers")

Face = tuple[Speaker, bool]
"""A speaker, and whether it is known who is in the guild."""


def _faces(talk: TalkMarts) -> Iterator[Face]:
    return ((speaker, talk.identities.members_listed) for speaker in talk.speakers)


SPEAKERS: Final = Resource[Face](
    "speakers",
    "Who talks",
    "Everybody who is in the server, or wrote there or in clan chat, members of the clan or not.",
    of_talk(_faces),
    (
        Field[Face]("person_id", "integer", "The person's id here; that of people.csv, if they are in the clan.", lambda row: row[0].person_id),
        Field[Face]("name", "string", "The main account's name, else one from Discord.", lambda row: row[0].name),
        Field[Face]("in_clan", "boolean", "Whether they are in the clan.", lambda row: row[0].in_clan),
        Field[Face]("in_guild", "boolean", "Whether they are in the server; empty: nobody knows.", lambda row: row[0].in_guild if row[1] else None),
        Field[Face]("nick", "string", "Their nickname in the server.", lambda row: row[0].nick),
        Field[Face]("last_word_at", "datetime", "Last message in Discord.", lambda row: row[0].last_word_at),
        Field[Face]("last_clan_chat_at", "datetime", "Last line of clan chat.", lambda row: row[0].last_clan_chat_at),
    ),
    ("person_id",),
    known=is_told,
)  # fmt: skip


class Counted(NamedTuple):
    """A speaker in a period."""

    talk: TalkMarts
    period: str
    speaker: Speaker

    def heard(self, counts: PerPeriod) -> int | None:
        """What of *counts* is known of the period."""
        return heard(self.talk, counts, self.period)


def _counted(talk: TalkMarts) -> Iterator[Counted]:
    return (Counted(talk, key, speaker) for key in talk.heat for speaker in talk.speakers)


COUNTS: Final = Resource[Counted](
    "speaker_counts",
    "How much everybody talks",
    "Messages, questions and answers by person and period; empty where Discord withheld what was written.",
    of_talk(_counted),
    (
        Field[Counted]("period", "string", "Period: periods.csv.", lambda row: row.period),
        Field[Counted]("person_id", "integer", "Who: speakers.csv.", lambda row: row.speaker.person_id),
        Field[Counted]("messages", "integer", "Written in Discord.", lambda row: row.speaker.messages.get(row.period, 0), "messages"),
        Field[Counted]("clan_chat", "integer", "Written in clan chat.", lambda row: row.heard(row.speaker.clan_chat), "messages"),
        Field[Counted]("questions", "integer", "Asked.", lambda row: row.heard(row.speaker.questions), "questions"),
        Field[Counted]("answered", "integer", "Of these, answered.", lambda row: row.heard(row.speaker.answered), "questions"),
        Field[Counted]("answers", "integer", "Given.", lambda row: row.heard(row.speaker.answers), "answers"),
        Field[Counted]("helped", "integer", "Different people whom they answered.", lambda row: row.heard(row.speaker.helped), "people"),
        Field[Counted]("welcomes", "integer", "Newcomers whom they were the first to greet.", lambda row: row.speaker.welcomes.get(row.period, 0), "people"),
    ),
    ("period", "person_id"),
    (PERIOD, SPEAKER),
    is_told,
)  # fmt: skip

Day = tuple[Speaker, date, int]
Place = tuple[Speaker, int, int]
"""A speaker, a day or a channel, and messages."""


def _days(talk: TalkMarts) -> Iterator[Day]:
    return ((speaker, day, count) for speaker in talk.speakers for day, count in speaker.days)


def _places(talk: TalkMarts) -> Iterator[Place]:
    return ((speaker, channel, count) for speaker in talk.speakers for channel, count in speaker.channels)


DAYS: Final = Resource[Day](
    "speaker_days",
    "Talk day by day",
    "Messages in Discord by person and day over the last 365 days; days without any are left out.",
    of_talk(_days),
    (
        Field[Day]("person_id", "integer", "Who: speakers.csv.", lambda row: row[0].person_id),
        Field[Day]("on", "date", "The day in the clan's zone.", lambda row: row[1]),
        Field[Day]("messages", "integer", "Written on it.", lambda row: row[2], "messages"),
    ),
    ("person_id", "on"),
    (SPEAKER,),
    is_told,
)

PLACES: Final = Resource[Place](
    "speaker_channels",
    "Who talks where",
    "Messages in Discord by person and channel over the last 365 days.",
    of_talk(_places),
    (
        Field[Place]("person_id", "integer", "Who: speakers.csv.", lambda row: row[0].person_id),
        Field[Place]("channel_id", "string", "Channel: channels.csv.", lambda row: str(row[1])),
        Field[Place]("messages", "integer", "Written in it.", lambda row: row[2], "messages"),
    ),
    ("person_id", "channel_id"),
    (SPEAKER,),
    is_told,
)

TABLES: Final = (SPEAKERS, COUNTS, DAYS, PLACES)
