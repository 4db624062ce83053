"""What the database holds of somebody in Discord, and how it is taken out without leaving a byte behind."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection

from pipeline.domain.forgotten import NOBODY, STRUCK, Forgotten, needles
from pipeline.domain.names import standard
from pipeline.errors import StorageError
from pipeline.storage import decisions
from pipeline.storage.engine import copied, speaking_plainly
from pipeline.storage.migrate import upgrade

_DISCORD_CARDS: Final = frozenset({"helpers", "questions"})
"""Categories of cards that name people for what they did in Discord."""

_SUMS: Final = (
    ("message_day", "author_id"), ("question_day", "author_id"), ("welcome", "account_id"), ("welcome", "author_id"),
)  # fmt: skip
"""Where accounts stand in what is kept of messages that are held no more."""

_SENTENCES: Final = (("run", "sentence"), ("stage_run", "error"), ("landing", "failed"), ("digest", "reason"))
"""Columns of sentences, which may quote anything."""

_IN: Final = "IN (SELECT value FROM json_each(?1))"
"""SQL for one of the values in a list, which is one parameter however long it is."""

LOCK_PATIENCE_S: Final = 5.0
"""So long a database waits, of which every page is written anew, for other programs to look away."""

_Part = tuple[str, str]
"""Rows of a table, as what follows FROM, and the list that it asks for."""


class KnownAs(NamedTuple):
    """An account and what it is called; `person_id` is None of a bot."""

    id: int
    username: str
    global_name: str | None
    nick: str | None
    person_id: int | None

    @property
    def names(self) -> tuple[str, ...]:
        """All of it."""
        return tuple(name for name in (self.nick, self.global_name, self.username) if name)


class PlayedAs(NamedTuple):
    """A player, the names of now and of before, and whose they are."""

    id: int
    name: str
    former: tuple[str, ...]
    person_id: int


@dataclass(frozen=True, slots=True)
class Erased:
    """So much is held of somebody, or was taken out."""

    messages: int = 0
    days: int = 0
    clan_chat: int = 0
    accounts: int = 0
    decisions: int = 0
    texts: int = 0
    cards: int = 0
    titles: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def accounts(connection: Connection) -> list[KnownAs]:
    """All accounts, by id."""
    found = connection.exec_driver_sql(
        "SELECT id, username, global_name, nick, person_id FROM discord_account ORDER BY id"
    )
    return [KnownAs(*row) for row in found]


def players(connection: Connection) -> list[PlayedAs]:
    """All players that ever had to do with the clan, by id."""
    former: dict[int, list[str]] = {}
    for player_id, name in connection.exec_driver_sql("SELECT player_id, old_name FROM name_change ORDER BY id"):
        former.setdefault(player_id, []).append(name)
    found = connection.exec_driver_sql(
        "SELECT p.id, p.display_name, coalesce(l.person_id, p.id) FROM player p LEFT JOIN person_player l ON l.player_id = p.id"
        " ORDER BY p.id"
    )
    return [PlayedAs(id_, name, tuple(former.get(id_, ())), person_id) for id_, name, person_id in found]


def has_written(connection: Connection, account_id: int) -> bool:
    """Whether a message of an account is held of which nothing else is known."""
    asked = " UNION ALL ".join(f"SELECT 1 FROM {name} WHERE author_id = ?" for name in ("message", "message_day"))  # noqa: S608
    return connection.exec_driver_sql(f"{asked} LIMIT 1", (account_id, account_id)).first() is not None


def traces(connection: Connection, account_ids: Collection[int], player_ids: Collection[int]) -> Forgotten:
    """Everything by which these accounts and players are known tonight."""
    if not account_ids and not player_ids:
        return NOBODY
    everybody, known = players(connection), accounts(connection)
    mine = [player for player in everybody if player.id in player_ids]
    theirs = [account for account in known if account.id in account_ids]
    names = {standard(name) for player in mine for name in (player.name, *player.former)}
    borne = {standard(player.name) for player in everybody if player.id not in player_ids}
    shared = {standard(name) for player in everybody for name in (player.name, *player.former)}
    shared |= {standard(name) for account in known if account.id not in account_ids for name in account.names}
    written = connection.exec_driver_sql(f"SELECT id FROM message WHERE author_id {_IN}", (_listed(account_ids),))  # noqa: S608
    titles = _titles(connection, account_ids)
    return Forgotten(
        accounts=frozenset(account_ids),
        players=frozenset(player_ids),
        persons=frozenset({*(a.person_id for a in theirs if a.person_id is not None), *(p.person_id for p in mine)}),
        names=frozenset(names),
        aliases=frozenset(names - borne),
        messages=frozenset(written.scalars()),
        threads=frozenset(titles),
        words=needles(
            account_ids,
            (name for account in theirs for name in account.names),
            shared,
            (title for title in titles.values() if title != STRUCK),
        ),
    )


def _titles(connection: Connection, account_ids: Collection[int]) -> dict[int, str]:
    """Threads whose titles may be theirs, or were and are struck."""
    part, given = _titled(account_ids)
    asked = f"SELECT id, name FROM channel WHERE name = '{STRUCK}' UNION SELECT id, name FROM {part}"  # noqa: S608
    return dict(connection.exec_driver_sql(asked, (given,)).tuples().all())


def holdings(connection: Connection, who: Forgotten) -> Erased:
    """How much is held of *who*; nothing is changed."""
    rows = [(row, who.decided(row)) for row in decisions.ever(connection)]
    return Erased(
        messages=sum(_count(connection, *part) for part in _written(who)),
        days=sum(_count(connection, *part) for part in (*_sums(who), _helped(who))),
        clan_chat=sum(_count(connection, *part) for part in _chat(connection, who)),
        accounts=_count(connection, *_account(who)),
        decisions=sum(kept is None for _, kept in rows),
        texts=sum(kept is not None and kept != row for row, kept in rows),
        cards=len(_cards(connection, who)),
        titles=_count(connection, *_titled(who.accounts)),
    )


def erase(connection: Connection, who: Forgotten) -> Erased:
    """Take *who* out; freed space is overwritten. What is gone already costs next to nothing."""
    found = holdings(connection, who)
    if found:
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        _unsay(connection, who)
        _undecide(connection, who)
        for key in _cards(connection, who):
            connection.exec_driver_sql("DELETE FROM insight WHERE key = ? AND created_at = ?", key)
        _untitle(connection, who)
        erase_conclusions(connection, who)
        _leave_unanswered(connection, who)
        for part, given in (*_chat(connection, who), *_written(who), *_sums(who), _account(who)):
            connection.exec_driver_sql(f"DELETE FROM {part}", (given,))  # noqa: S608
        connection.exec_driver_sql(
            "DELETE FROM person WHERE id < 0 AND id NOT IN (SELECT person_id FROM discord_account WHERE person_id IS NOT NULL)"
            " AND id NOT IN (SELECT person_id FROM person_player)"
        )
    return found


def erase_conclusions(connection: Connection, who: Forgotten) -> int:
    """Drop what was concluded from all that was known of *who*: months under the clan's rules that name them, and ranks that were due.

    The next nights draw both anew, from what is known now, and then these stay.
    """
    return sum(
        connection.exec_driver_sql(f"DELETE FROM {part}", (given,)).rowcount  # noqa: S608
        for part, given in _conclusions(who)
    )


def _conclusions(who: Forgotten) -> Iterator[_Part]:
    named = f"SELECT 1 FROM json_tree(replay.body) WHERE json_tree.key = 'person_id' AND json_tree.atom {_IN}"  # noqa: S608
    yield f"replay WHERE EXISTS ({named})", _listed(who.persons | who.players)
    yield f"insight WHERE kind = 'due' AND CAST(substr(key, 1 + length('due:')) AS INTEGER) {_IN}", _listed(who.players)


def _written(who: Forgotten) -> Iterator[_Part]:
    """What they wrote."""
    yield f"message WHERE author_id {_IN}", _listed(who.accounts)


def _sums(who: Forgotten) -> Iterator[_Part]:
    """What is kept of what they wrote, where the messages are held no more."""
    for name, column in _SUMS:
        yield f"{name} WHERE {column} {_IN}", _listed(who.accounts)
    yield f"message_day WHERE relayed_player_id {_IN}", _listed(who.players)


def _helped(who: Forgotten) -> _Part:
    """Questions of others, of such a time, that they answered."""
    return f"question_day WHERE helper_id {_IN}", _listed(who.accounts)


def _leave_unanswered(connection: Connection, who: Forgotten) -> None:
    """What others asked stays; as with messages that are held, nobody answered it any more."""
    part, given = _helped(who)
    connection.exec_driver_sql(
        "INSERT INTO question_day (day, channel_id, author_id, helper_id, questions, within_day)"  # noqa: S608
        f" SELECT day, channel_id, author_id, 0, sum(questions), 0 FROM {part} GROUP BY day, channel_id, author_id"
        " ON CONFLICT (day, channel_id, author_id, helper_id) DO UPDATE SET questions = questions + excluded.questions",
        (given,),
    )
    connection.exec_driver_sql(f"DELETE FROM {part}", (given,))  # noqa: S608


def _chat(connection: Connection, who: Forgotten) -> Iterator[_Part]:
    """Clan chat in their names: given to their players, or to nobody yet under a name that is theirs alone."""
    yield f"message WHERE relayed_player_id {_IN}", _listed(who.players)
    open_names = connection.exec_driver_sql(
        "SELECT DISTINCT relayed_name FROM message WHERE relayed_name IS NOT NULL AND relayed_player_id IS NULL"
    ).scalars()
    theirs = [name for name in open_names if who.is_alias(name)]
    yield f"message WHERE relayed_player_id IS NULL AND relayed_name {_IN}", _listed(theirs)


def _account(who: Forgotten) -> _Part:
    return f"discord_account WHERE id {_IN}", _listed(who.accounts)


def _titled(account_ids: Collection[int]) -> _Part:
    """Threads that they began, or that began from a message of theirs, and may bear a title of theirs."""
    opened = f"name <> '{STRUCK}' AND id IN (SELECT id FROM message WHERE author_id {_IN})"  # noqa: S608
    theirs = f"owner_id {_IN} OR opener_id {_IN} OR {opened}"
    return f"channel WHERE kind = 'thread' AND ({theirs})", _listed(account_ids)


def _untitle(connection: Connection, who: Forgotten) -> None:
    """Strike titles, and whose they were."""
    part, given = _titled(who.accounts)
    others = (f"{column} = iif({column} {_IN}, NULL, {column})" for column in ("owner_id", "opener_id"))
    connection.exec_driver_sql(
        f"UPDATE channel SET name = '{STRUCK}', {', '.join(others)} WHERE id IN (SELECT id FROM {part})",  # noqa: S608
        (given,),
    )


def _unsay(connection: Connection, who: Forgotten) -> None:
    """Strike them from sentences about runs."""
    for table, column in _SENTENCES:
        found = connection.exec_driver_sql(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
        for text in found.scalars().all():
            if who.names_them(text):
                said = (who.struck(text), text)
                connection.exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", said)  # noqa: S608


def _undecide(connection: Connection, who: Forgotten) -> None:
    for row in decisions.ever(connection):
        kept = who.decided(row)
        if kept is None:
            connection.exec_driver_sql("DELETE FROM decision WHERE key = ? AND mark = ?", (row.key, row.mark))
        elif kept != row:
            connection.exec_driver_sql(
                "UPDATE decision SET what = ?, who = ?, reason = ?, proof = ?, word = ?, note = ? WHERE key = ? AND mark = ?",
                (kept.what, kept.who, kept.reason, kept.proof, kept.word, kept.note, row.key, row.mark),
            )


def _cards(connection: Connection, who: Forgotten) -> list[tuple[str, int]]:
    """Keys of advice about them that came from Discord."""
    found = connection.exec_driver_sql("SELECT key, created_at, kind, body FROM insight ORDER BY key, created_at")
    strangers = {f"away:{person}" for person in who.persons if person < 0}
    return [
        (key, at)
        for key, at, kind, body in found
        if key in strangers or (kind == "card" and (who.names_them(body) or _is_theirs(body, who)))
    ]


def _is_theirs(body: str, who: Forgotten) -> bool:
    card = json.loads(body)
    persons = who.persons | who.players
    return card.get("category") in _DISCORD_CARDS and any(soul["person_id"] in persons for soul in card.get("who", ()))


def _listed(values: Iterable[int | str]) -> str:
    return json.dumps(list(values))


def _count(connection: Connection, part: str, given: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {part}", (given,)).scalar_one())  # noqa: S608


def scour(file: Path, patience_s: float = LOCK_PATIENCE_S) -> None:
    """Write the database *file* anew, so that no byte of what was deleted stays in it, its statistics or its write-ahead log.

    A program that reads it for longer than *patience_s* keeps the old pages where they are, which is a StorageError.
    """
    with (
        speaking_plainly(file),
        closing(sqlite3.connect(file, timeout=patience_s, isolation_level=None)) as connection,
    ):
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'").fetchone():
            connection.execute("DELETE FROM sqlite_stat4")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")
        is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise StorageError(f"{file} is locked by another program: close it, then run uv run clanstats forget --again.")


def is_held(file: Path, account_ids: Collection[int], player_ids: Collection[int]) -> bool:
    """Whether anything would be erased of these from a backup *file*, of whatever schema; one that cannot be read may hold them."""
    try:
        with copied(file) as connection:
            upgrade(connection, file)
            return bool(holdings(connection, traces(connection, account_ids, player_ids)))
    except StorageError:
        return True
