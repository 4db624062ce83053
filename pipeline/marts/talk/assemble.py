"""All answers about the guild from one view of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from pipeline.domain.talk import instant_of
from pipeline.domain.window import DAY, TICK, Window, midnight
from pipeline.marts.consent import opted_out
from pipeline.marts.identity.evidence import matching
from pipeline.marts.insights.coverage import officers_of
from pipeline.marts.model import Member, NightLine, Period
from pipeline.marts.rules import Rules
from pipeline.marts.talk import watch
from pipeline.marts.talk.chat_and_play import MONTH, chat_and_play
from pipeline.marts.talk.counts import EVERYBODY, YEAR, Counts
from pipeline.marts.talk.days import days_of
from pipeline.marts.talk.heat import heats
from pipeline.marts.talk.helping import board, parts
from pipeline.marts.talk.identities import identities
from pipeline.marts.talk.layers import Layer, Periods, periods
from pipeline.marts.talk.leavers import left_at
from pipeline.marts.talk.messages import Hearing
from pipeline.marts.talk.night import comings_and_goings, talk_line, waiting_line
from pipeline.marts.talk.people import People, account, people
from pipeline.marts.talk.questions import Asked, Rooms, Settled, asked, by_period, response, settled, unanswered
from pipeline.marts.talk.speakers import speakers
from pipeline.marts.talk.weeks import last_weeks, weeks
from pipeline.marts.talk.welcomes import welcomed_by, welcomes
from pipeline.marts.talk_model import Identities, TalkChannel, TalkMarts, TalkWeek, WatchHour
from pipeline.storage import identity, queries, talk_queries

WEEK = "7d"


@dataclass(frozen=True, slots=True)
class Clan:
    """What the game's half knows already: members, the names of all players, and what counts as play."""

    members: Sequence[Member]
    names: Mapping[int, str]
    periods: Mapping[str, Period]
    bosses: frozenset[str]
    weeks: int


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the answers share: whose talk, who they are, and what was written and asked, counted once."""

    hearing: Hearing
    people: People
    spans: Periods
    counts: Counts
    questions: list[Asked]
    settled: list[tuple[Layer, list[Settled]]]

    def settled_in(self, key: str) -> list[Settled]:
        """Old questions of a period."""
        return [each for layer, held in self.settled if key in layer.keys for each in held]


@dataclass(frozen=True, slots=True)
class Talk:
    """The marts of talk, and the lines they add to what is new since the last night."""

    marts: TalkMarts
    night: tuple[NightLine, ...]


def talk(
    connection: Connection,
    hearing: Hearing,
    rules: Rules,
    clan: Clan,
    nights: tuple[datetime | None, datetime | None],
) -> Talk:
    """The guild's talk, as it was heard. *nights* are the last two."""
    scope = hearing.scope
    everybody = _everybody(connection, scope.now, clan, opted_out(connection, rules.opt_out))
    spans = periods(scope.now, hearing.first_word_at)
    questions = asked(talk_queries.asked(connection, scope, _everything(spans)), everybody)
    old = _settled(hearing, spans, everybody)
    heard = _Heard(hearing, everybody, spans, _counts(hearing, spans, everybody), questions, old)
    marts = _marts(connection, heard, rules, clan)
    return Talk(marts, _night(connection, hearing, everybody, marts, nights))


def _everybody(connection: Connection, now: datetime, clan: Clan, unwatched: frozenset[int]) -> People:
    accounts = [account(row, now) for row in identity.accounts(connection) if row.person_id is not None]
    return people(accounts, talk_queries.persons(connection), clan.members, clan.names, unwatched)


def _marts(connection: Connection, heard: _Heard, rules: Rules, clan: Clan) -> TalkMarts:
    scope, everybody, spans, counts = heard.hearing.scope, heard.people, heard.spans, heard.counts
    zone = ZoneInfo(rules.time_zone)
    channels = talk_queries.channels(connection, scope.guild_id)
    rooms = Rooms(
        scope.guild_id,
        {row.id: row.name for row in channels},
        frozenset(row.id for row in channels if row.access == "gone"),
    )
    heat = heats(spans, zone, heard.hearing)
    days = days_of(everybody, spans.windows[YEAR], zone, heard.hearing.written, heard.hearing.sums)
    greetings = {row.account_id: row for row in talk_queries.greetings(connection, scope)}
    greeted = welcomed_by(everybody.accounts, greetings, everybody, spans)
    by_key = by_period(heard.questions, spans)
    return TalkMarts(
        guild_id=scope.guild_id,
        guild=talk_queries.guild_name(connection, scope.guild_id),
        heat=heat["human"],
        clan_chat_heat=heat["relay"],
        channels=_channels(channels, rooms, counts),
        speakers=speakers(everybody, counts, parts(heard.questions, spans, heard.settled), greeted, days),
        totals=counts.messages.of(EVERYBODY),
        people=counts.people.of(EVERYBODY),
        clan_chat=counts.clan_chat.of(EVERYBODY),
        response={key: response(held, scope.now, heard.settled_in(key)) for key, held in by_key.items()},
        helpers={key: board(held, everybody, heard.settled_in(key)) for key, held in by_key.items()},
        unanswered=unanswered(heard.questions, rooms, everybody, scope.now),
        welcomes=welcomes(everybody.accounts, greetings, everybody, scope.now),
        weeks=_weeks(heard, clan.weeks),
        chat_and_play=chat_and_play(everybody, counts, clan.periods[MONTH], clan.bosses),
        identities=_identities(connection, heard, rules, clan),
        withheld_since=talk_queries.withheld_since(connection, scope),
        heard_until=talk_queries.heard_until(connection, scope.now),
        watch=_watch(heard, rules, clan),
        singly_since=heard.hearing.singly_since,
    )


def _watch(heard: _Heard, rules: Rules, clan: Clan) -> tuple[WatchHour, ...]:
    roles = {member.person_id: member.role for member in reversed(clan.members)}  # the highest of a person's ranks
    until = midnight(heard.hearing.scope.now)
    wrote = heard.hearing.written.within(Window(until - watch.DAYS * DAY, until)).by_time(watch.HOUR)
    return watch.watch(
        ((heard.people.author(author_id), hour) for author_id, hour, _ in wrote),
        officers_of(roles, rules.leaders),
        ZoneInfo(rules.time_zone),
    )


def _weeks(heard: _Heard, number: int) -> tuple[TalkWeek, ...]:
    since = heard.hearing.singly_since
    told = last_weeks(heard.spans.windows[WEEK], number, heard.hearing.first_word_at)
    return weeks(
        [week for week in told if since is None or week.since >= since],
        heard.hearing,
        heard.questions,
        heard.people,
        heard.hearing.scope.now,
    )


def _identities(connection: Connection, heard: _Heard, rules: Rules, clan: Clan) -> Identities:
    now = heard.hearing.scope.now
    return identities(
        heard.people,
        matching(connection, rules.persons).unsure,
        heard.counts,
        rules.roles,
        clan.names,
        left_at(queries.stays(connection, now), queries.roster_events(connection, now)),
        members_listed=talk_queries.members_listed(connection),
    )


def _everything(spans: Periods) -> Window:
    return Window(spans.layers[0].window.since, spans.layers[-1].window.until)


def _counts(hearing: Hearing, spans: Periods, everybody: People) -> Counts:
    counts = Counts()
    for layer in spans.layers:
        counts.write(layer, hearing.written.within(layer.window).by_channel(), everybody)
        counts.relay(layer, hearing.relayed.within(layer.window).by_speaker(), everybody)
        if hearing.sums:
            counts.write(layer, hearing.sums.written(layer.window), everybody)
            counts.relay(layer, hearing.sums.relayed(layer.window), everybody)
    return counts


def _settled(hearing: Hearing, spans: Periods, everybody: People) -> list[tuple[Layer, list[Settled]]]:
    """Old questions by layer; their days lie whole in one."""
    if hearing.sums is None:
        return []
    return [(layer, settled(hearing.sums.settled(layer.window), everybody)) for layer in spans.layers]


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


def _night(
    connection: Connection,
    hearing: Hearing,
    everybody: People,
    marts: TalkMarts,
    nights: tuple[datetime | None, datetime | None],
) -> tuple[NightLine, ...]:
    since, until = nights
    if since is None or until is None:
        return ()
    scope, window = hearing.scope, Window(since + TICK, until + TICK)
    is_withheld = talk_queries.withheld_since(connection, scope, window) is not None
    questions = None if is_withheld else talk_queries.questions(connection, scope, window)
    return (
        *comings_and_goings(everybody, since, until),
        *talk_line(hearing.written.within(window).by_channel(), questions, everybody),
        *waiting_line(marts.unanswered, since, until),
    )
