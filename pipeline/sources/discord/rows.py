"""Records as rows of a landing, a line of JSON each, and back.

What is None, empty or False is left out, but for `question`, which is None where nobody knows. Later versions read these rows
too: add keys, never change what one means.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from pipeline.domain.talk import (
    Access,
    Account,
    Channel,
    ChannelKind,
    Guild,
    MessageFact,
    MessageKind,
    Read,
    Talk,
)
from pipeline.errors import Unreadable
from pipeline.sources import landing as landings
from pipeline.sources.manifest import Manifest

T = TypeVar("T")
Row = dict[str, Any]

MESSAGES, THREADS, CLOSED = "messages", "threads", "closed"
"""Roles under which it is noted that something did not come: of what the bot may read, and of what is shut to it or not there."""

LARGEST: Final = 2**63 - 1
"""What a database holds; ids of Discord are smaller until the year 2084."""
LAST_MS: Final = 253_402_300_799_999
"""The last millisecond that a calendar knows, of the year 9999."""
LONGEST_SHOWN: Final = 40
_KINDS: Final[Mapping[str, MessageKind]] = {kind: kind for kind in get_args(MessageKind)}
_CHANNEL_KINDS: Final[Mapping[str, ChannelKind]] = {kind: kind for kind in get_args(ChannelKind)}
_ACCESS: Final[Mapping[str, Access]] = {access: access for access in get_args(Access)}


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
        in_guild=account.in_guild, joined_at=_iso(account.joined_at), roles=list(account.roles),
    )  # fmt: skip


def of_channel(channel: Channel) -> Row:
    """A channel's or thread's row."""
    return _lean(
        id=channel.id, parent=channel.parent_id, name=channel.name, kind=channel.kind, position=channel.position,
        access=channel.access, archived_at=_iso(channel.archived_at), archives_read=channel.archives_read,
        owner=channel.owner_id,
    )  # fmt: skip


def of_read(read: Read) -> Row:
    """The row of a stretch that was read."""
    return _lean(source=read.source_id, after=read.after, until=read.until, reread=read.reread)


def of_guild(guild: Guild, *, lists_members: bool) -> Row:
    """The guild's row; `lists_members` tells an empty list of accounts from one that was refused."""
    return _lean(id=guild.id, name=guild.name, lists_members=lists_members)


def decode(landing: Path) -> Talk:
    """What *landing* says. Its messages are read as they are asked for, and what is wrong with them shows only then."""
    heads = list(_records(landing, "guild", lambda row: (_guild(row), _flag(row.get("lists_members", False)))))
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
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            why = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            raise Unreadable(
                f"The landing {landing.name}, line {number} of its {role} is not of the agreed form: {why}."
            ) from None


def _guild(row: Row) -> Guild:
    return Guild(_id(row["id"]), _text(row["name"]))


def _message(row: Row) -> MessageFact:
    get = row.get
    return MessageFact(
        _id(row["id"]), _id(row["channel"]), _or_none(_id, get("thread")), _id(row["author"]), _one_of(_KINDS, row["kind"]),
        _or_none(_count, get("length")), _or_none(_flag, get("question")), _or_none(_id, get("reply_to")),
        _or_none(_ms, get("edited_ms")), _count(get("attachments", 0)), _texts(get("metrics", ())),
        _or_none(_text, get("relayed")),
    )  # fmt: skip


def _account(row: Row) -> Account:
    get = row.get
    return Account(
        id=_id(row["id"]), username=_text(row["username"]), global_name=_or_none(_text, get("global_name")),
        nick=_or_none(_text, get("nick")), is_bot=_flag(get("bot", False)), in_guild=_flag(get("in_guild", False)),
        joined_at=_or_none(_instant, get("joined_at")), roles=_texts(get("roles", ())),
    )  # fmt: skip


def channel_of(row: Row) -> Channel:
    """A channel or thread of a landing."""
    get = row.get
    return Channel(
        id=_id(row["id"]), parent_id=_or_none(_id, get("parent")), name=_text(row["name"]),
        kind=_one_of(_CHANNEL_KINDS, row["kind"]), position=_whole(get("position", 0)), access=_one_of(_ACCESS, row["access"]),
        archived_at=_or_none(_instant, get("archived_at")), archives_read=_flag(get("archives_read", False)),
        owner_id=_or_none(_id, get("owner")),
    )  # fmt: skip


def _read(row: Row) -> Read:
    return Read(_id(row["source"]), _count(row.get("after", 0)), _count(row["until"]), _flag(row.get("reread", False)))


def _or_none(read: Callable[[Any], T], value: Any) -> T | None:
    return None if value is None else read(value)


def _whole(value: Any) -> int:
    if type(value) is int and -LARGEST <= value <= LARGEST:
        return value
    raise ValueError(f"{_shown(value)} is no number of 64 bits")


def _count(value: Any) -> int:
    if _whole(value) >= 0:
        return int(value)
    raise ValueError(f"{_shown(value)} is below 0")


def _id(value: Any) -> int:
    if type(value) is int and 0 < value <= LARGEST:
        return value
    raise ValueError(f"{_shown(value)} is no id")


def _ms(value: Any) -> int:
    if _count(value) <= LAST_MS:
        return int(value)
    raise ValueError(f"{_shown(value)} is no instant")


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"{_shown(value)} is neither true nor false")


def _text(value: Any) -> str:
    """A text; half a character, which no database can hold, becomes a question mark."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    raise ValueError(f"{_shown(value)} is no text")


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(map(_text, value))
    raise ValueError(f"{_shown(value)} is no list")


def _one_of(known: Mapping[str, T], value: Any) -> T:
    if isinstance(value, str) and value in known:
        return known[value]
    raise ValueError(f"{_shown(value)} is no word for it")


def _shown(value: Any) -> str:
    shown = "a huge number" if isinstance(value, int) and abs(value) > 10**20 else ascii(value)
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 3] + "..."


def _lean(**row: Any) -> Row:
    return {key: value for key, value in row.items() if value not in (None, False, 0, [])}


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(value: Any) -> datetime:
    found = datetime.fromisoformat(_text(value))
    if found.tzinfo is None:
        raise ValueError(f"{_shown(value)} is no instant with a zone")
    return found.astimezone(UTC)
