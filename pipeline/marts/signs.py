"""The last signs of life of every person, up to any instant, from both worlds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.activity import Signs
from pipeline.storage import activity_queries, identity, queries, talk_queries
from pipeline.storage.activity_queries import ScoreRow
from pipeline.storage.talk_queries import Scope


def scope(connection: Connection, as_of: datetime) -> Scope | None:
    """Whose talk counts, None where no guild was read."""
    guild = talk_queries.guild(connection, as_of)
    return None if guild is None else Scope(guild.id, as_of, talk_queries.relays(connection))


def signs(connection: Connection, as_of: datetime, talk: Scope | None) -> dict[int, Signs]:
    """By person. Those without any known sign are left out."""
    persons = talk_queries.persons(connection)
    gains = _gains(connection, as_of)
    found: dict[int, Signs] = {}
    _note(found, "gain_at", ((persons[player], at) for player, at in gains.items() if player in persons))
    scored = ((row.player_id, _scored_at(row, gains.get(row.player_id), as_of)) for row in _scores(connection, as_of))
    _note(found, "contest_at", ((persons[player], at) for player, at in scored if player in persons))
    if talk is not None:
        owners = {row.id: row.person_id for row in identity.accounts(connection) if row.person_id is not None}
        words = activity_queries.last_words(connection, talk)
        _note(found, "word_at", ((owners[author], at) for author, at in words.items() if author in owners))
        chats = activity_queries.last_chats(connection, talk)
        _note(found, "chat_at", ((persons[player], at) for player, at in chats.items() if player in persons))
    return found


def _note(found: dict[int, Signs], kind: str, signs: Iterable[tuple[int, datetime]]) -> None:
    """Keep the latest sign of a kind of each person."""
    latest: dict[int, datetime] = {}
    for person_id, at in signs:
        latest[person_id] = max(at, latest.get(person_id, at))
    for person_id, at in latest.items():
        found[person_id] = replace(found.get(person_id, Signs()), **{kind: at})


def _gains(connection: Connection, as_of: datetime) -> Mapping[int, datetime]:
    """The last gain of each player: what our readings saw, or WOM's own word, which reaches back before our first night."""
    seen = activity_queries.last_gains(connection, as_of)
    told = {
        row.id: row.last_changed_at
        for row in queries.players(connection).values()
        if row.last_changed_at is not None and row.last_changed_at <= as_of
    }
    return {player: max(at for at in (seen.get(player), told.get(player)) if at) for player in {*seen, *told}}


def _scores(connection: Connection, as_of: datetime) -> list[ScoreRow]:
    """Scores that were known by *as_of*: of a contest still on then, only those that have not moved since."""
    return [
        row
        for row in activity_queries.scores(connection, as_of)
        if row.ends_at <= as_of or (row.updated_at is not None and row.updated_at <= as_of)
    ]


def _scored_at(row: ScoreRow, gained_at: datetime | None, as_of: datetime) -> datetime:
    """When they scored, at the latest that we know for sure: a score says that they gained, not on which day."""
    if gained_at is None or gained_at < row.starts_at:
        return row.starts_at
    return min(gained_at, row.ends_at, as_of)
