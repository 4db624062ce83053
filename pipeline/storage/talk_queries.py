"""What is asked of the guild's talk: one function, one SELECT, typed rows. What is counted again and again is in `message_columns`.

Only messages of people and the repeated clan chat count, those of the clan's guild that were sent by a `Scope`'s now and not
deleted by then. Ids grow with time, so each window is one range of the primary key; a join with a list of windows would make
SQLite build an index of its own, a hundred times slower.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, func, select

from pipeline.domain.talk import KnownSource, KnownTalk, instant_of, snowflake_at
from pipeline.domain.window import DAY, TICK, Window
from pipeline.storage import tables
from pipeline.storage.types import from_ms, to_ms

WELCOME: Final = 7 * DAY
"""How long after somebody came a greeting is a welcome."""

ANSWERABLE: Final = 365 * DAY
"""How long after a question a message still answers it: sums of questions, which are older, are then sums for good."""

IN_GUILD: Final = "m.channel_id IN (SELECT id FROM channel WHERE guild_id = ?1)"
"""SQL for a message `m` of the clan's guild ?1."""

EXISTS: Final = f"(m.deleted_at IS NULL OR m.deleted_at > ?2) AND {IN_GUILD}"
"""SQL for one that was not deleted by ?2."""

_DAY_MS: Final = DAY // TICK


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose talk, and as of when; `relays` are the authors that repeat the clan chat (`relays` below)."""

    guild_id: int
    now: datetime
    relays: tuple[int, ...] = ()

    @property
    def is_chat(self) -> str:
        """SQL for a message `m` of clan chat."""
        return f"(m.kind = 'relay' AND m.author_id IN ({', '.join(map(str, self.relays))}))"

    @property
    def until(self) -> int:
        """The first id that is too late."""
        return snowflake_at(self.now + TICK)

    def range_of(self, window: Window) -> tuple[int, int, int, int]:
        """Guild, now in milliseconds, and the ids of *window*: the parameters ?1 to ?4 of every statement here."""
        return self.guild_id, to_ms(self.now), snowflake_at(window.since), min(snowflake_at(window.until), self.until)


class AskedRow(NamedTuple):
    """A question and the first message that answers it; `metrics` is a JSON list."""

    message_id: int
    channel_id: int
    thread_id: int | None
    author_id: int
    metrics: str
    answer_id: int | None
    helper_id: int | None


class GreetingRow(NamedTuple):
    """The first message of somebody else that replies to a newcomer."""

    account_id: int
    message_id: int
    author_id: int


def known_talk(connection: Connection) -> KnownTalk:
    """What a harvest of Discord need not ask again, by channel and thread."""
    found = connection.exec_driver_sql(
        """
        WITH reread AS (
            SELECT j.value AS id, max(l.fetched_at) AS at FROM landing l, json_each(l.rereads) j
            WHERE l.source = 'discord' GROUP BY j.value),
        listed AS (
            SELECT j.value AS id, max(l.fetched_at) AS at FROM landing l, json_each(l.archives) j
            WHERE l.source = 'discord' GROUP BY j.value),
        held AS (
            SELECT coalesce(thread_id, channel_id) AS id, max(id) AS newest FROM message
            WHERE deleted_at IS NULL GROUP BY 1),
        blind AS (
            SELECT coalesce(thread_id, channel_id) AS id, min(id) AS first FROM message
            WHERE is_question IS NULL AND deleted_at IS NULL GROUP BY 1)
        SELECT c.id, c.access, c.parent_id, c.cursor, reread.at, listed.at, blind.first, held.newest FROM channel c
        LEFT JOIN reread USING (id) LEFT JOIN listed USING (id) LEFT JOIN blind USING (id) LEFT JOIN held USING (id)
        ORDER BY c.id
        """
    )
    return KnownTalk(
        {
            id_: KnownSource(access, cursor, _instant(reread_at), _instant(listed_at), blind, newest, parent_id)
            for id_, access, parent_id, cursor, reread_at, listed_at, blind, newest in found.tuples()
        }
    )


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def is_held(connection: Connection, message_id: int) -> bool:
    """Whether anything is known of a message."""
    return connection.execute(select(tables.Message.id).where(tables.Message.id == message_id)).first() is not None


def guild(connection: Connection, as_of: datetime) -> Row[Any] | None:
    """The guild that was the clan's at *as_of*; if none was chosen by then, the first that was."""
    row = tables.Guild
    found = connection.execute(select(row.__table__).order_by(row.chosen_at, row.id)).all()
    chosen = [each for each in found if each.chosen_at <= as_of]
    return next(iter(chosen[-1:] or found[:1]), None)


def guild_name(connection: Connection, guild_id: int) -> str:
    """What a guild calls itself."""
    return connection.execute(select(tables.Guild.name).where(tables.Guild.id == guild_id)).scalar_one()


def heard_until(connection: Connection, as_of: datetime) -> datetime | None:
    """Up to when everything that was written is known, by what was read up to *as_of*; None if there never was a whole reading."""
    row = tables.Landing
    return connection.execute(
        select(func.max(row.fetched_at)).where(row.source == "discord", row.whole, row.fetched_at <= as_of)
    ).scalar()


def channels(connection: Connection, guild_id: int) -> list[Row[Any]]:
    """Channels and threads of a guild in its own order, those that are gone last."""
    row = tables.Channel
    return list(
        connection.execute(
            select(row.__table__).where(row.guild_id == guild_id).order_by(row.access == "gone", row.position, row.id)
        ).all()
    )


def members_listed(connection: Connection) -> bool:
    """Whether Discord ever listed who is in the guild; of accounts that only wrote there nobody knows."""
    row = tables.DiscordAccount
    listed = select(row.id).where(row.in_guild | row.left_at.is_not(None)).limit(1)
    return connection.execute(listed).first() is not None


def persons(connection: Connection) -> dict[int, int]:
    """The person behind each player."""
    row = tables.PersonPlayer
    return dict(connection.execute(select(row.player_id, row.person_id).order_by(row.player_id)).tuples().all())


def relays(connection: Connection) -> tuple[int, ...]:
    """Bots and webhooks that repeated somebody of the clan; another bot may begin its lines with a bold word, too."""
    found = connection.exec_driver_sql(
        "SELECT author_id FROM message WHERE relayed_player_id IS NOT NULL"
        " UNION SELECT author_id FROM message_day WHERE relayed_player_id > 0 ORDER BY author_id"
    )
    return tuple(found.scalars())


def first_word_at(connection: Connection, scope: Scope) -> datetime | None:
    """When the first message was sent that counts, in Discord or in clan chat, of those that are kept singly."""
    found = connection.exec_driver_sql(
        f"SELECT min(m.id) FROM message m WHERE (m.kind = 'human' OR {scope.is_chat}) AND {EXISTS}"  # noqa: S608
        " AND m.id < ?3",
        (scope.guild_id, to_ms(scope.now), scope.until),
    ).scalar_one()
    return None if found is None else instant_of(found)


def asked(connection: Connection, scope: Scope, window: Window) -> list[AskedRow]:
    """Questions of people asked in *window*, oldest first, each with its first answer.

    That is the earliest message of another person that replies to it, follows it in its thread, or stands in the thread that
    was begun from it; what comes a year later is none.
    """
    in_time = f"m.id < min(?5, q.id + {ANSWERABLE // TICK << 22})"
    counts = f"m.kind = 'human' AND {EXISTS} AND {in_time} AND {person_of('m.author_id')} <> q.person"
    found = _plain_rows(
        connection,
        f"""
        WITH q AS MATERIALIZED (
            SELECT id, channel_id, thread_id, author_id, metrics, {person_of("m.author_id")} AS person FROM message m
            WHERE m.id >= ?3 AND m.id < ?4 AND m.is_question AND m.kind = 'human' AND {EXISTS}
        ),
        found AS MATERIALIZED (
            SELECT q.*,
              (SELECT m.id FROM message m WHERE m.reply_to_id = q.id AND {counts} ORDER BY m.id LIMIT 1) AS reply,
              (SELECT m.id FROM message m WHERE m.thread_id = q.thread_id AND m.id > q.id AND {counts}
                  ORDER BY m.id LIMIT 1) AS after,
              (SELECT m.id FROM message m WHERE m.thread_id = q.id AND {counts} ORDER BY m.id LIMIT 1) AS begun
            FROM q
        )
        SELECT f.id, f.channel_id, f.thread_id, f.author_id, f.metrics, a.id, a.author_id FROM found f
        LEFT JOIN message a ON a.id = min(coalesce(f.reply, f.after, f.begun), coalesce(f.after, f.begun, f.reply),
            coalesce(f.begun, f.reply, f.after))
        ORDER BY f.id
        """,  # noqa: S608
        (*scope.range_of(window), scope.until),
    )
    return [AskedRow._make(row) for row in found]


def questions(connection: Connection, scope: Scope, window: Window) -> int:
    """How many questions people asked in *window*."""
    found = connection.exec_driver_sql(
        f"""
        SELECT count(*) FROM message m
        WHERE m.id >= ?3 AND m.id < ?4 AND m.is_question AND m.kind = 'human' AND {EXISTS}
        """,  # noqa: S608
        scope.range_of(window),
    )
    return int(found.scalar_one())


def withheld_since(connection: Connection, scope: Scope, window: Window | None = None) -> datetime | None:
    """When the first message was sent, in *window* if there is one, whose text Discord withheld and may yet show."""
    lowest, highest = (0, scope.until) if window is None else scope.range_of(window)[2:]
    found = connection.exec_driver_sql(
        f"""
        SELECT min(m.id) FROM message m
        WHERE m.is_question IS NULL AND m.kind IN ('human', 'bot', 'webhook') AND m.id >= ?3 AND m.id < ?4 AND {EXISTS}
          AND NOT EXISTS (SELECT 1 FROM channel c WHERE c.id IN (m.channel_id, m.thread_id) AND c.access = 'gone')
        """,  # noqa: S608
        (scope.guild_id, to_ms(scope.now), lowest, highest),
    ).scalar_one()
    return None if found is None else instant_of(found)


def greetings(connection: Connection, scope: Scope) -> list[GreetingRow]:
    """Who first replied to whom within a week of their coming; a reply to the notice that somebody came counts too.

    Of those whose messages are daily sums it was noted before.
    """
    found = _plain_rows(
        connection,
        f"""
        SELECT a.id, min(m.id), m.author_id FROM message m
        JOIN message target ON target.id = m.reply_to_id
        JOIN discord_account a ON a.id = target.author_id
        WHERE m.reply_to_id IS NOT NULL AND m.id < ?3 AND m.kind = 'human' AND {EXISTS}
          AND NOT a.is_bot AND m.sent_at >= a.joined_at AND m.sent_at <= a.joined_at + {WELCOME // TICK}
          AND {person_of("m.author_id")} <> coalesce(a.person_id, a.id)
        GROUP BY a.id ORDER BY a.id
        """,  # noqa: S608
        (scope.guild_id, to_ms(scope.now), scope.until),
    )
    noted = _plain_rows(
        connection,
        f"""
        SELECT a.id, w.welcomed_at, w.author_id FROM welcome w
        JOIN discord_account a ON a.id = w.account_id AND a.joined_at = w.joined_at
        WHERE w.welcomed_at <= ?1 AND NOT a.is_bot AND {person_of("w.author_id")} <> coalesce(a.person_id, a.id)
        """,  # noqa: S608
        (to_ms(scope.now),),
    )
    rows = {row[0]: GreetingRow._make(row) for row in found}
    rows |= {account: GreetingRow(account, snowflake_at(from_ms(at)), author) for account, at, author in noted}
    return [rows[account] for account in sorted(rows)]


def closed_channels(connection: Connection, guild_id: int) -> dict[str, int]:
    """How many channels the bot may not, or cannot, read, by the reason."""
    row = tables.Channel
    found = connection.execute(
        select(row.access, func.count())
        .where(row.guild_id == guild_id, row.kind != "thread", row.access.not_in(("open", "gone")))
        .group_by(row.access)
        .order_by(row.access)
    )
    return dict(found.tuples().all())


def last_try(connection: Connection, after: datetime | None, as_of: datetime) -> Row[Any] | None:
    """State and error of the last try to read Discord in (*after*, *as_of*], None if there was none."""
    run, stage = tables.Run, tables.StageRun
    is_later = () if after is None else (run.now > after,)
    return connection.execute(
        select(stage.state, stage.error)
        .join(run, run.id == stage.run_id)
        .where(stage.name == "harvest_discord", run.now <= as_of, *is_later)
        .order_by(run.now.desc(), run.id.desc())
    ).first()


def person_of(author: str) -> str:
    """SQL for the person behind *author*; an author without an account is one of their own."""
    return f"coalesce((SELECT person_id FROM discord_account WHERE id = {author}), {author})"  # noqa: S608


def _plain_rows(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> list[Any]:
    """Rows as plain tuples: for tens of thousands of them SQLAlchemy's own would cost as much as the query."""
    found = connection.exec_driver_sql(statement, parameters).cursor
    assert found is not None
    return list(found.fetchall())
