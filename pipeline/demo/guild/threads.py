"""Threads: begun from a question, begun out of nothing, and the posts of the forum."""

from random import Random
from typing import Final

from pipeline.demo.guild import phrases
from pipeline.demo.guild.model import (
    ANNOUNCEMENT,
    THREAD,
    THREAD_CREATED,
    THREAD_OF_ANNOUNCEMENT,
    THREAD_STARTER,
    Post,
    Room,
    ThreadRoom,
    sent_at,
)
from pipeline.demo.guild.rooms import House
from pipeline.demo.guild.scribe import Scribe
from pipeline.demo.guild.speakers import Company, Speaker
from pipeline.demo.guild.texts import Texts
from pipeline.demo.instants import DAY, HOUR, MINUTE

_PARENTS: Final = ("clan-help", "clan-help", "bossing", "raids", "skilling", "general")
_ARCHIVED_AFTER: Final = (DAY, 3 * DAY, 3 * DAY, 7 * DAY)


class Threads:
    """Lets *company* begin threads in *house*. In a thread a question is only asked when no other one waits."""

    def __init__(self, company: Company, scribe: Scribe, texts: Texts, house: House, rng: Random) -> None:
        self._company = company
        self._scribe = scribe
        self._texts = texts
        self._house = house
        self._rng = rng

    def from_question(self, speaker: Speaker, at: int) -> None:
        """Somebody asks in a channel, and a thread is begun from the question."""
        parent = self._house.rooms[self._rng.choice(_PARENTS)]
        question = self._scribe.say(speaker, parent.id, at, self._texts.question(), meant=True)
        if question is not None:
            self._from(question, parent, speaker, asked=True)

    def from_news(self, speaker: Speaker, at: int) -> None:
        """An announcement, and a thread to talk about it."""
        parent = self._house.rooms["announcements"]
        news = self._scribe.say(speaker, parent.id, at, self._texts.fill(phrases.ANNOUNCEMENTS))
        if news is not None:
            self._from(news, parent, speaker, asked=False)

    def out_of_nothing(self, speaker: Speaker, at: int, *, messages: int | None = None) -> ThreadRoom | None:
        """A thread that is begun without a message; Discord tells so in the channel."""
        parent = self._house.rooms[self._rng.choice(_PARENTS)]
        title = self._texts.title()
        id_ = self._scribe.thread_id(at)
        if not self._scribe.left or self._scribe.note(
            speaker.id, parent.id, at, title, kind=THREAD_CREATED, reply_to=id_
        ) is None:  # fmt: skip
            return None
        self._write(id_, at, speaker, asked=False, messages=messages)
        return self._file(id_, parent, title, speaker, at)

    def forum_post(self, speaker: Speaker, at: int) -> None:
        """A post in the forum: a guide, or a question, whose title may be all there is of a question."""
        templates = self._rng.choice((phrases.GUIDE_OPENERS, phrases.GUIDE_OPENERS, phrases.GUIDE_QUESTIONS,
                                      phrases.GUIDE_QUESTIONS, phrases.GUIDE_TITLE_LIKE))  # fmt: skip
        asked = templates is not phrases.GUIDE_OPENERS
        text = self._texts.fill(templates)
        opener = self._scribe.say(speaker, None, at, text, meant=asked)
        if opener is None:
            return
        self._write(opener.id, at, speaker, asked=asked)
        title = text[:100] if asked else self._texts.title()
        self._file(opener.id, self._house.rooms["guides"], title, speaker, at)

    def _from(self, source: Post, parent: Room, speaker: Speaker, *, asked: bool) -> None:
        at = sent_at(source.id) + int(self._rng.uniform(20_000, 8 * MINUTE))
        if self._scribe.note(source.author_id, source.id, at, "", kind=THREAD_STARTER, reply_to=source.id) is None:
            return
        self._write(source.id, at, speaker, asked=asked)
        self._file(source.id, parent, self._texts.title(), speaker, at)

    def _write(self, id_: int, at: int, owner: Speaker, *, asked: bool, messages: int | None = None) -> None:
        rng, pending = self._rng, owner if asked else None
        count = int(rng.expovariate(1 / 5)) + (0 if rng.random() < 0.1 else 1) if messages is None else messages
        circle = [owner]
        for turn in range(count):
            at += int(rng.expovariate(1 / (6 * MINUTE if rng.random() < 0.85 else 5 * HOUR))) + 4_000
            speaker = self._next(at, circle, alone=not asked and turn == 0)
            asks = pending is None and rng.random() < 0.15
            if asks:
                text = self._texts.question()
            elif pending not in (None, speaker):
                text = self._texts.fill(phrases.ANSWERS)
            else:
                text = self._texts.statement("bossing")
            if self._scribe.say(speaker, id_, at, text, meant=asks) is not None:
                pending = speaker if asks else pending if speaker is pending else None

    def _next(self, at: int, circle: list[Speaker], *, alone: bool) -> Speaker:
        known = self._rng.choice(circle)
        if alone or (len(circle) > 1 and self._rng.random() < 0.6) or len(circle) > 5:
            return known
        another = self._company.answerer(at, circle)
        if another is None:
            return known
        circle.append(another)
        return another

    def _file(self, id_: int, parent: Room, title: str, owner: Speaker, created_at: int) -> ThreadRoom:
        last = max((sent_at(post.id) for post in self._scribe.posts[-40:] if post.room_id == id_), default=created_at)
        archived_at = last + self._rng.choice(_ARCHIVED_AFTER)
        kind = THREAD_OF_ANNOUNCEMENT if parent.type == ANNOUNCEMENT else THREAD
        thread = ThreadRoom(
            id=id_,
            type=kind,
            name=title,
            parent_id=parent.id,
            owner_id=owner.id,
            created_at=created_at,
            archived_at=archived_at if archived_at <= self._scribe.now else None,
        )
        self._scribe.threads.append(thread)
        return thread
