"""The guild's facts become rows: everything one landing of Discord says, in the caller's transaction.

Messages only accumulate. What describes the present (names, roles, access, and that a message is gone) is taken only if no newer
landing was loaded before.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, func, select

from pipeline.domain.talk import Account, Channel, Guild, MessageFact, Read, Talk, ms_of
from pipeline.storage import tables
from pipeline.storage.load import Arrival, is_newest, mark, table
from pipeline.storage.sum_queries import summed_until
from pipeline.storage.types import json_list, ms_or_none, to_ms
from pipeline.storage.upsert import Counts, upsert, write

BATCH: Final = 5_000
"""Messages written at a time."""

_MESSAGE: Final = (
    "id", "channel_id", "thread_id", "author_id", "sent_at", "edited_at", "kind", "length", "is_question", "reply_to_id",
    "attachments", "metrics", "relayed_name", "deleted_at",
)  # fmt: skip

_HEARD: Final = ("kind", "length", "is_question", "attachments", "metrics", "relayed_name")
"""What only a message's text tells."""


def load_talk(connection: Connection, talk: Talk, arrival: Arrival) -> Counts:
    """Write all of *talk* and mark the landing as loaded; returns what became of the rows."""
    present = is_newest(connection, arrival)
    counts = Counts()
    if present:
        _load_guild(connection, talk.guild, arrival.fetched_at)
        counts += _load_channels(connection, talk.guild, talk.channels)
        counts += _load_accounts(connection, talk, arrival.fetched_at)
    missed = _held(connection, talk.reads) if present else set()
    counts += load_messages(connection, talk.messages, missed, is_present=present)
    counts += _bury(connection, missed, arrival.fetched_at)
    _advance(connection, talk.reads)
    mark(
        connection, arrival, arrival.fetched_at,
        rereads=(read.source_id for read in talk.reads if read.reread),
        archives=(channel.id for channel in talk.channels if channel.archives_read),
    )  # fmt: skip
    return counts


def _load_guild(connection: Connection, guild: Guild, fetched_at: datetime) -> None:
    """The guild; one that was not the clan's before is chosen from now on."""
    row = tables.Guild
    chosen = connection.execute(select(row.id, row.chosen_at).order_by(row.chosen_at.desc()).limit(1)).first()
    since = chosen.chosen_at if chosen and chosen.id == guild.id else fetched_at
    upsert(connection, table(row), ("id", "name", "chosen_at"), [(guild.id, guild.name, to_ms(since))])


def _load_channels(connection: Connection, guild: Guild, channels: Sequence[Channel]) -> Counts:
    """Channels and threads as they are now. Channels that the guild lists no more are gone; threads go out of sight unheard."""
    columns = ("id", "guild_id", "parent_id", "name", "kind", "position", "access", "archived_at", "owner_id")
    rows = [
        (c.id, guild.id, c.parent_id, c.name, c.kind, c.position, c.access, ms_or_none(c.archived_at), c.owner_id)
        for c in channels
    ]
    held = tables.Channel
    listed = {channel.id for channel in channels}
    known = connection.execute(select(table(held)).where(held.guild_id == guild.id, held.parent_id.is_(None))).all()
    rows += [
        (c.id, c.guild_id, None, c.name, c.kind, c.position, "gone", None, None) for c in known if c.id not in listed
    ]
    return upsert(connection, table(held), columns, rows)


_ACCOUNT: Final = (
    "id", "username", "global_name", "nick", "is_bot", "in_guild", "joined_at", "left_at", "roles",
)  # fmt: skip


def _load_accounts(connection: Connection, talk: Talk, fetched_at: datetime) -> Counts:
    """Accounts as the list of members has them, who left it, and those of whom only messages tell."""
    held = {row.id: row for row in connection.execute(select(table(tables.DiscordAccount))).all()}
    listed = {account.id: account for account in talk.accounts or ()}
    rows = [_account_row(account, None) for account in listed.values()]
    rows += [_account_row(author, None) for author in talk.authors if author.id not in listed and author.id not in held]
    if talk.accounts is not None:
        left = (row for row in held.values() if row.in_guild and row.id not in listed)
        rows += [
            (row.id, row.username, row.global_name, row.nick, row.is_bot, False, ms_or_none(row.joined_at),
             to_ms(fetched_at), json_list(())) for row in left
        ]  # fmt: skip
    return upsert(connection, table(tables.DiscordAccount), _ACCOUNT, rows)


def _account_row(account: Account, left_at: int | None) -> tuple[Any, ...]:
    return (
        account.id, account.username, account.global_name, account.nick, account.is_bot, account.in_guild,
        ms_or_none(account.joined_at), left_at, json_list(account.roles),
    )  # fmt: skip


def load_messages(
    connection: Connection, messages: Iterable[MessageFact], missed: set[int], *, is_present: bool
) -> Counts:
    """Facts of *messages*; their ids are struck from *missed*. An old landing only adds messages that are not held.

    What is counted in daily sums already is not taken again, whatever became of it since.
    """
    count = select(func.count()).select_from(table(tables.Message))
    summed = summed_until(connection)
    before = connection.execute(count).scalar_one()
    touched = arrived = 0
    for batch in _batches(messages):
        if missed:
            missed.difference_update(fact.id for fact in batch)
        fresh = (
            [fact for fact in batch if fact.id > summed.get(fact.thread_id or fact.channel_id, 0)] if summed else batch
        )
        for facts, settled in _by_weight(connection, fresh, is_present=is_present):
            rows = [_message_row(fact) for fact in facts]
            touched += write(connection, table(tables.Message), _MESSAGE, rows, settled=settled)
        arrived += len(batch)
    inserted = connection.execute(count).scalar_one() - before
    return Counts(inserted, touched - inserted, arrived - touched)


def _by_weight(
    connection: Connection, batch: list[MessageFact], *, is_present: bool
) -> list[tuple[list[MessageFact], tuple[str, ...]]]:
    """*batch* by what it may not change of messages that are held: an old landing nothing, a withheld text not what was heard.

    What was heard of a message that was edited since is true no more: it is withheld now, and read again once texts are shown.
    """
    if not is_present:
        return [(batch, _MESSAGE)]
    heard = [fact for fact in batch if fact.is_question is not None]
    if len(heard) == len(batch):
        return [(batch, ())]
    withheld = [fact for fact in batch if fact.is_question is None]
    edited = _edited(connection, withheld)
    return [
        ([*heard, *(fact for fact in withheld if fact.id in edited)], ()),
        ([fact for fact in withheld if fact.id not in edited], _HEARD),
    ]


def _edited(connection: Connection, facts: Iterable[MessageFact]) -> set[int]:
    """Which of *facts* are held as they were before another edit."""
    now = {fact.id: fact.edited_ms for fact in facts}
    held = connection.exec_driver_sql(
        "SELECT id, edited_at FROM message WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(now)),)
    )
    return {id_ for id_, edited_ms in held if edited_ms != now[id_]}


def _batches(messages: Iterable[MessageFact]) -> Iterator[list[MessageFact]]:
    waiting = iter(messages)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _message_row(fact: MessageFact) -> tuple[Any, ...]:
    id_, channel, thread, author, kind, length, asks, reply_to, edited, attachments, metrics, relayed = fact
    return (
        id_, channel, thread, author, ms_of(id_), edited, kind, length, asks, reply_to, attachments,
        json_list(metrics) if metrics else "[]", relayed, None,
    )  # fmt: skip


def _held(connection: Connection, reads: Iterable[Read]) -> set[int]:
    """Messages held, and not known to be deleted, from inside what was read whole."""
    found: set[int] = set()
    for read in reads:
        found.update(
            connection.exec_driver_sql(
                "SELECT id FROM message WHERE id > ? AND id <= ? AND coalesce(thread_id, channel_id) = ? AND deleted_at IS NULL",
                (read.after, read.until, read.source_id),
            ).scalars()
        )
    return found


def _bury(connection: Connection, missed: Iterable[int], fetched_at: datetime) -> Counts:
    """What should have come and did not was deleted."""
    gone = [(to_ms(fetched_at), message_id) for message_id in sorted(missed)]
    connection.exec_driver_sql("UPDATE message SET deleted_at = ? WHERE id = ?", gone or [(None, -1)])
    return Counts(updated=len(gone))


def _advance(connection: Connection, reads: Iterable[Read]) -> None:
    """Move the cursors to where reading came; never back."""
    connection.exec_driver_sql(
        "UPDATE channel SET cursor = max(?1, coalesce(cursor, ?1)) WHERE id = ?2",
        [(read.until, read.source_id) for read in reads] or [(0, -1)],
    )
