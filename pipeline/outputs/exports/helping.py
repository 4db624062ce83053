"""Questions and who answers them, newcomers and who greets them. Of a question only its place and its time are told."""

from collections.abc import Iterator
from typing import Final

from pipeline.marts.model import Marts
from pipeline.marts.talk_model import Helper, Question, Response, TalkMarts, Welcome
from pipeline.outputs.exports.resource import PERIOD, Field, Resource, same
from pipeline.outputs.exports.speakers import SPEAKER
from pipeline.outputs.exports.talk import is_told, of_talk

Fared = tuple[str, Response]
Ranked = tuple[str, Helper]
Newcomer = tuple[int, Welcome]
"""A period with its answer; a newcomer with their number in the list."""


def lists_members(marts: Marts) -> bool:
    """Whether it is known who is in the guild, and who came to it."""
    return marts.talk is not None and marts.talk.identities.members_listed


def _helpers(talk: TalkMarts) -> Iterator[Ranked]:
    return ((key, helper) for key, board in talk.helpers.items() for helper in board)


def _welcomes(talk: TalkMarts) -> Iterator[Newcomer]:
    return enumerate(talk.welcomes, start=1)


RESPONSE: Final = Resource[Fared](
    "response",
    "How questions fare",
    "Questions that are known, by period.",
    of_talk(lambda talk: talk.response.items()),
    (
        Field[Fared]("period", "string", "Period: periods.csv.", lambda row: row[0]),
        Field[Fared]("asked", "integer", "Questions.", lambda row: row[1].asked, "questions"),
        Field[Fared]("answered", "integer", "Of these, answered.", lambda row: row[1].answered, "questions"),
        Field[Fared]("within_day", "integer", "Of these, within 24 hours.", lambda row: row[1].within_day, "questions"),
        Field[Fared]("ripe", "integer", "Questions that are answered or at least 24 hours old.", lambda row: row[1].ripe, "questions"),
        Field[Fared]("median_wait", "number", "Time to the first answer, over those asked from guild.csv's `singly_since` on; empty without any.", lambda row: row[1].median, "seconds"),
    ),
    ("period",),
    (PERIOD,),
    is_told,
)  # fmt: skip

HELPERS: Final = Resource[Ranked](
    "helpers",
    "Who helps",
    "By different people helped, then by answers; ties share a place.",
    of_talk(_helpers),
    (
        Field[Ranked]("period", "string", "Period: periods.csv.", lambda row: row[0]),
        Field[Ranked]("place", "integer", "1 helped most.", lambda row: row[1].place, "place"),
        Field[Ranked]("person_id", "integer", "Who: speakers.csv.", lambda row: row[1].person_id),
        Field[Ranked]("name", "string", "Their name.", lambda row: row[1].name),
        Field[Ranked]("helped", "integer", "Different people whom they answered.", lambda row: row[1].helped, "people"),
        Field[Ranked]("answers", "integer", "Questions that they answered.", lambda row: row[1].answers, "answers"),
        Field[Ranked](
            "median_wait",
            "number",
            "Time to their answer, over the same; empty without any.",
            lambda row: row[1].median,
            "seconds",
        ),
    ),
    ("period", "person_id"),
    (PERIOD, SPEAKER),
    is_told,
)

UNANSWERED: Final = Resource[Question](
    "unanswered",
    "Questions without an answer",
    "Questions of the last 30 days that wait for more than a day: where they stand, never what they say.",
    of_talk(lambda talk: talk.unanswered),
    (
        Field[Question]("message_id", "string", "Its id at Discord.", lambda q: str(q.message_id)),
        Field[Question]("channel_id", "string", "Channel: channels.csv.", lambda q: str(q.channel_id)),
        Field[Question]("channel", "string", "Name of the channel.", lambda q: q.channel),
        Field[Question]("thread", "string", "Name of the thread, if it stands in one.", lambda q: q.thread),
        Field[Question]("person_id", "integer", "Who asked, if known: speakers.csv.", lambda q: q.person_id),
        Field[Question]("account_id", "string", "Discord account that asked.", lambda q: None if q.account_id is None else str(q.account_id)),
        Field[Question]("asker", "string", "Name of who asked.", lambda q: q.asker),
        Field[Question]("asked_at", "datetime", "When.", lambda q: q.asked_at),
        Field[Question]("url", "string", "Where it stands.", lambda q: q.url),
        Field[Question]("metrics", "string", "Keys of the metrics that it seems to be about, parted by commas.", lambda q: ",".join(q.metrics)),
    ),
    ("message_id",),
    (same("channel_id", "channels"),),
    is_told,
)  # fmt: skip

WELCOMES: Final = Resource[Newcomer](
    "welcomes",
    "Newcomers and their welcome",
    "Who came to the server in the last 90 days, and who replied to them first, within a week.",
    of_talk(_welcomes),
    (
        Field[Newcomer]("number", "integer", "Place in the list.", lambda row: row[0], "place"),
        Field[Newcomer]("person_id", "integer", "Who came.", lambda row: row[1].person_id),
        Field[Newcomer]("name", "string", "Their name.", lambda row: row[1].name),
        Field[Newcomer]("joined_at", "datetime", "When they came.", lambda row: row[1].joined_at),
        Field[Newcomer]("welcomed_at", "datetime", "When they were first replied to; empty: not yet.", lambda row: row[1].welcomed_at),
        Field[Newcomer]("welcomed_by", "string", "By whom.", lambda row: row[1].welcomed_by),
    ),
    ("number",),
    known=lists_members,
)  # fmt: skip

TABLES: Final = (RESPONSE, HELPERS, UNANSWERED, WELCOMES)
