"""Who helps: a board by different people helped, and each person's part in questions and answers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.marts.talk.layers import Crowd, Layer, Periods, Tally
from pipeline.marts.talk.people import People
from pipeline.marts.talk.questions import Asked, Settled, typical
from pipeline.marts.talk_model import Helper


@dataclass(frozen=True, slots=True)
class Parts:
    """By person: questions asked, those of them that got an answer, answers given, and to how many different people."""

    questions: Tally = field(default_factory=Tally)
    answered: Tally = field(default_factory=Tally)
    answers: Tally = field(default_factory=Tally)
    helped: Crowd = field(default_factory=Crowd)


def parts(questions: Iterable[Asked], periods: Periods, old: Iterable[tuple[Layer, Sequence[Settled]]] = ()) -> Parts:
    """Everybody's part, by the periods in which the questions, which stand oldest first, were asked; *old* ones by layer."""
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
    for layer, settled in old:
        for each in settled:
            found.questions.add(each.asker, layer.keys, each.questions)
            if each.helper is not None:
                found.answered.add(each.asker, layer.keys, each.questions)
                found.answers.add(each.helper, layer.keys, each.questions)
                found.helped.add(each.helper, layer.keys, [each.asker])
    return found


def board(questions: Iterable[Asked], people: People, old: Iterable[Settled] = ()) -> tuple[Helper, ...]:
    """Those who gave first answers to *questions*, and to *old* ones: by different people helped, then by answers; ties share a place."""
    waits: defaultdict[int, list[int]] = defaultdict(list)
    answers: Counter[int] = Counter()
    askers: defaultdict[int, set[int]] = defaultdict(set)
    for question in questions:
        if question.helper is not None and question.wait is not None:
            waits[question.helper].append(question.wait)
            answers[question.helper] += 1
            askers[question.helper].add(question.asker)
    for each in old:
        if each.helper is not None:
            answers[each.helper] += each.questions
            askers[each.helper].add(each.asker)
    rows = [(len(askers[helper]), number, helper) for helper, number in answers.items() if helper in people.faces]
    found: list[Helper] = []
    place = 0
    for number, (helped, given, helper) in enumerate(sorted(rows, key=lambda row: _turn(row, people)), start=1):
        if not found or (found[-1].helped, found[-1].answers) != (helped, given):
            place = number
        mine = typical(waits[helper]) if helper in waits else None
        found.append(Helper(place, helper, people.faces[helper].name, helped, given, mine))
    return tuple(found)


def _turn(row: tuple[int, int, int], people: People) -> tuple[int, int, str, int]:
    helped, answers, helper = row
    return -helped, -answers, people.faces[helper].name.casefold(), helper
