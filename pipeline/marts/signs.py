"""The last signs of life of every person, up to any instant, from both worlds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.activity import Signs
from pipeline.marts.competitions import was_known
from pipeline.marts.talk_model import TalkMarts
from pipeline.storage import activity_queries, identity, queries, talk_queries
from pipeline.storage.activity_queries import ScoreRow
from pipeline.storage.talk_queries import Scope


@dataclass(frozen=True, slots=True)
class Heard:
    """The last word of each person in Discord, and their last line in clan chat; `begun`: whether anything was ever read."""

    words: Mapping[int, datetime]
    chats: Mapping[int, datetime]
    begun: bool


def heard(talk: TalkMarts | None) -> Heard:
    """What tonight's marts of talk know already."""
    speakers = () if talk is None else talk.speakers
    return Heard(
        {each.person_id: each.last_word_at for each in speakers if each.last_word_at is not None},
        {each.person_id: each.last_clan_chat_at for each in speakers if each.last_clan_chat_at is not None},
        begun=talk is not None,
    )


def talk_scope(connection: Connection, as_of: datetime) -> Scope | None:
    """Whose talk counts at an instant, None where no guild was read."""
    guild = talk_queries.guild(connection, as_of)
    return None if guild is None else Scope(guild.id, as_of, talk_queries.relays(connection))


def heard_by(connection: Connection, as_of: datetime) -> Heard:
    """What was heard by an instant of the past."""
    scope = talk_scope(connection, as_of)
    if scope is None:
        return heard(None)
    owners = {row.id: row.person_id for row in identity.accounts(connection) if row.person_id is not None}
    persons = talk_queries.persons(connection)
    words = activity_queries.last_words(connection, scope)
    chats = activity_queries.last_chats(connection, scope)
    return Heard(
        _latest((owners[author], at) for author, at in words.items() if author in owners),
        _latest((persons[player], at) for player, at in chats.items() if player in persons),
        begun=bool(words or chats),
    )


def signs(connection: Connection, as_of: datetime, talk: Heard) -> dict[int, Signs]:
    """By person. Those without any known sign are left out."""
    persons = talk_queries.persons(connection)
    gains = _gains(connection, as_of)
    scored = {row: _scored_at(row, gains.get(row.player_id), as_of) for row in _scores(connection, as_of)}
    gained = _latest((persons[player], at) for player, at in gains.items() if player in persons)
    contests = _latest((persons[row.player_id], at) for row, at in scored.items() if row.player_id in persons)
    return {
        person: Signs(gained.get(person), talk.words.get(person), talk.chats.get(person), contests.get(person))
        for person in sorted({*gained, *contests, *talk.words, *talk.chats})
    }


def _latest(signs: Iterable[tuple[int, datetime]]) -> dict[int, datetime]:
    """The latest sign of each person."""
    latest: dict[int, datetime] = {}
    for person_id, at in signs:
        latest[person_id] = max(at, latest.get(person_id, at))
    return latest


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
    return [row for row in activity_queries.scores(connection, as_of) if was_known(row.ends_at, row.updated_at, as_of)]


def _scored_at(row: ScoreRow, gained_at: datetime | None, as_of: datetime) -> datetime:
    """When they scored, at the latest that we know for sure: a score says that they gained, not on which day."""
    if gained_at is None or gained_at < row.starts_at:
        return row.starts_at
    return min(gained_at, row.ends_at, as_of)
