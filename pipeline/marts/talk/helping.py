"""Who helps: a board by different people helped, and each person's part in questions and answers."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.marts.talk.layers import Crowd, Periods, Tally
from pipeline.marts.talk.people import People
from pipeline.marts.talk.questions import Asked, typical
from pipeline.marts.talk_model import Helper


@dataclass(frozen=True, slots=True)
class Parts:
    """By person: questions asked, those of them that got an answer, answers given, and to how many different people."""

    questions: Tally = field(default_factory=Tally)
    answered: Tally = field(default_factory=Tally)
    answers: Tally = field(default_factory=Tally)
    helped: Crowd = field(default_factory=Crowd)


def parts(questions: Iterable[Asked], periods: Periods) -> Parts:
    """Everybody's part, by the periods in which the questions, which stand oldest first, were asked."""
    found = Parts()
    for keys, group in groupby(questions, lambda question: periods.keys_of(question.row.message_id)):
        asked, answered, helped = Counter[int](), Counter[int](), defaultdict[int, list[int]](list)
        for question in group:
            asked[question.asker] += 1
            if question.helper is not None:
                answered[question.asker] += 1
                helped[question.helper].append(question.asker)
        for asker, number in asked.items():
            found.questions.add(asker, keys, number)
        for asker, number in answered.items():
            found.answered.add(asker, keys, number)
        for helper, askers in helped.items():
            found.answers.add(helper, keys, len(askers))
            found.helped.add(helper, keys, askers)
    return found


def board(questions: Iterable[Asked], people: People) -> tuple[Helper, ...]:
    """Those who gave first answers to *questions*: by different people helped, then by answers; ties share a place."""
    given: dict[int, list[Asked]] = {}
    for question in questions:
        if question.helper is not None and question.helper in people.faces:
            given.setdefault(question.helper, []).append(question)
    rows = [(len({each.asker for each in mine}), len(mine), helper) for helper, mine in given.items()]
    found: list[Helper] = []
    place = 0
    for number, (helped, answers, helper) in enumerate(sorted(rows, key=lambda row: _turn(row, people)), start=1):
        if not found or (found[-1].helped, found[-1].answers) != (helped, answers):
            place = number
        waits = [each.wait for each in given[helper] if each.wait is not None]
        found.append(Helper(place, helper, people.faces[helper].name, helped, answers, typical(waits)))
    return tuple(found)


def _turn(row: tuple[int, int, int], people: People) -> tuple[int, int, str, int]:
    helped, answers, helper = row
    return -helped, -answers, people.faces[helper].name.casefold(), helper
