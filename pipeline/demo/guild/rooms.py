"""The guild's roles and rooms, and who may enter them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pipeline.demo.guild.model import ANNOUNCEMENT, CATEGORY, FORUM, TEXT, VOICE, GuildRole, Overwrite, Room
from pipeline.demo.guild.permissions import (
    ADMINISTRATOR,
    CONNECT,
    MANAGE_THREADS,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)
from pipeline.demo.guild.snowflakes import Snowflakes
from pipeline.demo.instants import MINUTE
from pipeline.demo.names import HOSTILE_TITLE

RANK_ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Owner": "owner",
        "Deputy Owner": "deputy_owner",
        "Admin": "administrator",
        "Moderator": "moderator",
        "Captain": "captain",
        "Lieutenant": "lieutenant",
        "Sergeant": "sergeant",
        "Corporal": "corporal",
        "Recruit": "recruit",
        "Iron": "iron",
        "Skiller": "skiller",
        "Legacy": "legacy",
        "Gnome Child": "gnome_child",
        "Member": "member",
    }
)
"""Name of the Discord role → WOM's key of the rank in the clan."""

CLAN_MEMBER: Final = "Clan Member"
"""The role of everybody who is in the clan, beside the role of the rank."""

OFFICER_ROLES: Final = ("Owner", "Deputy Owner", "Admin", "Moderator")
PINGS: Final = ("Raid Ping", "Event Ping")
BOTS: Final = "Bots"
READER: Final = "Ledger Reader"
"""The role of the bot that reads the guild."""

_COLORS: Final = (0xE74C3C, 0xC27C0E, 0xE67E22, 0xF1C40F, 0x9B59B6, 0x3498DB, 0x1ABC9C, 0x2ECC71, 0x95A5A6)
_READ: Final = VIEW_CHANNEL | READ_MESSAGE_HISTORY
_PLAN: Final = (
    ("Lobby", "announcements", ANNOUNCEMENT, "News from the officers"),
    ("Lobby", "general", TEXT, "Anything about the clan"),
    ("Lobby", "clan-help", TEXT, "Ask here, somebody knows"),
    ("Lobby", "off-topic", TEXT, None),
    ("Old School", "bossing", TEXT, None),
    ("Old School", "raids", TEXT, "Runs and learners"),
    ("Old School", "skilling", TEXT, None),
    ("Old School", "drops", TEXT, "Show your loot"),
    ("Old School", "guides", FORUM, "One post a guide, or a long question"),
    ("Old School", "clan-chat", TEXT, "The clan chat of the game"),
    ("Old School", "bot-commands", TEXT, None),
    ("Voices", "campfire", VOICE, None),
    ("Staff", "officers", TEXT, None),
    ("Staff", "vault", TEXT, "What the clan lends"),
)
_HOSTILE_NAMES: Final = {"drops": "🔥<b>drops</b>=1+1", "guides": "guides'); DROP TABLE rooms;--"}


@dataclass(frozen=True, slots=True)
class House:
    """Roles by name and rooms by the name of the plan, whatever name they show."""

    guild_id: int
    roles: Mapping[str, GuildRole]
    rooms: Mapping[str, Room]

    @property
    def officer_roles(self) -> frozenset[int]:
        """Ids of the roles of officers."""
        return frozenset(self.roles[name].id for name in OFFICER_ROLES)


def build(guild_id: int, created_at: int, ids: Snowflakes, *, hostile: bool) -> House:
    """The roles and rooms of a guild founded at *created_at*; a hostile one has hostile names among them."""
    roles = _roles(guild_id, created_at, ids, hostile=hostile)
    categories = {name: ids.at(created_at + MINUTE) for name in dict.fromkeys(category for category, *_ in _PLAN)}
    rooms = {
        name: Room(category, CATEGORY, name, position, None)
        for position, (name, category) in enumerate(categories.items())
    }
    for position, (category, name, kind, topic) in enumerate(_PLAN):
        shown = _HOSTILE_NAMES.get(name, name) if hostile else name
        rules = _overwrites(name, guild_id, roles)
        rooms[name] = Room(ids.at(created_at + 2 * MINUTE), kind, shown, position, categories[category], rules, topic)
    return House(guild_id, roles, rooms)


def _roles(guild_id: int, created_at: int, ids: Snowflakes, *, hostile: bool) -> dict[str, GuildRole]:
    names = [*RANK_ROLES, CLAN_MEMBER, *PINGS, BOTS, READER]
    allowed = {
        "Owner": ADMINISTRATOR,
        **dict.fromkeys(OFFICER_ROLES[1:], MANAGE_THREADS),
        CLAN_MEMBER: CONNECT,
        BOTS: _READ | SEND_MESSAGES,
        READER: _READ | CONNECT,
    }
    roles = {"@everyone": GuildRole(guild_id, "@everyone", _READ | SEND_MESSAGES, 0)}
    for turn, name in enumerate(names):
        shown = HOSTILE_TITLE if hostile and name == PINGS[0] else name
        color = _COLORS[turn] if turn < len(_COLORS) else 0
        roles[name] = GuildRole(ids.at(created_at), shown, allowed.get(name, 0), len(names) - turn, color)
    return roles


def _overwrites(room: str, guild_id: int, roles: Mapping[str, GuildRole]) -> tuple[Overwrite, ...]:
    officers = [roles[name].id for name in OFFICER_ROLES]
    if room == "officers":
        entering = [Overwrite(role, of_role=True, allow=VIEW_CHANNEL, deny=0) for role in officers]
        return (Overwrite(guild_id, of_role=True, allow=0, deny=VIEW_CHANNEL), *entering)
    if room == "announcements":
        speaking = [Overwrite(role, of_role=True, allow=SEND_MESSAGES, deny=0) for role in officers]
        return (Overwrite(guild_id, of_role=True, allow=0, deny=SEND_MESSAGES), *speaking)
    if room == "vault":
        return (Overwrite(roles[READER].id, of_role=True, allow=0, deny=READ_MESSAGE_HISTORY),)
    return ()
