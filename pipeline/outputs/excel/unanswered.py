"""The sheet Unanswered: questions that wait, where they stand, and a link; never what they say."""

from typing import Final

from pipeline.marts.talk_model import Question, TalkMarts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.rules import age
from pipeline.outputs.excel.sheet import Column, Link, Sheet, Table
from pipeline.outputs.unknown import what_was_asked

EMPTY: Final = "Nothing to do: no question of the last 30 days waits for an answer."

_NOTE: Final = (
    "Who waits for an answer? Questions of the last 30 days without one for more than a day, newest first. "
    "What they say is not kept: the link leads there."
)


def unanswered_sheet(answers: Answers, talk: TalkMarts) -> Sheet:
    """Every question that waits for more than a day, and below them what nobody can know."""
    as_of = answers.marts.as_of
    unknown = what_was_asked(talk, answers.marts.clan.time_zone)
    columns = (
        Column[Question]("asked", "Asked", lambda q: q.asked_at, "moment", rules=(age(),)),
        Column[Question]("waiting", "Waiting for", lambda q: as_of - q.asked_at, "span"),
        Column[Question]("who", "Who asked", lambda q: q.asker, "name", 20),
        Column[Question]("where", "Where", where, width=34),
        Column[Question]("about", "About", lambda q: answers.metric_names(q.metrics), width=30),
        Column[Question]("link", "Answer it", lambda q: Link(q.url, "Open in Discord"), "link", 18),
    )
    table = Table("Unanswered", "", columns, talk.unanswered, unknown or EMPTY)
    if unknown is None or not talk.unanswered:
        return Sheet("Unanswered", _NOTE, (table,), frozen=0)
    return Sheet("Unanswered", _NOTE, (table, Table("NotHeard", "What is not known", (), (), unknown)), frozen=0)


def where(question: Question) -> str:
    """The channel and, if it stands in one, the thread."""
    return f"#{question.channel}" if question.thread is None else f"#{question.channel} › {question.thread}"
