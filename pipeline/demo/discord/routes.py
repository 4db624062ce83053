"""Which path is answered by what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pipeline.demo.discord import wire
from pipeline.demo.discord.messages import message
from pipeline.demo.discord.query import Query, before, limit, snowflake, snowflake_or_none
from pipeline.demo.discord.refusal import (
    no_access,
    no_permission,
    not_found,
    unknown,
    wrong_channel,
    wrong_method,
)
from pipeline.demo.discord.view import Place, View
from pipeline.demo.guild.model import CATEGORY, PRIVATE_THREAD, Post, Room
from pipeline.demo.guild.permissions import MANAGE_THREADS

MESSAGES_AT_MOST: Final = 100
MEMBERS_AT_MOST: Final = 1000
THREADS_AT_MOST: Final = 100

_ID: Final = "*"
_THREADLESS: Final = (CATEGORY, *wire.VOICES)
_WORDLESS: Final = (CATEGORY, *wire.FORUMS)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, as far as its answer depends on it: `ids` are those in the path, in order."""

    view: View
    ids: tuple[int, ...]
    query: Query

    def guild(self) -> View:
        """The view, if the guild asked for is the one it shows and the bot is in it."""
        if self.ids[0] != self.view.guild.id or not self.view.bot.present(self.view.at):
            raise unknown("Guild")
        return self.view

    def place(self) -> Place:
        """The channel or thread asked for."""
        return self.view.place(self.ids[0])

    def written(self) -> Place:
        """The channel or thread asked for, if its messages can be asked for."""
        place = self.place()
        if not self.view.listens(place):
            raise no_access()
        if place.type in _WORDLESS:
            raise wrong_channel()
        return place


Answer = Callable[[Ask], Any]


def _own_user(ask: Ask) -> Any:
    return wire.own_user(ask.view)


def _application(ask: Ask) -> Any:
    return wire.application(ask.view)


def _guilds(ask: Ask) -> Any:
    bound, most = snowflake_or_none(ask.query, "after") or 0, limit(ask.query, least=1, most=200, default=200)
    return [row for row in wire.guilds(ask.view) if int(row["id"]) > bound][:most]


def _guild(ask: Ask) -> Any:
    return wire.guild(ask.guild(), counts=ask.query.get("with_counts", "").lower() in ("1", "true"))


def _roles(ask: Ask) -> Any:
    view = ask.guild()
    return [wire.role(view, role) for role in view.guild.roles]


def _channels(ask: Ask) -> Any:
    view = ask.guild()
    return [wire.channel(view, room) for room in view.guild.rooms]


def _members(ask: Ask) -> Any:
    view = ask.guild()
    most = limit(ask.query, least=1, most=MEMBERS_AT_MOST, default=1)
    bound = snowflake_or_none(ask.query, "after") or 0
    if not view.members_intent:
        raise no_access()
    return [wire.member(view, one) for one in view.members() if one.id > bound][:most]


def _member(ask: Ask) -> Any:
    view = ask.guild()
    account = view.archive.accounts.get(ask.ids[1])
    if account is None or not account.present(view.at):
        raise unknown("Member")
    return wire.member(view, account)


def _active_threads(ask: Ask) -> Any:
    view = ask.guild()
    active = [wire.thread(view, thread) for thread in view.threads() if not view.archived(thread)]
    return {"threads": active, "members": []}


def _place(ask: Ask) -> Any:
    return wire.channel(ask.view, ask.place())


def _archived_public(ask: Ask) -> Any:
    return _archived(ask, private=False)


def _archived_private(ask: Ask) -> Any:
    return _archived(ask, private=True)


def _archived(ask: Ask, *, private: bool) -> Any:
    room, view = ask.place(), ask.view
    if not isinstance(room, Room) or room.type in _THREADLESS:
        raise wrong_channel()
    if not view.remembers(room):
        raise no_access()
    if private and not view.may(room, MANAGE_THREADS):
        raise no_permission()
    most, bound = limit(ask.query, least=2, most=THREADS_AT_MOST, default=50), before(ask.query)
    archived = [
        (thread.archived_at, thread)
        for thread in view.threads()
        if thread.parent_id == room.id and (thread.type == PRIVATE_THREAD) == private
        if thread.archived_at is not None and view.archived(thread) and (bound is None or thread.archived_at < bound)
    ]
    archived.sort(key=lambda pair: (pair[0], pair[1].id), reverse=True)
    threads = [wire.thread(view, thread) for _, thread in archived[:most]]
    return {"threads": threads, "members": [], "has_more": len(archived) > most}


def _messages(ask: Ask) -> Any:
    view, most = ask.view, limit(ask.query, least=1, most=MESSAGES_AT_MOST, default=50)
    place = ask.written()
    if not view.remembers(place):
        return []
    return [message(view, post) for post in _page(ask, place, most)]


def _page(ask: Ask, place: Place, most: int) -> list[Post]:
    archive, at = ask.view.archive, ask.view.at
    around, after = snowflake_or_none(ask.query, "around"), snowflake_or_none(ask.query, "after")
    if around is not None:
        return archive.around(place.id, around, at, most)
    if after is not None:
        return archive.after(place.id, after, at, most)
    return archive.before(place.id, snowflake_or_none(ask.query, "before"), at, most)


def _message(ask: Ask) -> Any:
    place = ask.written()
    if not ask.view.remembers(place):
        raise no_access()
    post = ask.view.post(ask.ids[1])
    if post is None or post.room_id != place.id:
        raise unknown("Message")
    return message(ask.view, post)


ROUTES: Final[dict[tuple[str, ...], Answer]] = {
    ("users", "@me"): _own_user,
    ("users", "@me", "guilds"): _guilds,
    ("oauth2", "applications", "@me"): _application,
    ("guilds", _ID): _guild,
    ("guilds", _ID, "roles"): _roles,
    ("guilds", _ID, "channels"): _channels,
    ("guilds", _ID, "members"): _members,
    ("guilds", _ID, "members", _ID): _member,
    ("guilds", _ID, "threads", "active"): _active_threads,
    ("channels", _ID): _place,
    ("channels", _ID, "threads", "archived", "public"): _archived_public,
    ("channels", _ID, "threads", "archived", "private"): _archived_private,
    ("channels", _ID, "messages"): _messages,
    ("channels", _ID, "messages", _ID): _message,
}


@dataclass(frozen=True, slots=True)
class Route:
    """What answers a path. `bucket` names the requests that are counted together; its first id is part of it, as in Discord."""

    template: tuple[str, ...]
    answer: Answer
    texts: tuple[str, ...]

    @property
    def bucket(self) -> str:
        """Its path without ids."""
        return "/".join(self.template)

    @property
    def major(self) -> str:
        """The guild or channel in its path, or nothing."""
        return self.texts[0] if self.texts else ""

    def ids(self) -> tuple[int, ...]:
        """The ids in its path."""
        names = {"guilds": "guild_id", "channels": "channel_id", "members": "user_id", "messages": "message_id"}
        words = [names[word] for word, next_ in zip(self.template, self.template[1:], strict=False) if next_ == _ID]
        return tuple(snowflake(text, name) for text, name in zip(self.texts, words, strict=True))


def find(method: str, segments: tuple[str, ...]) -> Route:
    """The route of *segments*; only reading is offered."""
    for template, answer in ROUTES.items():
        if len(template) == len(segments) and all(
            known in (_ID, told) for known, told in zip(template, segments, strict=True)
        ):
            if method != "GET":
                raise wrong_method()
            texts = tuple(told for known, told in zip(template, segments, strict=True) if known == _ID)
            return Route(template, answer, texts)
    raise not_found()
