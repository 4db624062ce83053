"""Messages as Discord writes them; a key that does not apply is left out, as there."""

import re
from typing import Final

from pipeline.demo.discord.view import View
from pipeline.demo.discord.wire import Json, stamp, stranger, thread, user
from pipeline.demo.guild.model import (
    PINNED,
    REPLY,
    SLASH,
    THREAD_CREATED,
    THREAD_STARTER,
    GuildMember,
    Post,
    ThreadRoom,
    sent_at,
)

_HAS_THREAD: Final = 1 << 5
_ACCOUNT: Final = re.compile(r"<@!?(\d{1,19})>")
_ROLE: Final = re.compile(r"<@&(\d{1,19})>")
_EVERYBODY: Final = re.compile(r"@(?:everyone|here)\b")
_PICTURE_BYTES: Final = 48_213


def message(view: View, post: Post) -> Json:
    """A message of a page, with what it answers."""
    return _message(view, post) | _reference(view, post)


def _message(view: View, post: Post) -> Json:
    edited = post.edited_at is not None and post.edited_at <= view.at
    text = (post.edited_text or "") if edited else post.text
    mentioned = _mentioned(view, post, text)
    shown = view.content_intent or view.guild.bot_id in (post.author_id, *(account.id for account in mentioned))
    told: Json = {
        "id": str(post.id),
        "type": post.type,
        "channel_id": str(post.room_id),
        "author": _author(view, post),
        "content": text if shown else "",
        "timestamp": stamp(sent_at(post.id)),
        "edited_timestamp": stamp(post.edited_at) if edited and post.edited_at is not None else None,
        "tts": False,
        "mention_everyone": bool(_EVERYBODY.search(text)),
        "mentions": [user(account) for account in mentioned],
        "mention_roles": _ROLE.findall(text),
        "attachments": [_attachment(post, number) for number in range(post.attachments)] if shown else [],
        "embeds": [],
        "components": [],
        "pinned": post.pinned,
        "flags": _HAS_THREAD if _thread_begun_from(view, post) else 0,
    }
    return told | _marks(view, post)


def _marks(view: View, post: Post) -> Json:
    """Who sent it in whose stead, where it stands in its thread, and the thread that began from it."""
    begun = _thread_begun_from(view, post)
    told: Json = {} if begun is None else {"thread": thread(view, begun)}
    if post.webhook_name is not None:
        told["webhook_id"] = str(post.author_id)
    elif post.type == SLASH:
        # Discord sends what answers a slash command through a webhook that bears the application's id.
        told["webhook_id"] = told["application_id"] = str(post.author_id)
    if post.room_id in view.archive.threads:
        told["position"] = view.archive.position(post)
    return told


def _author(view: View, post: Post) -> Json:
    if post.webhook_name is not None:
        return stranger(post.author_id, post.webhook_name, bot=True)
    account = view.archive.accounts.get(post.author_id)
    return stranger(post.author_id, "Deleted User", bot=False) if account is None else user(account)


def _mentioned(view: View, post: Post, text: str) -> list[GuildMember]:
    """The accounts that a message calls by id, and the author of what it replies to."""
    ids = [int(id_) for id_ in _ACCOUNT.findall(text)]
    answered = view.post(post.reply_to) if post.type == REPLY and post.reply_to is not None else None
    if answered is not None and answered.webhook_name is None:
        ids.append(answered.author_id)
    accounts = view.archive.accounts
    return [accounts[id_] for id_ in dict.fromkeys(ids) if id_ in accounts]


def _attachment(post: Post, number: int) -> Json:
    id_, name = post.id + 1 + number, f"image{number}.png"
    place = f"attachments/{post.room_id}/{id_}/{name}"
    return {
        "id": str(id_),
        "filename": name,
        "size": _PICTURE_BYTES,
        "url": f"https://cdn.discordapp.com/{place}",
        "proxy_url": f"https://media.discordapp.net/{place}",
        "content_type": "image/png",
        "width": 640,
        "height": 360,
    }


def _thread_begun_from(view: View, post: Post) -> ThreadRoom | None:
    """The thread of the same id; the opener of a forum post stands inside it and has none."""
    begun = view.thread(post.id)
    return begun if begun is not None and begun.parent_id == post.room_id else None


def _reference(view: View, post: Post) -> Json:
    """What a message points at. A reply or a thread's starter carries the message itself, None once it is deleted."""
    if post.type == THREAD_STARTER:
        begun = view.archive.threads[post.room_id]
        return _quoted(view, begun.parent_id, begun.id)
    if post.reply_to is None:
        return {}
    if post.type == THREAD_CREATED:
        return {"message_reference": _pointer(view, post.reply_to, None)}
    if post.type == PINNED:
        return {"message_reference": _pointer(view, post.room_id, post.reply_to)}
    return _quoted(view, post.room_id, post.reply_to)


def _pointer(view: View, room_id: int, message_id: int | None) -> Json:
    told: Json = {"type": 0, "guild_id": str(view.guild.id), "channel_id": str(room_id)}
    return told if message_id is None else told | {"message_id": str(message_id)}


def _quoted(view: View, room_id: int, message_id: int) -> Json:
    quoted = view.post(message_id)
    return {
        "message_reference": _pointer(view, room_id, message_id),
        "referenced_message": None if quoted is None else _message(view, quoted) | _pointed(view, quoted),
    }


def _pointed(view: View, post: Post) -> Json:
    """What a message inside another one points at, without a third inside."""
    told = _reference(view, post)
    told.pop("referenced_message", None)
    return told
