"""Writes the messages down: counts those of people that can be read, and lets nobody write who is not there."""

from collections.abc import Collection

from pipeline.demo.guild.model import DEFAULT, REPLY, Post, ThreadRoom
from pipeline.demo.guild.snowflakes import Snowflakes
from pipeline.demo.guild.speakers import Speaker


class Scribe:
    """Takes down messages until `left` more of people are wanted; rooms of *hidden* do not count."""

    def __init__(self, ids: Snowflakes, now: int, wanted: int, hidden: Collection[int]) -> None:
        self.posts: list[Post] = []
        self.threads: list[ThreadRoom] = []
        self.left = wanted
        self.now = now
        self._ids = ids
        self._hidden = frozenset(hidden)

    def say(
        self,
        speaker: Speaker,
        room_id: int | None,
        at: int,
        text: str,
        *,
        reply_to: Post | None = None,
        attachments: int = 0,
        meant: bool = False,
    ) -> Post | None:
        """What a person writes; without *room_id* it opens a forum post. None where it cannot be or is too much."""
        counts = room_id not in self._hidden
        if at > self.now or not speaker.can_write(at) or (counts and not self.left):
            return None
        self.left -= counts
        id_ = self._ids.at(at)
        post = Post(
            id=id_,
            room_id=id_ if room_id is None else room_id,
            author_id=speaker.id,
            text=text,
            type=DEFAULT if reply_to is None else REPLY,
            reply_to=None if reply_to is None else reply_to.id,
            attachments=attachments,
            meant_as_question=meant,
        )
        self.posts.append(post)
        return post

    def note(
        self,
        author_id: int,
        room_id: int,
        at: int,
        text: str,
        *,
        kind: int = DEFAULT,
        reply_to: int | None = None,
        webhook_name: str | None = None,
        relayed_id: int | None = None,
    ) -> Post | None:
        """What a bot, a webhook or Discord itself writes; None after the end of the history."""
        if at > self.now:
            return None
        post = Post(
            id=self._ids.at(at),
            room_id=room_id,
            author_id=author_id,
            text=text,
            type=kind,
            reply_to=reply_to,
            webhook_name=webhook_name,
            relayed_id=relayed_id,
        )
        self.posts.append(post)
        return post

    def thread_id(self, at: int) -> int:
        """The id of a thread that begins at the instant *at* without a message."""
        return self._ids.at(at)
