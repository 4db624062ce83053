"""What is true of the guild at the end of its history, as rows that anybody can check outputs against."""

from collections.abc import Mapping
from typing import Final

from pipeline.demo.guild.answers import is_by_person
from pipeline.demo.guild.model import CATEGORY, JOINED, REPLY, DemoGuild, Post, sent_at
from pipeline.demo.guild.permissions import readable
from pipeline.demo.instants import DAY, wire

WELCOMED_WITHIN: Final = 7 * DAY
Row = dict[str, object]


class Truth:
    """*guild* as its bot can read it at the instant *now*. Ids are written as text."""

    def __init__(self, guild: DemoGuild, now: int) -> None:
        self._guild = guild
        self._now = now
        self._open = {room.id: readable(guild, room, now) for room in guild.rooms if room.type != CATEGORY}
        self._parents = {thread.id: thread.parent_id for thread in guild.threads}
        self._bot_ids = {member.id for member in guild.members if member.is_bot}
        self._posts = [post for post in guild.posts if post.exists(now) and self._open[self._channel(post.room_id)]]

    def messages(self) -> list[Row]:
        """The messages of people; `channel` is the parent where `thread` is set."""
        return [
            {
                "id": str(post.id),
                "author": str(post.author_id),
                "channel": str(self._channel(post.room_id)),
                "thread": str(post.room_id) if post.room_id in self._parents else None,
                "sent_at": wire(sent_at(post.id)),
                "reply_to": _text(post.reply_to),
                "meant_as_question": post.meant_as_question,
                "answers": _text(post.answers),
            }
            for post in self._posts
            if is_by_person(post, self._bot_ids)
        ]

    def relayed(self) -> list[Row]:
        """The lines of the game's clan chat; `player_id` is None for guests of the clan."""
        return [
            {
                "id": str(post.id),
                "player_id": post.relayed_id,
                "channel": str(self._channel(post.room_id)),
                "sent_at": wire(sent_at(post.id)),
            }
            for post in self._posts
            if post.webhook_name is not None and post.text.startswith("**")
        ]

    def readable(self) -> list[str]:
        """Ids of all messages, whoever wrote them."""
        return [str(post.id) for post in self._posts]

    def accounts(self) -> list[Row]:
        """Everybody who is or was in the guild and is no bot; `holds` are players whose names the shown name holds.

        Of somebody who left, Discord shows no nickname any more, so nobody can tell what it held.
        """
        return [
            {
                "discord_id": str(member.id),
                "person": member.person,
                "nick": member.nicks.at(self._now),
                "global_name": member.global_name,
                "username": member.username,
                "in_guild": member.present(self._now),
                "holds": list(member.holds) if member.present(self._now) else [],
            }
            for member in self._guild.members
            if not member.is_bot
        ]

    def channels(self) -> list[Row]:
        """Rooms that are no categories, and threads; `parent` is the category of the one, the channel of the other."""
        rooms: list[Row] = [
            {"id": str(room.id), "name": room.name, "type": room.type, "parent": _text(room.parent_id),
             "readable": self._open[room.id]}
            for room in self._guild.rooms
            if room.id in self._open
        ]  # fmt: skip
        threads: list[Row] = [
            {"id": str(thread.id), "name": thread.name, "type": thread.type, "parent": str(thread.parent_id),
             "readable": self._open[thread.parent_id]}
            for thread in self._guild.threads
        ]  # fmt: skip
        return [*rooms, *threads]

    def welcomes(self) -> list[Row]:
        """The first reply of somebody else to anything that a newcomer wrote, or to the news of their coming, in a week."""
        joined = {post.author_id: sent_at(post.id) for post in self._posts if post.type == JOINED}
        by_id = {post.id: post for post in self._posts}
        welcomed: dict[int, Post] = {}
        for post in self._posts:
            target = by_id.get(post.reply_to or 0) if post.type == REPLY else None
            if target is not None and self._welcomes(post, target, joined):
                welcomed.setdefault(target.author_id, post)
        return [
            {"newcomer": str(newcomer), "message": str(post.id), "by": str(post.author_id)}
            for newcomer, post in sorted(welcomed.items())
        ]

    def _welcomes(self, post: Post, target: Post, joined: Mapping[int, int]) -> bool:
        since = joined.get(target.author_id)
        if since is None or post.author_id == target.author_id or not is_by_person(post, self._bot_ids):
            return False
        return since <= sent_at(post.id) < since + WELCOMED_WITHIN

    def _channel(self, room_id: int) -> int:
        return self._parents.get(room_id, room_id)


def _text(id_: int | None) -> str | None:
    return None if id_ is None else str(id_)
