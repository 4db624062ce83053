"""Rooms from which the bot is shut out while a run reads them, and the guild as it is after that."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from pipeline.demo.guild.model import DemoGuild, Overwrite, Room
from pipeline.demo.guild.permissions import CONNECT, READ_MESSAGE_HISTORY, VIEW_CHANNEL

Right = Literal["view", "history", "connect"]

RIGHTS: Final[dict[str, int]] = {"view": VIEW_CHANNEL, "history": READ_MESSAGE_HISTORY, "connect": CONNECT}

STRANGE_TYPE: Final = 99
"""A type of channel that Discord has not invented yet."""


@dataclass(slots=True)
class Closing:
    """The right `right` in `room_id` goes once `after` more requests for its messages were answered."""

    room_id: int
    right: Right
    after: int


def without(guild: DemoGuild, room_id: int, right: Right) -> DemoGuild:
    """*guild* after its bot lost *right* in a room, by an overwrite of its own as an officer would set it."""
    rooms = tuple(_shut(guild, room, RIGHTS[right]) if room.id == room_id else room for room in guild.rooms)
    return replace(guild, rooms=rooms)


def with_strange_room(guild: DemoGuild) -> DemoGuild:
    """*guild* with one more channel, of a type that nobody knows."""
    id_ = 1 + max(guild.id, *(room.id for room in guild.rooms), *(thread.id for thread in guild.threads), 0)
    strange = Room(id_, STRANGE_TYPE, "tomorrows-channel", 1 + len(guild.rooms), None)
    return replace(guild, rooms=(*guild.rooms, strange))


def _shut(guild: DemoGuild, room: Room, bit: int) -> Room:
    own = next(
        (rule for rule in room.overwrites if not rule.of_role and rule.target_id == guild.bot_id),
        Overwrite(guild.bot_id, of_role=False, allow=0, deny=0),
    )
    others = tuple(rule for rule in room.overwrites if rule != own)
    return replace(room, overwrites=(*others, replace(own, allow=own.allow & ~bit, deny=own.deny | bit)))
