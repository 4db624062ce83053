"""All that was ever written in a guild and by whom, so ordered that a page is found at once."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import Final

from pipeline.demo.guild.model import THREAD_STARTER, DemoGuild, GuildMember, Post, ThreadRoom
from pipeline.domain.talk import DISCORD_EPOCH_MS

_COUNTED_AT_MOST: Final = 50
"""Discord stops counting the members of a thread there."""


def first_id_after(at: int) -> int:
    """The smallest id that is made after the millisecond *at*."""
    return max(0, at + 1 - DISCORD_EPOCH_MS) << 22


class Archive:
    """The posts of *guild* by room and by id, its threads and its accounts. Pages come newest first."""

    def __init__(self, guild: DemoGuild) -> None:
        shelves: defaultdict[int, list[Post]] = defaultdict(list)
        for post in guild.posts:
            shelves[post.room_id].append(post)
        self._shelves = dict(shelves)
        self._ids = {room_id: [post.id for post in posts] for room_id, posts in shelves.items()}
        self._posts = {post.id: post for post in guild.posts}
        self.accounts: dict[int, GuildMember] = {member.id: member for member in guild.members}
        self.threads: dict[int, ThreadRoom] = {thread.id: thread for thread in guild.threads}

    def post(self, post_id: int) -> Post | None:
        """The post of that id, whether it exists yet, still, or not."""
        return self._posts.get(post_id)

    def newest_id(self, room_id: int, at: int) -> int | None:
        """The id of the newest post ever sent to a room by *at*; a deleted one counts, as Discord never takes it back."""
        ids = self._ids.get(room_id, [])
        sent = bisect_left(ids, first_id_after(at))
        return ids[sent - 1] if sent else None

    def count(self, room_id: int, at: int) -> int:
        """How many posts were ever sent to a room by *at*."""
        return bisect_left(self._ids.get(room_id, []), first_id_after(at))

    def after(self, room_id: int, bound: int, at: int, limit: int) -> list[Post]:
        """The *limit* posts that follow the id *bound* in what exists at *at*."""
        start = bisect_right(self._ids.get(room_id, []), bound)
        return self._taken(room_id, range(start, self.count(room_id, at)), at, limit)[::-1]

    def before(self, room_id: int, bound: int | None, at: int, limit: int) -> list[Post]:
        """The *limit* newest posts before the id *bound* (None: of all) in what exists at *at*."""
        end = self.count(room_id, at)
        if bound is not None:
            end = min(end, bisect_left(self._ids.get(room_id, []), bound))
        return self._taken(room_id, reversed(range(end)), at, limit)

    def around(self, room_id: int, bound: int, at: int, limit: int) -> list[Post]:
        """Half of *limit* on either side of the id *bound*, and the post itself if it exists."""
        half = limit // 2
        newer = self.after(room_id, bound, at, half)
        here = [post for post in self.after(room_id, bound - 1, at, 1) if post.id == bound]
        return newer + here + self.before(room_id, bound, at, half)

    def position(self, post: Post) -> int:
        """Which in its thread a post is, counted from 0."""
        return bisect_left(self._ids[post.room_id], post.id)

    def thread_counts(self, thread: ThreadRoom, at: int) -> tuple[int, int, int]:
        """Messages of a thread that exist, that were ever sent, and people in it; its first message is not counted."""
        sent = self._shelves.get(thread.id, [])[: self.count(thread.id, at)]
        people = {thread.owner_id, *(post.author_id for post in sent if post.webhook_name is None)}
        counted = [post for post in sent if post.id != thread.id and post.type != THREAD_STARTER]
        existing = sum(post.exists(at) for post in counted)
        return existing, len(counted), min(_COUNTED_AT_MOST, len(people))

    def _taken(self, room_id: int, places: Iterable[int], at: int, limit: int) -> list[Post]:
        shelf = self._shelves.get(room_id, [])
        return list(islice((shelf[place] for place in places if shelf[place].exists(at)), limit))
