"""All answers about the guild from one view of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from pipeline.domain.talk import instant_of
from pipeline.domain.window import TICK, Window
from pipeline.domain.zones import stretches
from pipeline.marts.identity.evidence import matching
from pipeline.marts.identity.model import Declared, Unsure
from pipeline.marts.model import Member, NightLine, Period, Rules
from pipeline.marts.talk.chat_and_play import MONTH, chat_and_play
from pipeline.marts.talk.counts import EVERYBODY, YEAR, Counts
from pipeline.marts.talk.heat import heats
from pipeline.marts.talk.helping import board, parts
from pipeline.marts.talk.identities import identities
from pipeline.marts.talk.layers import Periods, periods
from pipeline.marts.talk.night import comings_and_goings, talk_line, waiting_line
from pipeline.marts.talk.people import People, account, people
from pipeline.marts.talk.questions import Rooms, asked, by_period, response, unanswered
from pipeline.marts.talk.speakers import speakers
from pipeline.marts.talk.weeks import last_weeks, weeks
from pipeline.marts.talk.welcomes import welcomed_by, welcomes
from pipeline.marts.talk_model import TalkChannel, TalkMarts
from pipeline.storage import queries, talk_queries
from pipeline.storage.talk_queries import Scope

WEEK = "7d"
_UNIX_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Clan:
    """What the game's half knows already: members, the names of all players, and what counts as play."""

    members: Sequence[Member]
    names: Mapping[int, str]
    periods: Mapping[str, Period]
    bosses: frozenset[str]
    weeks: int


@dataclass(frozen=True, slots=True)
class Talk:
    """The marts of talk, and the lines they add to what is new since the last night."""

    marts: TalkMarts
    night: tuple[NightLine, ...]


def talk(
    connection: Connection,
    now: datetime,
    rules: Rules,
    clan: Clan,
    nights: tuple[datetime | None, datetime | None],
) -> Talk | None:
    """The guild's talk as of *now*; None where no Discord is set up, or none was read. *nights* are the last two."""
    guild = talk_queries.guild(connection, now) if rules.discord else None
    if guild is None:
        return None
    scope = Scope(guild.id, now, talk_queries.relays(connection))
    accounts = [account(row, now) for row in talk_queries.accounts(connection)]
    everybody = people(accounts, talk_queries.persons(connection), clan.members, clan.names)
    channels = talk_queries.channels(connection, guild.id)
    rooms = Rooms(guild.id, {row.id: row.name for row in channels})
    first_word_at = talk_queries.first_word_at(connection, scope)
    spans = periods(now, first_word_at)
    zone = ZoneInfo(rules.time_zone)
    counts = _counts(connection, scope, spans, everybody)
    heat = heats(spans, zone, partial(talk_queries.hours, connection, scope))
    questions = asked(talk_queries.asked(connection, scope, _everything(spans)), everybody)
    by_key = by_period(questions, spans)
    waiting = unanswered(questions, rooms, everybody, now)
    greetings = {row.account_id: row for row in talk_queries.greetings(connection, scope)}
    days = _days(connection, scope, spans.windows[YEAR], zone, everybody)
    marts = TalkMarts(
        guild_id=guild.id,
        guild=guild.name,
        heat=heat["human"],
        clan_chat_heat=heat["relay"],
        channels=_channels(channels, rooms, counts),
        speakers=speakers(
            everybody, counts, parts(questions, spans), welcomed_by(accounts, greetings, everybody, spans), days
        ),
        totals=counts.messages.of(EVERYBODY),
        people=counts.people.of(EVERYBODY),
        clan_chat=counts.clan_chat.of(EVERYBODY),
        response={key: response(held, now) for key, held in by_key.items()},
        helpers={key: board(held, everybody) for key, held in by_key.items()},
        unanswered=waiting,
        welcomes=welcomes(accounts, greetings, everybody, now),
        weeks=weeks(
            last_weeks(spans.windows[WEEK], clan.weeks, first_word_at),
            partial(talk_queries.written, connection, scope),
            partial(talk_queries.relayed, connection, scope),
            questions,
            everybody,
            now,
        ),
        chat_and_play=chat_and_play(everybody, counts, clan.periods[MONTH], clan.bosses),
        identities=identities(
            everybody, _unsure(connection, everybody), counts, rules.roles, clan.names, _left_at(connection, now)
        ),
    )
    return Talk(marts, _night(connection, scope, everybody, marts, nights))


def _everything(spans: Periods) -> Window:
    return Window(spans.layers[0].window.since, spans.layers[-1].window.until)


def _counts(connection: Connection, scope: Scope, spans: Periods, everybody: People) -> Counts:
    counts = Counts()
    for layer in spans.layers:
        counts.write(layer, talk_queries.written(connection, scope, layer.window), everybody)
        counts.relay(layer, talk_queries.relayed(connection, scope, layer.window), everybody)
    return counts


def _days(
    connection: Connection, scope: Scope, year: Window, zone: ZoneInfo, everybody: People
) -> dict[int, dict[date, int]]:
    """Messages by person and day of the clan's zone."""
    found: dict[int, dict[date, int]] = {}
    for stretch in stretches(year, zone):
        for author_id, number, messages in talk_queries.days(connection, scope, stretch.window, stretch.offset):
            mine = found.setdefault(everybody.author(author_id), {})
            day = date.fromordinal(_UNIX_DAY + number)
            mine[day] = mine.get(day, 0) + messages
    return found


def _channels(rows: Sequence[Row[Any]], rooms: Rooms, counts: Counts) -> tuple[TalkChannel, ...]:
    """In the guild's own order; of those that are gone, only where somebody wrote."""
    return tuple(
        TalkChannel(
            channel_id=row.id,
            name=row.name,
            kind=row.kind,
            access=row.access,
            url=rooms.url(row.id),
            messages=counts.channel_messages.of(row.id),
            people=counts.channel_people.of(row.id),
            last_word_at=instant_of(counts.last_by_channel[row.id]) if row.id in counts.last_by_channel else None,
        )
        for row in rows
        if row.kind != "thread" and (row.access != "gone" or row.id in counts.last_by_channel)
    )


def _unsure(connection: Connection, everybody: People) -> tuple[Unsure, ...]:
    """Accounts in doubt. What clan.toml said when the last landing was loaded still holds."""
    declared = [
        Declared(face.players, each.account_id)
        for face in everybody.faces.values()
        for each in face.accounts
        if each.method == "clan.toml" and face.players
    ]
    return matching(connection, declared).unsure


def _left_at(connection: Connection, now: datetime) -> dict[int, datetime]:
    """When each player left last, by our own nights and by WOM's activity, which knows of earlier ones."""
    left = [(stay.player_id, stay.left_at) for stay in queries.stays(connection, now) if stay.left_at is not None]
    left += [(row.player_id, row.created_at) for row in queries.roster_events(connection, now) if row.kind == "left"]
    return {player_id: at for at, player_id in sorted((at, player_id) for player_id, at in left)}


def _night(
    connection: Connection,
    scope: Scope,
    everybody: People,
    marts: TalkMarts,
    nights: tuple[datetime | None, datetime | None],
) -> tuple[NightLine, ...]:
    since, until = nights
    if since is None or until is None:
        return ()
    window = Window(since + TICK, until + TICK)
    rows = talk_queries.written(connection, scope, window)
    return (
        *comings_and_goings(everybody, since, until),
        *talk_line(rows, talk_queries.questions(connection, scope, window), everybody),
        *waiting_line(marts.unanswered, since, until),
    )
