"""What an account may do in a room: Discord's own order of roles and overwrites."""

from collections.abc import Iterable
from typing import Final

from pipeline.demo.guild.model import STAGE, VOICE, DemoGuild, GuildMember, Room

ADMINISTRATOR: Final = 1 << 3
VIEW_CHANNEL: Final = 1 << 10
SEND_MESSAGES: Final = 1 << 11
READ_MESSAGE_HISTORY: Final = 1 << 16
CONNECT: Final = 1 << 20
MANAGE_THREADS: Final = 1 << 34
EVERYTHING: Final = (1 << 53) - 1
"""All bits: what an administrator and the owner of the guild may do."""

_VOICES: Final = (VOICE, STAGE)


def permissions(guild: DemoGuild, room: Room, account_id: int, at: int) -> int:
    """The bit set of what *account_id* may do in *room* at the instant *at*; 0 for who is not in the guild."""
    member = next((member for member in guild.members if member.id == account_id and member.present(at)), None)
    if member is None:
        return 0
    roles = {guild.id, *member.roles.at(at)}
    base = _union(role.permissions for role in guild.roles if role.id in roles)
    if account_id == guild.owner_id or base & ADMINISTRATOR:
        return EVERYTHING
    return _overwritten(guild, room, member, roles, base)


def readable(guild: DemoGuild, room: Room, at: int) -> bool:
    """Whether the guild's bot can read what was written in *room*; a voice channel's text wants Connect as well."""
    needed = VIEW_CHANNEL | READ_MESSAGE_HISTORY | (CONNECT if room.type in _VOICES else 0)
    return permissions(guild, room, guild.bot_id, at) & needed == needed


def _overwritten(guild: DemoGuild, room: Room, member: GuildMember, roles: set[int], base: int) -> int:
    everyone = [rule for rule in room.overwrites if rule.of_role and rule.target_id == guild.id]
    of_roles = [
        rule for rule in room.overwrites if rule.of_role and rule.target_id in roles and rule.target_id != guild.id
    ]
    own = [rule for rule in room.overwrites if not rule.of_role and rule.target_id == member.id]
    allowed = base
    for rules in (everyone, of_roles, own):
        allowed &= ~_union(rule.deny for rule in rules)
        allowed |= _union(rule.allow for rule in rules)
    return allowed


def _union(bits: Iterable[int]) -> int:
    whole = 0
    for part in bits:
        whole |= part
    return whole
