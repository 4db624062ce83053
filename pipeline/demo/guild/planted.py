"""The cases that every guild has, however it talks: they are written before chance has its way."""

from random import Random
from typing import Final

from pipeline.demo.guild import asking, phrases
from pipeline.demo.guild.model import REPLY, Post, ThreadRoom
from pipeline.demo.guild.rooms import House
from pipeline.demo.guild.scribe import Scribe
from pipeline.demo.guild.speakers import Company, Speaker
from pipeline.demo.guild.talk import Conversations
from pipeline.demo.guild.texts import Texts
from pipeline.demo.guild.threads import Threads
from pipeline.demo.instants import DAY, HOUR, MINUTE
from pipeline.demo.script import Calendar

_TRIES: Final = 50


class Planted:
    """Plants them; in a clan too small or too young for one of them it is left out."""

    def __init__(
        self,
        calendar: Calendar,
        company: Company,
        scribe: Scribe,
        texts: Texts,
        house: House,
        clerk_id: int,
        rng: Random,
    ) -> None:
        self._calendar = calendar
        self._company = company
        self._scribe = scribe
        self._texts = texts
        self._room_id = house.rooms["clan-help"].id
        self._clerk_id = clerk_id
        self._rng = rng

    def questions(self, conversations: Conversations) -> None:
        """Questions answered by the asker only, by a bot only, after more than a day, and by nobody of late."""
        for days in (27.0, 20.0):
            asked = self._ask(days)
            if asked is not None:
                asker, question, at = asked
                self._scribe.say(asker, self._room_id, at + 9 * MINUTE, "nvm, found it on the wiki", reply_to=question)
        for days in (23.0, 16.0):
            asked = self._ask(days)
            if asked is not None:
                _, question, at = asked
                self._scribe.note(self._clerk_id, self._room_id, at + 2_000, self._texts.fill(phrases.BOT_ANSWERS),
                                  kind=REPLY, reply_to=question.id)  # fmt: skip
        for days in (12.0, 9.0, 5.0):
            asked = self._ask(days)
            if asked is not None:
                asker, question, at = asked
                conversations.answer(question, asker, at + DAY + int(self._rng.uniform(1, 14) * HOUR))
        for days in (3.5, 2.1, 1.2, 0.3):
            self._ask(days)

    def threads(self, threads: Threads) -> ThreadRoom | None:
        """Threads that are active now, and one that is small and of which nothing will be left; the latter."""
        for days in (1.6, 0.9, 0.4):
            started = self._somebody(days)
            if started is not None:
                threads.from_question(*started)
        started = self._somebody(2.4)
        return None if started is None else threads.out_of_nothing(*started, messages=3)

    def _ask(self, days: float) -> tuple[Speaker, Post, int] | None:
        started = self._somebody(days)
        if started is None:
            return None
        speaker, at = started
        question = self._scribe.say(speaker, self._room_id, at, self._texts.fill(asking.MARKED), meant=True)
        return None if question is None else (speaker, question, at)

    def _somebody(self, days: float) -> tuple[Speaker, int] | None:
        """Somebody who is there about *days* ago, and when."""
        for _ in range(_TRIES):
            at = self._calendar.ago(days) + int(self._rng.uniform(-5, 5) * HOUR)
            speaker = self._company.partner(at, ())
            if speaker is not None and at < self._calendar.now:
                return speaker, at
        return None
