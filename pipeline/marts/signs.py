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
    words = activity_queries.last_words(connection, scope)
    chats = activity_queries.last_chats(connection, scope)
    return heard_from(words, owners(connection), chats, talk_queries.persons(connection))


def heard_from(
    words: Mapping[int, datetime], owners: Mapping[int, int], chats: Mapping[int, datetime], persons: Mapping[int, int]
) -> Heard:
    """What was heard, from last words by Discord account and last lines by player."""
    return Heard(
        _latest((owners[author], at) for author, at in words.items() if author in owners),
        _latest((persons[player], at) for player, at in chats.items() if player in persons),
        begun=bool(words or chats),
    )


def owners(connection: Connection) -> dict[int, int]:
    """The person behind each Discord account."""
    return {row.id: row.person_id for row in identity.accounts(connection) if row.person_id is not None}


def signs(connection: Connection, as_of: datetime, talk: Heard) -> dict[int, Signs]:
    """By person. Those without any known sign are left out."""
    gains = known_gains(activity_queries.last_gains(connection, as_of), last_changes(connection), as_of)
    return signs_of(talk_queries.persons(connection), gains, activity_queries.scores(connection, as_of), talk, as_of)


def signs_of(
    persons: Mapping[int, int],
    gains: Mapping[int, datetime],
    scores: Iterable[ScoreRow],
    talk: Heard,
    as_of: datetime,
) -> dict[int, Signs]:
    """The same from *persons* by player, the last gains of players by *as_of*, and scores, of which those known by then count."""
    gained = _latest((persons[player], at) for player, at in gains.items() if player in persons)
    contests = _latest(
        (persons[row.player_id], _scored_at(row, gains.get(row.player_id), as_of))
        for row in scores
        if row.player_id in persons and row.starts_at <= as_of and was_known(row.ends_at, row.updated_at, as_of)
    )
    return {
        person: Signs(gained.get(person), talk.words.get(person), talk.chats.get(person), contests.get(person))
        for person in sorted({*gained, *contests, *talk.words, *talk.chats})
    }


def last_changes(connection: Connection) -> dict[int, datetime]:
    """WOM's own word on the last gain of each player."""
    players = queries.players(connection).values()
    return {row.id: row.last_changed_at for row in players if row.last_changed_at is not None}


def known_gains(seen: Mapping[int, datetime], told: Mapping[int, datetime], as_of: datetime) -> dict[int, datetime]:
    """The last gain of each player by *as_of*: what our readings saw, or WOM's own word, which reaches back before our first night."""
    found = dict(seen)
    for player, at in told.items():
        if at <= as_of:
            found[player] = max(at, found.get(player, at))
    return found


def _latest(signs: Iterable[tuple[int, datetime]]) -> dict[int, datetime]:
    """The latest sign of each person."""
    latest: dict[int, datetime] = {}
    for person_id, at in signs:
        latest[person_id] = max(at, latest.get(person_id, at))
    return latest


def _scored_at(row: ScoreRow, gained_at: datetime | None, as_of: datetime) -> datetime:
    """When they scored, at the latest that we know for sure: a score says that they gained, not on which day."""
    if gained_at is None or gained_at < row.starts_at:
        return row.starts_at
    return min(gained_at, row.ends_at, as_of)
