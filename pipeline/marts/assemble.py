"""All answers of a night from one view of the database."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from pipeline.domain import levels
from pipeline.domain.metrics import METRICS, Metric
from pipeline.domain.window import DAY, TICK, Window, windows
from pipeline.marts import boards, competitions, freshness, gains, roster, tiles
from pipeline.marts.advice import Night, advice
from pipeline.marts.bridge import Part, bridge
from pipeline.marts.history import history
from pipeline.marts.model import (
    ALL_TIME,
    AchievementLine,
    Bridge,
    ClanFace,
    CompetitionView,
    Coverage,
    Freshness,
    History,
    Marts,
    Member,
    Period,
    RosterLine,
    RunLine,
)
from pipeline.marts.policy_replay import policy_replay
from pipeline.marts.roll import roll
from pipeline.marts.rules import Rules
from pipeline.marts.seats import last_looks, members_at
from pipeline.marts.signs import talk_scope
from pipeline.marts.talk.assemble import Clan, talk
from pipeline.marts.talk.messages import Hearing
from pipeline.marts.talk.reading import reading_state
from pipeline.storage import queries
from pipeline.storage.queries import MemberRow

WEEKS: Final = 12
"""Weeks of the trend."""

NIGHTS: Final = 14
"""Nights shown in the history of runs."""

SERIES_DAYS: Final = 366

EPOCH: Final = date(1970, 1, 1).toordinal()

LABELS: Final = {"7d": "7 days", "30d": "30 days", "90d": "90 days", "365d": "a year", ALL_TIME: "all time"}


def assemble(connection: Connection, now: datetime, rules: Rules, *, past: bool = True) -> Marts:
    """The marts as of *now* by the clan's *rules*: what landings fetched up to then say, and nothing but the database.

    Without *past* they have no history, which takes as long as half of all else.
    """
    zone = ZoneInfo(rules.time_zone)
    standard = windows(now)
    metrics = queries.metrics(connection) or dict(enumerate(METRICS, start=1))
    players = queries.players(connection)
    names = {player_id: row.display_name for player_id, row in players.items()}
    fetches = queries.fetches(connection, "wom", now)
    seen_until = max([now, *(fetch.reached_at for fetch in fetches)])
    rows = members_at(connection, seen_until)
    span = queries.look_span(connection, seen_until)
    everything = Window(span[0], span[1] + TICK) if span else Window(seen_until, seen_until)
    periods, before, values = _periods(connection, standard, everything, [row.player.id for row in rows], metrics)
    turns = boards.by_name(names)
    period_boards = {key: boards.boards(period, turns) for key, period in periods.items()}
    present = boards.standings(values, turns)
    face = _face(connection, rules.time_zone, rows)
    looks = last_looks(connection, rows, seen_until)
    log = _roster_log(connection, seen_until, players, names, face.roles)
    reached = _achievements(connection, seen_until, names)
    weeks = _weeks(connection, standard["7d"], span)
    bosses = [metric for metric in metrics.values() if metric.kind == "boss"]
    skills = [metric for metric in metrics.values() if metric.kind == "skill"]
    members = _members(rows, face.roles, values, present, looks, periods["7d"], bosses, now, rules.look_at_age_days)
    nights = _last_two_nights(fetches, zone)
    clan = Clan(members, names, periods, frozenset(metric.key for metric in bosses), WEEKS)
    scope = talk_scope(connection, now) if rules.discord else None
    hearing = Hearing(connection, scope) if scope else None
    heard = talk(connection, hearing, rules, clan, nights) if hearing else None
    series = _series(connection, seen_until, {row.player.id for row in rows})
    highlights = boards.highlights(bosses, period_boards["7d"], period_boards["30d"], present)
    contests = _competitions(connection, now, seen_until, names)
    fresh = _freshness(connection, rows, looks, fetches, now, rules)
    night = Night(
        now=now,
        seen_until=seen_until,
        last_night=nights[0],
        rows=rows,
        role_places={role: place for place, role in enumerate(face.roles)},
        members=members,
        freshness=fresh,
        periods=periods,
        metrics=metrics,
        series=series,
        bosses=highlights,
        competitions=contests,
        achievements=reached,
        talk=heard.marts if heard else None,
        scope=scope,
        roster=log,
    )
    judged = advice(connection, night, rules)
    people = roll(members, periods["7d"], [metric.key for metric in bosses], night.talk, judged)
    first_look_at = span[0] if span else None
    told = (
        history(connection, rules, now, hearing, first_look_at, periods["7d"], people, metrics) if past else History()
    )
    return Marts(
        as_of=now,
        clan=face,
        freshness=fresh,
        metrics=tuple(metrics.values()),
        members=members,
        periods=periods,
        boards=period_boards,
        standings=present,
        bosses=highlights,
        skills=boards.highlights(skills, period_boards["7d"], period_boards["30d"], present),
        achievements=reached,
        roster=log,
        competitions=contests,
        since_last_night=roster.since_last_night(*nights, log, reached, heard.night if heard else ()),
        bridge=weeks[-1],
        weeks=tuple(weeks),
        tiles=tiles.tiles(periods["7d"], before, len(rows), _members_before(weeks), tuple(metrics.values())),
        series=series,
        runs=_runs(connection, now, zone),
        talk=night.talk,
        advice=judged,
        people=people,
        history=told,
        replay=policy_replay(connection, rules, now),
    )


def _face(connection: Connection, time_zone: str, rows: Sequence[MemberRow]) -> ClanFace:
    clan = queries.clan(connection)
    if clan is None:
        return ClanFace(0, "No clan yet", None, None, None, time_zone, ())
    places = roster.role_places(clan.role_orders, (row.role for row in rows))
    roles = tuple(sorted(places, key=lambda role: places[role]))
    return ClanFace(clan.id, clan.name, clan.clan_chat, clan.description, clan.homeworld, time_zone, roles)


def _periods(
    connection: Connection,
    standard: Mapping[str, Window],
    everything: Window,
    member_ids: Sequence[int],
    metrics: Mapping[int, Metric],
) -> tuple[dict[str, Period], Period | None, dict[int, dict[str, int]]]:
    """The five periods, *everything* the last, then the week before the last, and present values: one walk over the readings."""
    wanted = {**standard, ALL_TIME: everything, "before": standard["7d"].before()}
    looks = {key: queries.looks(connection, window) for key, window in wanted.items()}
    members = set(member_ids)
    held = [row for row in queries.window_values(connection, list(wanted.values())) if row[0] in members]
    keys = {metric_id: metric.key for metric_id, metric in metrics.items()}
    built = {}
    for place, (key, window) in enumerate(wanted.items()):
        start, end = 2 * place + 2, 2 * place + 3
        mine = {player_id: looks[key][player_id] for player_id in member_ids if player_id in looks[key]}
        built[key] = gains.period(
            key,
            LABELS.get(key, key),
            window,
            {
                player_id: (Coverage(look.start_at, look.end_at), look.start_source == "snapshot")
                for player_id, look in mine.items()
            },
            ((row[0], keys[row[1]], row[start], row[end]) for row in held if row[start] != row[end]),
        )
    before = built.pop("before")
    last = 2 * list(wanted).index(ALL_TIME) + 3
    values: dict[int, dict[str, int]] = {player_id: {} for player_id in member_ids}
    for row in held:
        if row[last] is not None:
            values[row[0]][keys[row[1]]] = row[last]
    # a week that our looks reach only the end of would make this one look like a triumph
    was_seen = everything.since < before.window.since + DAY
    return built, before if was_seen else None, values


def _members(
    rows: Sequence[MemberRow],
    roles: Sequence[str],
    values: Mapping[int, Mapping[str, int]],
    present: Mapping[str, Sequence[Any]],
    looks: Mapping[int, datetime],
    week: Period,
    bosses: Sequence[Metric],
    now: datetime,
    look_at_age_days: int,
) -> tuple[Member, ...]:
    """Current members in the clan's own order of rank, then by name."""
    places: dict[int, dict[str, int]] = {row.player.id: {} for row in rows}
    for metric, board in present.items():
        for row in board:
            places[row.player_id][metric] = row.place
    oldest = now - timedelta(days=look_at_age_days)
    boss_keys = [metric.key for metric in bosses]
    members = []
    for row in rows:
        player, joined_at = row.player, row.clan_joined_at or row.created_at
        seen_at = looks.get(player.id)
        mine = values[player.id]
        members.append(
            Member(
                player_id=player.id,
                person_id=row.person_id,
                name=player.display_name,
                username=player.username,
                role=row.role,
                role_place=roles.index(row.role),
                type=player.type,
                build=player.build,
                status=player.status,
                country=player.country,
                joined_at=joined_at,
                join_source="game" if row.clan_joined_at else "wom",
                tenure_days=max(0, (now - joined_at).days),
                last_changed_at=player.last_changed_at,
                updated_at=seen_at,
                seen_lately=seen_at is not None and seen_at >= oldest,
                total_level=levels.total_level(mine) if mine else None,
                values=mine,
                places=places[player.id],
                top_boss=gains.top(gains.gained(week, [player.id]), boss_keys),
            )
        )
    return tuple(sorted(members, key=lambda m: (m.role_place, m.name.casefold(), m.player_id)))


def _freshness(
    connection: Connection,
    rows: Sequence[MemberRow],
    looks: Mapping[int, datetime],
    fetches: Sequence[queries.FetchRow],
    now: datetime,
    rules: Rules,
) -> Freshness:
    wom = freshness.wom_state(fetches[-1].fetched_at if fetches else None, now)
    discord = reading_state(connection, now) if rules.discord else None
    last = [looks.get(row.player.id) for row in rows]
    return freshness.freshness(wom, last, now, rules.look_at_age_days, discord)


def _last_two_nights(fetches: Sequence[queries.FetchRow], zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The fetch of an earlier night, and the last fetch."""
    if not fetches:
        return None, None
    until = fetches[-1].fetched_at
    tonight = until.astimezone(zone).date()
    earlier = [row.fetched_at for row in fetches if row.fetched_at.astimezone(zone).date() < tonight]
    return (earlier[-1] if earlier else None), until


def _roster_log(
    connection: Connection,
    seen_until: datetime,
    players: Mapping[int, Row[Any]],
    names: Mapping[int, str],
    roles: Sequence[str],
) -> tuple[RosterLine, ...]:
    stays = queries.stays(connection, seen_until)
    founded_at = min((stay.first_seen_at for stay in stays), default=None)
    return roster.roster_log(
        [
            roster.Event(row.player_id, row.kind, row.role, row.previous_role, row.created_at)
            for row in queries.roster_events(connection, seen_until)
        ],
        [
            roster.Stay(
                row.player_id,
                row.role,
                row.created_at,
                None if row.left_at is None or row.left_at > seen_until else row.left_at,
                row.first_seen_at == founded_at,
            )
            for row in stays
        ],
        [
            roster.Rename(row.player_id, row.old_name, row.new_name, row.resolved_at)
            for row in queries.name_changes(connection, seen_until)
        ],
        [
            roster.StatusChange(row.id, row.status_before, row.status, row.status_changed_at)
            for row in players.values()
            if row.status_changed_at is not None and row.status_changed_at <= seen_until
        ],
        names,
        {role: place for place, role in enumerate(roles)},
    )


def _achievements(
    connection: Connection, seen_until: datetime, names: Mapping[int, str]
) -> tuple[AchievementLine, ...]:
    return tuple(
        AchievementLine(row.player_id, names[row.player_id], row.name, row.metric, row.achieved_at)
        for row in queries.achievements(connection, seen_until)
    )


def _competitions(
    connection: Connection, now: datetime, seen_until: datetime, names: Mapping[int, str]
) -> tuple[CompetitionView, ...]:
    contests = queries.competitions(connection, seen_until)
    by_id = {row.id: row for row in contests}
    last = queries.last_fetch(connection, "wom")
    is_past = last is not None and last > seen_until
    scores: dict[int, list[tuple[int, str | None, int]]] = {}
    for row in queries.participations(connection):
        contest = by_id.get(row.competition_id)
        if contest is None or (is_past and not competitions.was_known(contest.ends_at, row.updated_at, seen_until)):
            continue
        scores.setdefault(row.competition_id, []).append((row.player_id, row.team, row.gained))
    return tuple(
        CompetitionView(
            row.id,
            row.title,
            row.type,
            row.metrics,
            row.starts_at,
            row.ends_at,
            competitions.state(row.starts_at, row.ends_at, now),
            row.participant_count,
            competitions.standing(scores.get(row.id, ()), names),
        )
        for row in contests
    )


def _weeks(connection: Connection, week: Window, span: tuple[datetime, datetime] | None) -> list[Bridge]:
    """Bridges of the last weeks, oldest first, from the first week that begins after the first look; the last always."""
    found: list[Bridge] = []
    for _ in range(WEEKS):
        if found and (span is None or week.since < span[0]):
            break
        rows = queries.bridge_rows(connection, week)
        parts = (Part(row.here_before, row.here_after, row.before, row.looked_at, row.first, row.last) for row in rows)
        found.append(bridge(week, parts))
        week = week.before()
    return found[::-1]


def _members_before(weeks: Sequence[Bridge]) -> int:
    """Members at the start of the last week, as the roster tells today."""
    return weeks[-1].same_count + weeks[-1].left_count


def _series(connection: Connection, now: datetime, members: set[int]) -> dict[int, tuple[tuple[date, int], ...]]:
    """Overall experience at the end of each UTC day on which it moved, over the last year."""
    day_of = cache(lambda day: date.fromordinal(EPOCH + day))
    rows = queries.overall_series(connection, now - timedelta(days=SERIES_DAYS), now)
    days = {
        player_id: tuple([(day_of(day), value) for _, day, value in mine if value is not None])
        for player_id, mine in groupby(rows, itemgetter(0))
        if player_id in members
    }
    return {player_id: mine for player_id, mine in days.items() if mine}


def _runs(connection: Connection, now: datetime, zone: ZoneInfo) -> tuple[RunLine, ...]:
    """The last finished run of each night before this one, newest first: what tonight took shall not change its outputs."""
    lines: dict[str, RunLine] = {}
    tonight = now.astimezone(zone).date().isoformat()
    for row in queries.runs(connection, now):
        if row.exit_code is not None and row.night < tonight:
            lines.setdefault(row.night, RunLine(date.fromisoformat(row.night), row.state, row.sentence))
    return tuple(lines.values())[:NIGHTS]
