"""What Discord brought since the last night, in sentences."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.marts.model import NightLine
from pipeline.marts.talk.messages import Written
from pipeline.marts.talk.people import Account, People
from pipeline.marts.talk.questions import PATIENCE
from pipeline.marts.talk_model import Question


def comings_and_goings(people: People, since: datetime, until: datetime) -> list[NightLine]:
    """Who came to the guild, and who left it, in (*since*, *until*], oldest first."""
    found = []
    for face in people.faces.values():
        for each in face.accounts:
            for kind, at in (("arrived", each.joined_at), ("departed", each.left_at)):
                if at is not None and since < at <= until:
                    found.append((at, face.name.casefold(), each.account_id, kind, each))
    return [_line(each, people, came=kind == "arrived") for _at, _name, _id, kind, each in sorted(found, key=_turn)]


def _turn(row: tuple[datetime, str, int, str, Account]) -> tuple[datetime, str, int, str]:
    return row[:4]


def _line(account: Account, people: People, *, came: bool) -> NightLine:
    face = people.faces[account.person_id]
    player_id = face.player_ids[0] if face.members else None
    player = face.name if face.members else None
    if came:
        return NightLine("arrived", player_id, player, f"{face.name} came to Discord")
    return NightLine("departed", player_id, player, f"{face.name} left Discord")


def talk_line(rows: Iterable[Written], questions: int | None, people: People) -> list[NightLine]:
    """What was written, in one line; nothing if nobody wrote. *questions* are None where Discord withheld what was asked."""
    held = list(rows)
    messages = sum(row.messages for row in held)
    if not messages:
        return []
    writers = len({people.author(row.speaker) for row in held})
    told = f"{_several(writers, 'person', 'people')} wrote {_several(messages, 'message', 'messages')}"
    return [NightLine("talk", None, None, told if questions is None else f"{told}, {_asked(questions)}")]


def _asked(questions: int) -> str:
    return {0: "none of them a question", 1: "1 of them a question"}.get(questions, f"{questions} of them questions")


def _several(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def waiting_line(unanswered: Sequence[Question], since: datetime, until: datetime) -> list[NightLine]:
    """How many questions went past a day since the last night; nothing if none has. At one day sharp none is past it."""
    ripened = sum(since <= question.asked_at + PATIENCE < until for question in unanswered)
    if not ripened:
        return []
    have = "question has" if ripened == 1 else "questions have"
    return [NightLine("waiting", None, None, f"{ripened} {have} waited for more than a day")]
