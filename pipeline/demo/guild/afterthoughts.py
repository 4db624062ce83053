"""What people do to messages afterwards: they edit them, delete them and pin them."""

from collections.abc import Collection
from dataclasses import replace
from random import Random
from typing import Final

from pipeline.demo.guild.answers import is_by_person
from pipeline.demo.guild.model import PINNED, REPLY, Post, ThreadRoom, sent_at
from pipeline.demo.guild.rooms import House
from pipeline.demo.guild.snowflakes import Snowflakes
from pipeline.demo.guild.texts import Texts
from pipeline.demo.instants import DAY, HOUR, MINUTE

_EDITED: Final = 0.025
_DELETED: Final = 0.008
_PINNED: Final = 1 / 700
_LATEST: Final = 2 * DAY
"""Nobody edits or deletes by chance later than this, so that a look back of three days sees all of it."""

_LATEST_IN_THREADS: Final = 20 * HOUR
"""Nothing can be edited in a thread once it is archived, which is a day after its last message at the earliest."""

_A_NIGHT: Final = 3
_NIGHTS: Final = ((4, 3), (3, 3), (3, 2), (3, 1), (2, 2), (2, 1), (1, 1))
"""Days before now at which the night of the message, and of the afterthought, begins."""


class Afterthoughts:
    """Changes *posts*, which are in the order of their ids and all of whose instants lie before *now*."""

    def __init__(
        self, posts: list[Post], bot_ids: Collection[int], texts: Texts, house: House, now: int, rng: Random
    ) -> None:
        self._posts = posts
        self._bot_ids = bot_ids
        self._texts = texts
        self._now = now
        self._rng = rng
        self._emptied = (house.rooms["announcements"].id, house.rooms["skilling"].id)
        private = {house.rooms[name].id for name in ("officers", "vault")}
        self._rooms = {room.id for room in house.rooms.values()} - private

    def all_of_them(self, owner_id: int, doomed: ThreadRoom | None, ids: Snowflakes) -> list[Post]:
        """The messages after everything that is done to them, with those that tell of pins, in the order of their ids."""
        self._by_chance()
        self._of_the_last_nights()
        self._answered()
        if doomed is not None:
            self._whole(doomed)
        told = self._pins(owner_id, ids)
        self._posts = sorted([*self._posts, *told], key=lambda post: post.id)
        for room_id in self._emptied:
            self._newest_of(room_id)
        return self._posts

    def _by_chance(self) -> None:
        """Edits and deletions through the whole history."""
        for spot, post in enumerate(self._posts):
            if not is_by_person(post, self._bot_ids):
                continue
            chance = self._rng.random()
            latest = _LATEST if post.room_id in self._rooms else _LATEST_IN_THREADS
            at = sent_at(post.id) + min(latest, int(self._rng.lognormvariate(2.5, 1.6) * MINUTE) + MINUTE)
            if at > self._now:
                continue
            if chance < _EDITED:
                self._posts[spot] = self._edited(post, at)
            elif chance < _EDITED + _DELETED and post.room_id in self._rooms:
                self._posts[spot] = replace(post, deleted_at=at)

    def _of_the_last_nights(self) -> None:
        """Edits and deletions that a night sees only when it looks again at what it has read before."""
        for sent, done in _NIGHTS:
            written = self._within(self._now - sent * DAY, self._now - (sent - 1) * DAY)
            for turn, spot in enumerate(self._rng.sample(written, min(2 * _A_NIGHT, len(written)))):
                post = self._posts[spot]
                since = max(sent_at(post.id) + MINUTE, self._now - done * DAY)
                at = since + int(self._rng.random() * (self._now - (done - 1) * DAY - since))
                if since < self._now - (done - 1) * DAY:
                    self._posts[spot] = self._edited(post, at) if turn % 2 else replace(post, deleted_at=at)

    def _newest_of(self, room_id: int) -> None:
        """Delete the newest message of a room."""
        spots = [spot for spot, post in enumerate(self._posts) if post.room_id == room_id]
        if spots and sent_at(self._posts[spots[-1]].id) < self._now:
            post = self._posts[spots[-1]]
            self._posts[spots[-1]] = replace(post, deleted_at=min(sent_at(post.id) + 20 * MINUTE, self._now))

    def _whole(self, thread: ThreadRoom) -> None:
        """Delete everything that was written in *thread*."""
        spots = [spot for spot, post in enumerate(self._posts) if post.room_id == thread.id]
        last = max((sent_at(self._posts[spot].id) for spot in spots), default=thread.created_at)
        at = min(last + 20 * HOUR, self._now)
        for spot in spots:
            self._posts[spot] = replace(self._posts[spot], deleted_at=at)

    def _answered(self) -> None:
        """Delete a few messages that others have replied to."""
        targets = {post.reply_to for post in self._posts if post.type == REPLY}
        spots = [spot for spot, post in enumerate(self._posts) if post.id in targets and self._is_free(post)]
        for spot in self._rng.sample(spots, min(_A_NIGHT, len(spots))):
            at = sent_at(self._posts[spot].id) + DAY
            if at <= self._now:
                self._posts[spot] = replace(self._posts[spot], deleted_at=at)

    def _pins(self, owner_id: int, ids: Snowflakes) -> list[Post]:
        """Pin some messages; the system messages that tell of it."""
        told = []
        for spot, post in enumerate(self._posts):
            at = sent_at(post.id) + 3 * MINUTE
            if self._is_free(post) and at <= self._now and self._rng.random() < _PINNED:
                self._posts[spot] = replace(post, pinned=True)
                told.append(Post(ids.at(at), post.room_id, owner_id, "", type=PINNED, reply_to=post.id))
        return told

    def _is_free(self, post: Post) -> bool:
        """Whether nothing has been done yet to *post*, which stands in a room that can be read and in no thread."""
        untouched = post.deleted_at is None and post.edited_at is None
        return untouched and post.room_id in self._rooms and is_by_person(post, self._bot_ids)

    def _within(self, since: int, until: int) -> list[int]:
        return [
            spot for spot, post in enumerate(self._posts) if since <= sent_at(post.id) < until and self._is_free(post)
        ]

    def _edited(self, post: Post, at: int) -> Post:
        chance = self._rng.random()
        if post.meant_as_question and chance < 0.15:
            return replace(post, edited_at=at, edited_text="nvm, sorted it out", meant_as_question=False)
        if not post.meant_as_question and chance < 0.1 and post.room_id in self._rooms:
            return replace(post, edited_at=at, edited_text=self._texts.question(), meant_as_question=True)
        return replace(post, edited_at=at, edited_text=f"{post.text}\n(edited: typo)".strip())
