"""Records as rows of a landing, a line of JSON each, and back.

What is None, empty or False is left out, but for `question`, which is None where nobody knows. Later versions read these rows
too: add keys, never change what one means.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pipeline.domain.talk import Account, Channel, Guild, MessageFact, Read, Talk
from pipeline.errors import Unreadable
from pipeline.sources import landing as landings
from pipeline.sources.manifest import Manifest

T = TypeVar("T")
Row = dict[str, Any]

MESSAGES, THREADS, CLOSED = "messages", "threads", "closed"
"""Roles under which it is noted that something did not come: of what the bot may read, and of what is shut to it or not there."""


def is_whole(manifest: Manifest) -> bool:
    """Whether everything written that the bot may read came with a landing."""
    return not {MESSAGES, THREADS} & {failure.role for failure in manifest.failed}


def of_message(fact: MessageFact) -> Row:
    """A message's row."""
    row = _lean(
        id=fact.id, channel=fact.channel_id, thread=fact.thread_id, author=fact.author_id, kind=fact.kind,
        reply_to=fact.reply_to_id, edited_ms=fact.edited_ms, attachments=fact.attachments, metrics=list(fact.metrics),
        relayed=fact.relayed_name,
    )  # fmt: skip
    return row if fact.is_question is None else row | {"length": fact.length, "question": fact.is_question}


def of_account(account: Account) -> Row:
    """An account's row."""
    return _lean(
        id=account.id, username=account.username, global_name=account.global_name, nick=account.nick, bot=account.is_bot,
        in_guild=account.in_guild, joined_at=_text(account.joined_at), roles=list(account.roles),
    )  # fmt: skip


def of_channel(channel: Channel) -> Row:
    """A channel's or thread's row."""
    return _lean(
        id=channel.id, parent=channel.parent_id, name=channel.name, kind=channel.kind, position=channel.position,
        access=channel.access, archived_at=_text(channel.archived_at), archives_read=channel.archives_read,
    )  # fmt: skip


def of_read(read: Read) -> Row:
    """The row of a stretch that was read."""
    return _lean(source=read.source_id, after=read.after, until=read.until, reread=read.reread)


def of_guild(guild: Guild, *, lists_members: bool) -> Row:
    """The guild's row; `lists_members` tells an empty list of accounts from one that was refused."""
    return _lean(id=guild.id, name=guild.name, lists_members=lists_members)


def decode(landing: Path) -> Talk:
    """What *landing* says. Its messages are read as they are asked for, and what is wrong with them shows only then."""
    heads = list(_records(landing, "guild", lambda row: (_guild(row), row.get("lists_members", False))))
    if len(heads) != 1:
        raise Unreadable(f"The landing {landing.name} names {len(heads)} servers instead of one.")
    guild, lists_members = heads[0]
    accounts = tuple(_records(landing, "accounts", _account))
    return Talk(
        guild=guild,
        channels=tuple(_records(landing, "channels", channel_of)),
        accounts=accounts if lists_members else None,
        authors=tuple(_records(landing, "authors", _account)),
        reads=tuple(_records(landing, "reads", _read)),
        messages=_records(landing, "messages", _message),
    )


def _records(landing: Path, role: str, record: Callable[[Row], T]) -> Iterator[T]:
    for number, row in enumerate(landings.rows(landing, role), start=1):
        try:
            yield record(row)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unreadable(
                f"The landing {landing.name}, line {number} of its {role} is not of the agreed form: {error!r}."
            ) from None


def _guild(row: Row) -> Guild:
    return Guild(row["id"], row["name"])


def _message(row: Row) -> MessageFact:
    get = row.get
    return MessageFact(
        row["id"], row["channel"], get("thread"), row["author"], row["kind"], get("length"), get("question"),
        get("reply_to"), get("edited_ms"), get("attachments", 0), tuple(get("metrics", ())), get("relayed"),
    )  # fmt: skip


def _account(row: Row) -> Account:
    return Account(
        id=row["id"], username=row["username"], global_name=row.get("global_name"), nick=row.get("nick"),
        is_bot=row.get("bot", False), in_guild=row.get("in_guild", False), joined_at=_instant(row.get("joined_at")),
        roles=tuple(row.get("roles", ())),
    )  # fmt: skip


def channel_of(row: Row) -> Channel:
    return Channel(
        id=row["id"], parent_id=row.get("parent"), name=row["name"], kind=row["kind"], position=row.get("position", 0),
        access=row["access"], archived_at=_instant(row.get("archived_at")), archives_read=row.get("archives_read", False),
    )  # fmt: skip


def _read(row: Row) -> Read:
    return Read(row["source"], row.get("after", 0), row["until"], row.get("reread", False))


def _lean(**row: Any) -> Row:
    return {key: value for key, value in row.items() if value not in (None, False, 0, [])}


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
