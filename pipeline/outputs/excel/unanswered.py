"""Questions that wait, where they stand, and a link; never what they say."""

from typing import Final

from pipeline.marts.talk_model import Question, TalkMarts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.rules import age
from pipeline.outputs.excel.sheet import Column, Link, Table

EMPTY: Final = "Nothing to do: no question of the last 30 days waits for an answer."


def unanswered_table(answers: Answers, talk: TalkMarts) -> Table[Question]:
    """Every question of the last 30 days that waits for more than a day, the newest first."""
    as_of = answers.marts.as_of
    columns = (
        Column[Question]("who", "Who asked", lambda q: q.asker, "name", 22),
        Column[Question]("asked", "Asked", lambda q: q.asked_at, "moment", rules=(age(),)),
        Column[Question]("waiting", "Waiting for", lambda q: as_of - q.asked_at, "span"),
        Column[Question]("link", "Answer it", lambda q: Link(q.url, "Open in Discord"), "link", 17),
        Column[Question]("where", "Where", where, "sentence", 20),
        Column[Question]("about", "About", lambda q: answers.metric_names(q.metrics), "sentence", 20),
    )
    waiting = f": {len(talk.unanswered):,}" if talk.unanswered else ""
    return Table("Unanswered", f"Who waits for an answer{waiting}", columns, talk.unanswered, EMPTY)


def where(question: Question) -> str:
    """The channel and, if it stands in one, the thread."""
    return f"#{question.channel}" if question.thread is None else f"#{question.channel} › {question.thread}"
