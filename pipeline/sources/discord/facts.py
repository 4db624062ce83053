"""From what discord.py gives to our records: the one place where a message's text is seen, and dropped."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import discord

from pipeline.domain.forgotten import NOBODY, Forgotten
from pipeline.domain.talk import Access, Account, Channel, ChannelKind, MessageFact, MessageKind
from pipeline.sources.discord.mentions import metrics_named
from pipeline.sources.discord.questions import OPENINGS, is_question, said

_RELAYED: Final = re.compile(r"(?:<a?:\w+:\d+>|[^\w*]){0,8}\*\*([^*\n]{1,12}?)(?:\*\*:|:\*\*)\s")
"""A name has at most twelve characters in the game; a rank's picture or a bracket may stand before it."""
_SPOKEN: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})
_COMMANDS: Final = frozenset({discord.MessageType.chat_input_command, discord.MessageType.context_menu_command})
_KINDS: Final[dict[discord.ChannelType, ChannelKind]] = {
    discord.ChannelType.text: "text",
    discord.ChannelType.news: "announcement",
    discord.ChannelType.voice: "voice",
    discord.ChannelType.stage_voice: "voice",
    discord.ChannelType.forum: "forum",
    discord.ChannelType.media: "forum",
}


@dataclass(frozen=True, slots=True)
class Ear:
    """How texts are understood, and whose are not heard at all. `deaf`: Discord withholds them, for want of the Message Content intent.

    `openings` are the first words of questions, `forums` the names, in lower case, of forums whose posts open with one.
    """

    deaf: bool = False
    openings: Collection[str] = OPENINGS
    forums: Collection[str] = ()
    forgotten: Forgotten = NOBODY


def message_fact(
    message: discord.Message, channel_id: int, thread_id: int | None, ear: Ear, *, asks: bool = False
) -> MessageFact:
    """What is kept of *message*; *asks* says that it is a question wherever it stands (the opener of a forum for them)."""
    text = message.content or ""
    kind, relayed = _kind(message, text)
    hidden = ear.deaf and not text and message.type in _SPOKEN | _COMMANDS
    reply = message.reference if message.type is discord.MessageType.reply else None
    edited = message.edited_at
    return MessageFact(
        id=message.id,
        channel_id=channel_id,
        thread_id=thread_id,
        author_id=message.author.id,
        kind=kind,
        length=None if hidden else 0 if kind == "system" else len(text),
        is_question=None if hidden else kind == "human" and (asks or is_question(text, ear.openings)),
        reply_to_id=reply.message_id if reply else None,
        edited_ms=None if edited is None else round(edited.timestamp() * 1000),
        attachments=len(message.attachments),
        metrics=metrics_named(said(text)) if kind == "human" else (),
        relayed_name=relayed,
    )


def _kind(message: discord.Message, text: str) -> tuple[MessageKind, str | None]:
    """What the message is, and whom a relay quotes."""
    if message.type not in _SPOKEN:
        return ("bot" if message.type in _COMMANDS else "system"), None
    if message.webhook_id is None and not message.author.bot:
        return "human", None
    quoted = _RELAYED.match(text)
    if quoted:
        return "relay", quoted[1].strip()
    return ("bot" if message.webhook_id is None else "webhook"), None


def account(user: discord.User | discord.Member) -> Account:
    """*user* as a member of the guild, or as the author of a message, of whom less is known."""
    if isinstance(user, discord.Member):
        roles = sorted((role for role in user.roles if not role.is_default()), key=lambda role: -role.position)
        names = tuple(role.name for role in roles if role.name)
        return Account(
            user.id, user.name or str(user.id), user.global_name, user.nick, user.bot, True, user.joined_at, names
        )
    return Account(user.id, user.name or str(user.id), user.global_name, None, user.bot, False, None, ())


def channel(found: discord.abc.GuildChannel, me: discord.Member, *, archives_read: bool) -> Channel:
    """*found* as the bot *me* may or may not read it."""
    kind = _KINDS.get(found.type, "unknown")
    return Channel(found.id, None, found.name, kind, found.position, access(found, me), archives_read=archives_read)


def thread(found: discord.Thread) -> Channel:
    """A thread that can be read, for its channel can."""
    archived_at = found.archive_timestamp if found.archived else None
    return Channel(found.id, found.parent_id, found.name, "thread", 0, "open", archived_at, owner_id=found.owner_id)


def access(found: discord.abc.GuildChannel, me: discord.Member) -> Access:
    """Whether *me* may read *found*, else why not."""
    may = found.permissions_for(me)
    if not may.view_channel:
        return "hidden"
    if isinstance(found, discord.VoiceChannel | discord.StageChannel) and not may.connect:
        return "no_connect"
    return "open" if may.read_message_history else "no_history"
