"""Accounts, roles, channels and the guild as Discord writes them."""

from typing import Any, Final

from pipeline.demo.discord.view import Place, View
from pipeline.demo.guild.model import (
    ANNOUNCEMENT,
    CATEGORY,
    FORUM,
    MEDIA,
    STAGE,
    VOICE,
    GuildMember,
    GuildRole,
    Room,
    ThreadRoom,
)
from pipeline.demo.guild.permissions import READ_MESSAGE_HISTORY, VIEW_CHANNEL
from pipeline.demo.instants import moment

MEMBERS_LIMITED: Final = 1 << 15
CONTENT_LIMITED: Final = 1 << 19
"""Flags of an application whose privileged intents are on, for bots in fewer than a hundred guilds."""

FORUMS: Final = (FORUM, MEDIA)
VOICES: Final = (VOICE, STAGE)
_THREAD_RESTS_AFTER_MIN: Final = 4320

Json = dict[str, Any]


def stamp(at: int) -> str:
    """*at* as Discord writes instants: `2026-11-21T04:59:31.118000+00:00`."""
    return moment(at).isoformat(timespec="microseconds")


def id_or_none(id_: int | None) -> str | None:
    """An id as a string, or None."""
    return None if id_ is None else str(id_)


def user(account: GuildMember) -> Json:
    """An account as the author of a message shows it; `bot` stands only where it is true, as in Discord's answers."""
    told: Json = {
        "id": str(account.id),
        "username": account.username,
        "discriminator": f"{account.id % 9999 + 1:04d}" if account.is_bot else "0",
        "global_name": account.global_name,
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
    }
    return told | {"bot": True} if account.is_bot else told


def stranger(id_: int, name: str, *, bot: bool) -> Json:
    """An author who is nobody's account: a webhook, or somebody who deleted theirs."""
    told: Json = {
        "id": str(id_),
        "username": name,
        "discriminator": "0000",
        "global_name": None,
        "avatar": None,
        "public_flags": 0,
    }
    return told | {"bot": True} if bot else told


def own_user(view: View) -> Json:
    """The bot's own account."""
    own: Json = {"bio": "", "email": None, "flags": 0, "mfa_enabled": False, "verified": True, "premium_type": 0}
    return user(view.bot) | own


def application(view: View) -> Json:
    """The bot's application: its flags tell which privileged intents are switched on."""
    flags = (CONTENT_LIMITED if view.content_intent else 0) | (MEMBERS_LIMITED if view.members_intent else 0)
    owner = view.archive.accounts.get(view.guild.owner_id, view.bot)
    return {
        "id": str(view.guild.bot_id),
        "name": view.bot.username,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "hook": True,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user(owner),
        "flags": flags,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "bot": user(view.bot),
    }


def role(view: View, one: GuildRole) -> Json:
    """A role."""
    return {
        "id": str(one.id),
        "name": one.name,
        "color": one.color,
        "colors": {"primary_color": one.color, "secondary_color": None, "tertiary_color": None},
        "hoist": one.id != view.guild.id,
        "managed": False,
        "mentionable": False,
        "permissions": str(one.permissions),
        "position": one.position,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def guild(view: View, *, counts: bool) -> Json:
    """The guild, with its roles."""
    told = {
        "id": str(view.guild.id),
        "name": view.guild.name,
        "icon": None,
        "description": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "features": [],
        "owner_id": str(view.guild.owner_id),
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 2,
        "max_presences": None,
        "max_members": 25_000_000,
        "max_video_channel_users": 25,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "nsfw": False,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "roles": [role(view, one) for one in view.guild.roles],
        "emojis": [],
        "stickers": [],
    }
    count = len(view.members())
    return told | {"approximate_member_count": count, "approximate_presence_count": 1} if counts else told


def guilds(view: View) -> list[Json]:
    """The guilds that the bot is in, by id."""
    known = list(view.other_guilds)
    if view.bot.present(view.at):
        known.append((view.guild.id, view.guild.name))
    return [_guild_in_short(id_, name) for id_, name in sorted(known)]


def _guild_in_short(id_: int, name: str) -> Json:
    return {
        "id": str(id_),
        "name": name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(VIEW_CHANNEL | READ_MESSAGE_HISTORY),
        "features": [],
    }


def member(view: View, one: GuildMember) -> Json:
    """An account in the guild, with the name and the roles it has there now."""
    return {
        "user": user(one),
        "nick": one.nicks.at(view.at),
        "avatar": None,
        "banner": None,
        "roles": [str(id_) for id_ in one.roles.at(view.at) if id_ != view.guild.id],
        "joined_at": stamp(one.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def channel(view: View, place: Place) -> Json:
    """A channel or a thread."""
    if isinstance(place, ThreadRoom):
        return thread(view, place)
    told: Json = {
        "id": str(place.id),
        "type": place.type,
        "guild_id": str(view.guild.id),
        "name": place.name,
        "position": place.position,
        "parent_id": id_or_none(place.parent_id),
        "permission_overwrites": [
            {
                "id": str(rule.target_id),
                "type": 0 if rule.of_role else 1,
                "allow": str(rule.allow),
                "deny": str(rule.deny),
            }
            for rule in place.overwrites
        ],
        "flags": 0,
    }
    return told | _of_type(view, place)


def _of_type(view: View, room: Room) -> Json:
    if room.type == CATEGORY:
        return {}
    told: Json = {"nsfw": False, "last_message_id": id_or_none(_newest(view, room))}
    if room.type in VOICES:
        return told | {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "rate_limit_per_user": 0}
    told["topic"] = room.topic
    if room.type in FORUMS:
        forum: Json = {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
        return told | forum | {"default_thread_rate_limit_per_user": 0, "rate_limit_per_user": 0}
    return told if room.type == ANNOUNCEMENT else told | {"rate_limit_per_user": 0}


def _newest(view: View, room: Room) -> int | None:
    if room.type not in FORUMS:
        return view.archive.newest_id(room.id, view.at)
    begun = (one.id for one in view.guild.threads if one.parent_id == room.id and one.created_at <= view.at)
    return max(begun, default=None)


def thread(view: View, one: ThreadRoom) -> Json:
    """A thread or a forum post."""
    existing, sent, people = view.archive.thread_counts(one, view.at)
    archived = view.archived(one)
    changed_at = one.archived_at if archived and one.archived_at is not None else one.created_at
    told: Json = {
        "id": str(one.id),
        "type": one.type,
        "guild_id": str(view.guild.id),
        "parent_id": str(one.parent_id),
        "owner_id": str(one.owner_id),
        "name": one.name,
        "last_message_id": id_or_none(view.archive.newest_id(one.id, view.at)),
        "message_count": existing,
        "total_message_sent": sent,
        "member_count": people,
        "rate_limit_per_user": 0,
        "flags": 0,
        "thread_metadata": {
            "archived": archived,
            "archive_timestamp": stamp(changed_at),
            "auto_archive_duration": _THREAD_RESTS_AFTER_MIN,
            "locked": False,
            "create_timestamp": stamp(one.created_at),
        },
    }
    return told | {"applied_tags": []} if view.room_of(one).type in FORUMS else told
