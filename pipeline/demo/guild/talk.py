"""Conversations: a few people, a few minutes, one room; somebody asks, somebody answers, at once or much later."""

from dataclasses import dataclass
from random import Random
from typing import Final

from pipeline.demo.guild import phrases
from pipeline.demo.guild.model import Post
from pipeline.demo.guild.rooms import House
from pipeline.demo.guild.scribe import Scribe
from pipeline.demo.guild.speakers import Company, Speaker
from pipeline.demo.guild.texts import Texts
from pipeline.demo.instants import DAY, HOUR, MINUTE

_SECOND: Final = 1_000
_LONGEST: Final = 12
_ROOMS: Final = {
    "general": 30, "bossing": 14, "raids": 12, "skilling": 11, "drops": 11, "off-topic": 12, "clan-help": 9,
    "campfire": 0.6, "clan-chat": 0.6,
}  # fmt: skip
_ASKS: Final = {"clan-help": 0.36, "off-topic": 0.06, "drops": 0.06}
_ASKS_ELSEWHERE: Final = 0.135
_ANSWERS_NEXT: Final = 0.62
_ANSWERS_LATER: Final = 0.78
_BY_THE_CIRCLE: Final = 0.5
_REPLIES: Final = 0.1


@dataclass(slots=True)
class _Talk:
    """A conversation as it goes on; `pending` is a question nobody has answered yet."""

    room: str
    room_id: int
    at: int
    circle: list[Speaker]
    said: list[tuple[Speaker, Post]]
    pending: tuple[Speaker, Post] | None = None


class Conversations:
    """Lets *company* talk in *house*."""

    def __init__(self, company: Company, scribe: Scribe, texts: Texts, house: House, rng: Random) -> None:
        self._company = company
        self._scribe = scribe
        self._texts = texts
        self._house = house
        self._rng = rng

    def one(self) -> None:
        """A conversation somewhere, some time; or none, if nobody was found to begin it."""
        started = self._company.starter()
        if started is None:
            return
        speaker, at = started
        room = self._rng.choices(list(_ROOMS), list(_ROOMS.values()))[0]
        talk = _Talk(room, self._house.rooms[room].id, at, [speaker], [])
        for _ in range(self._rng.choices((1, 2, 3, 4), (45, 32, 16, 7))[0]):
            partner = self._company.partner(at, talk.circle)
            if partner is not None:
                talk.circle.append(partner)
        turns = min(_LONGEST, 2 + int(self._rng.expovariate(1 / 3.2))) if len(talk.circle) > 1 else 1
        for turn in range(turns):
            self._turn(talk, speaker if turn == 0 else self._rng.choice(talk.circle))
            talk.at += self._pause()
        if talk.pending is not None and self._rng.random() < _ANSWERS_LATER:
            self._answer_later(talk.pending, talk.at)

    def answer(self, question: Post, asker: Speaker, at: int, answerer: Speaker | None = None) -> Post | None:
        """An answer to *question* by *answerer*, or else by somebody who likes to help and is there at the instant *at*."""
        answerer = answerer or self._company.answerer(at, [asker])
        if answerer is None:
            return None
        return self._scribe.say(answerer, question.room_id, at, self._texts.fill(phrases.ANSWERS), reply_to=question)

    def _turn(self, talk: _Talk, speaker: Speaker) -> None:
        rng = self._rng
        if talk.pending is not None and rng.random() < _ANSWERS_NEXT:
            self._answer_now(talk, talk.pending)
        elif talk.pending is None and rng.random() < _ASKS.get(talk.room, _ASKS_ELSEWHERE):
            post = self._scribe.say(speaker, talk.room_id, talk.at, self._texts.question(), meant=True)
            talk.pending = None if post is None else (speaker, post)
        else:
            self._state(talk, speaker)

    def _answer_now(self, talk: _Talk, pending: tuple[Speaker, Post]) -> None:
        asker, question = pending
        others = [speaker for speaker in talk.circle if speaker is not asker]
        by_circle = others and self._rng.random() < _BY_THE_CIRCLE
        answer = self.answer(question, asker, talk.at, self._rng.choice(others) if by_circle else None)
        if answer is None:
            return
        talk.pending = None
        if self._rng.random() < 0.25:
            talk.at += self._pause()
            self._scribe.say(asker, talk.room_id, talk.at, self._texts.fill(phrases.THANKS))

    def _state(self, talk: _Talk, speaker: Speaker) -> None:
        rng = self._rng
        text, attachments = self._texts.statement(talk.room, rng.choice(talk.circle).id), 0
        if talk.room == "drops" and rng.random() < 0.2:
            text, attachments = ("" if rng.random() < 0.5 else text), rng.choice((1, 1, 1, 2))
        earlier = [post for other, post in talk.said[-4:] if other is not speaker]
        replies_to = rng.choice(earlier) if earlier and rng.random() < _REPLIES else None
        post = self._scribe.say(speaker, talk.room_id, talk.at, text, reply_to=replies_to, attachments=attachments)
        if post is not None:
            talk.said.append((speaker, post))

    def _answer_later(self, pending: tuple[Speaker, Post], at: int) -> None:
        asker, question = pending
        for _ in range(6):
            then = at + self._delay()
            if self._company.moods.happens(then, question.id) and self.answer(question, asker, then) is not None:
                return

    def _delay(self) -> int:
        kind = self._rng.random()
        if kind < 0.7:
            return int(self._rng.expovariate(1 / (45 * MINUTE))) + MINUTE
        if kind < 0.92:
            return int(self._rng.uniform(2 * HOUR, 20 * HOUR))
        return int(self._rng.uniform(25 * HOUR, 3 * DAY))

    def _pause(self) -> int:
        return 3 * _SECOND + int(self._rng.expovariate(1 / (55 * _SECOND)))
