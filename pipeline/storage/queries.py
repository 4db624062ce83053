"""What is asked of the database: one function, one SELECT, typed rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, func, or_, select, text

from pipeline.domain.metrics import OVERALL, Kind, Metric
from pipeline.domain.records import Known
from pipeline.domain.window import Window
from pipeline.storage import tables
from pipeline.storage.types import from_ms, to_ms


@dataclass(frozen=True, slots=True, eq=False)
class MemberRow:
    """A stay that holds at an instant, with the player and the person behind it; equal to nothing but itself."""

    player: Row[Any]
    role: str
    clan_joined_at: datetime | None
    created_at: datetime
    left_at: datetime | None
    person_id: int


class LookRow(NamedTuple):
    """The first and last look at a player in a window, in stored milliseconds: most of them are only asked for again."""

    player_id: int
    start_ms: int
    end_ms: int
    start_source: str

    @property
    def start_at(self) -> datetime:
        """The first look."""
        return from_ms(self.start_ms)

    @property
    def end_at(self) -> datetime:
        """The last look, perhaps the same."""
        return from_ms(self.end_ms)


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """One account's part in a week of the clan's total: `before` and `last` are values just before the two ends."""

    player_id: int
    here_before: bool
    here_after: bool
    before: int | None
    looked_at: bool
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class FetchRow:
    """A landing that was loaded."""

    name: str
    kind: str
    fetched_at: datetime
    reached_at: datetime
    failed: tuple[str, ...]


def loaded_landings(connection: Connection) -> set[str]:
    """Names of all landings that were loaded."""
    return set(connection.execute(select(tables.Landing.name)).scalars())


def latest_night(connection: Connection) -> datetime | None:
    """The `now` of the latest night of which a landing was loaded, in whatever order they came."""
    return connection.execute(
        select(func.max(tables.Landing.fetched_at)).where(tables.Landing.kind == "night")
    ).scalar_one()


def known(connection: Connection) -> Known:
    """What a harvest need not ask again. A member whose own history is still owed is left out of `members`."""
    landings = connection.execute(
        select(tables.Landing.days, tables.Landing.walked).where(tables.Landing.source == "wom")
    ).all()
    stays = connection.execute(
        select(tables.Membership.player_id, tables.Membership.history_since).where(tables.Membership.left_at.is_(None))
    ).all()
    events = select(tables.RosterEvent.player_id, tables.RosterEvent.kind, tables.RosterEvent.created_at)
    settled = select(tables.Competition.id).where(tables.Competition.settled)
    return Known(
        members=frozenset(row.player_id for row in stays if row.history_since) if landings else None,
        histories={row.player_id: row.history_since for row in stays if row.history_since},
        days=frozenset(date.fromisoformat(day) for row in landings for day in row.days),
        roster_events=frozenset(connection.execute(events).tuples()),
        name_changes=frozenset(connection.execute(select(tables.NameChange.id)).scalars()),
        achievements=frozenset(
            connection.execute(select(tables.Achievement.player_id, tables.Achievement.name)).tuples()
        ),
        settled_competitions=frozenset(connection.execute(settled).scalars()),
        walked=any(row.walked for row in landings),
    )


def fetches(connection: Connection, source: str, as_of: datetime) -> list[FetchRow]:
    """Landings of *source* fetched up to *as_of*, oldest first."""
    landing = tables.Landing
    found = connection.execute(
        select(landing.name, landing.kind, landing.fetched_at, landing.reached_at, landing.failed)
        .where(landing.source == source, landing.fetched_at <= as_of)
        .order_by(landing.fetched_at, landing.name)
    )
    return [FetchRow(*row) for row in found.tuples()]


def last_fetch(connection: Connection, source: str) -> datetime | None:
    """When *source* was fetched last of all, None if it never was."""
    landing = tables.Landing
    return connection.execute(select(func.max(landing.fetched_at)).where(landing.source == source)).scalar()


def clan(connection: Connection) -> Row[Any] | None:
    """The clan, None before the first load."""
    return connection.execute(select(tables.Clan.__table__).order_by(tables.Clan.id)).first()


def roles(connection: Connection) -> set[str]:
    """Every rank that the clan has or has had, in WOM's words; empty before the first load."""
    stay = tables.Membership
    found = clan(connection)
    return {*(found.role_orders if found else ()), *connection.execute(select(stay.role).distinct()).scalars()}


def metrics(connection: Connection) -> dict[int, Metric]:
    """All metrics by id, those of the code first and in their order."""
    found = connection.execute(select(tables.Metric.id, tables.Metric.key, tables.Metric.name, tables.Metric.kind))
    return {row.id: Metric(row.key, row.name, row.kind) for row in found.all()}


def kinds(connection: Connection) -> dict[str, Kind]:
    """Kind of every metric held, by key."""
    return {metric.key: metric.kind for metric in metrics(connection).values()}


def players(connection: Connection) -> dict[int, Row[Any]]:
    """All players ever named, by id."""
    return {row.id: row for row in connection.execute(select(tables.Player.__table__)).all()}


def members(connection: Connection, as_of: datetime, since: datetime | None = None) -> list[MemberRow]:
    """Who is on the roster at *as_of*; with *since*, all stays that held at any instant from then to *as_of*."""
    stay, link = tables.Membership, tables.PersonPlayer
    found = connection.execute(
        select(tables.Player.__table__, stay.role, stay.clan_joined_at, stay.created_at, stay.left_at, link.person_id)
        .join(stay, stay.player_id == tables.Player.id)
        .join(link, link.player_id == tables.Player.id)
        .where(stay.created_at <= as_of, or_(stay.left_at.is_(None), stay.left_at > (since or as_of)))
        .order_by(tables.Player.id, stay.created_at)
    ).all()
    return [MemberRow(row, row.role, row.clan_joined_at, row.created_at, row.left_at, row.person_id) for row in found]


def looks(connection: Connection, window: Window) -> dict[int, LookRow]:
    """First and last look at each player inside *window*."""
    found = _plain_rows(
        connection,
        """
        WITH l AS MATERIALIZED (
            SELECT p.id AS player_id,
              (SELECT min(taken_at) FROM snapshot WHERE player_id = p.id AND taken_at >= ?1) AS start_at,
              (SELECT max(taken_at) FROM snapshot WHERE player_id = p.id AND taken_at < ?2) AS end_at
            FROM player p
        )
        SELECT player_id, start_at, end_at,
          (SELECT source FROM snapshot s WHERE s.player_id = l.player_id AND s.taken_at = l.start_at)
        FROM l WHERE start_at <= end_at
        """,
        (to_ms(window.since), to_ms(window.until)),
    )
    return {row[0]: LookRow._make(row) for row in found}


def last_looks(connection: Connection, as_of: datetime) -> dict[int, datetime]:
    """The last look at each player up to *as_of*."""
    found = connection.execute(
        text(
            "SELECT id, (SELECT max(taken_at) FROM snapshot WHERE player_id = id AND taken_at <= :as_of) AS at"
            " FROM player WHERE at IS NOT NULL"
        ),
        {"as_of": to_ms(as_of)},
    )
    return {player_id: from_ms(at) for player_id, at in found.tuples()}


def look_span(connection: Connection, as_of: datetime) -> tuple[datetime, datetime] | None:
    """The first and the last look held up to *as_of*, None if there is none."""
    found = connection.execute(
        text(
            "SELECT min(first), max(last) FROM (SELECT "
            "(SELECT min(taken_at) FROM snapshot WHERE player_id = p.id AND taken_at <= :as_of) AS first, "
            "(SELECT max(taken_at) FROM snapshot WHERE player_id = p.id AND taken_at <= :as_of) AS last FROM player p)"
        ),
        {"as_of": to_ms(as_of)},
    ).one()  # two seeks a player instead of a walk over all looks
    return None if found[0] is None else (from_ms(found[0]), from_ms(found[1]))


def window_values(
    connection: Connection, windows: Sequence[Window], metric: str | None = None
) -> list[tuple[Any, ...]]:
    """Values of every metric, or of one, at the first and the last look at each player inside each of *windows*.

    A row is (player_id, metric_id, then value at the first and at the last look, window by window); None is unranked, or that
    nobody looked. Metrics without any reading of a player are left out. Each value is one seek in the primary key, or none where the
    newest reading is older than the look, as in most metrics.
    """
    looks, values = [], []
    for place, window in enumerate(windows):
        inside = f"player_id = p.id AND taken_at >= {to_ms(window.since)} AND taken_at < {to_ms(window.until)}"
        for name, which in ((f"start{place}", "min"), (f"end{place}", "max")):
            looks.append(f"(SELECT {which}(taken_at) FROM snapshot WHERE {inside}) AS {name}")  # noqa: S608
            values.append(
                f"CASE WHEN newest.taken_at <= look.{name} THEN newest.value ELSE ("  # noqa: S608
                "SELECT r.value FROM reading r WHERE r.player_id = look.player_id AND r.metric_id = m.id"
                f" AND r.taken_at <= look.{name} ORDER BY r.taken_at DESC LIMIT 1) END"
            )
    statement = (
        f"WITH look AS MATERIALIZED (SELECT p.id AS player_id, {', '.join(looks)} FROM player p), "  # noqa: S608
        "m AS MATERIALIZED (SELECT id FROM metric WHERE ?1 IS NULL OR key = ?1) "
        f"SELECT look.player_id, m.id, {', '.join(values)} FROM look CROSS JOIN m CROSS JOIN reading newest "
        "WHERE newest.player_id = look.player_id AND newest.metric_id = m.id AND newest.taken_at = "
        "(SELECT max(r.taken_at) FROM reading r WHERE r.player_id = look.player_id AND r.metric_id = m.id)"
    )
    return _plain_rows(connection, statement, (metric,))


def _plain_rows(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Rows as plain tuples: for tens of thousands of them SQLAlchemy's own would cost as much as the query."""
    found = connection.exec_driver_sql(statement, parameters).cursor
    assert found is not None
    return list(found.fetchall())


def bridge_rows(connection: Connection, window: Window) -> list[BridgeRow]:
    """Everybody who was ever a member, with overall experience around and inside *window*."""
    found = connection.execute(
        text(
            """
            WITH overall AS (SELECT id FROM metric WHERE key = :overall),
            look AS MATERIALIZED (
                SELECT p.player_id,
                  EXISTS (SELECT 1 FROM membership m WHERE m.player_id = p.player_id AND m.created_at < :since
                          AND (m.left_at IS NULL OR m.left_at >= :since)) AS here_before,
                  EXISTS (SELECT 1 FROM membership m WHERE m.player_id = p.player_id AND m.created_at < :until
                          AND (m.left_at IS NULL OR m.left_at >= :until)) AS here_after,
                  (SELECT min(taken_at) FROM snapshot s WHERE s.player_id = p.player_id
                          AND s.taken_at >= :since AND s.taken_at < :until) AS first_at
                FROM (SELECT DISTINCT player_id FROM membership) p
            )
            SELECT l.player_id, l.here_before, l.here_after,
              (SELECT r.value FROM reading r WHERE r.player_id = l.player_id AND r.metric_id = o.id
                      AND r.taken_at < :since ORDER BY r.taken_at DESC LIMIT 1),
              l.first_at IS NOT NULL,
              (SELECT r.value FROM reading r WHERE r.player_id = l.player_id AND r.metric_id = o.id
                      AND r.taken_at <= l.first_at ORDER BY r.taken_at DESC LIMIT 1),
              (SELECT r.value FROM reading r WHERE r.player_id = l.player_id AND r.metric_id = o.id
                      AND r.taken_at < :until ORDER BY r.taken_at DESC LIMIT 1)
            FROM look l CROSS JOIN overall o WHERE l.here_before OR l.here_after ORDER BY l.player_id
            """
        ),
        {"since": to_ms(window.since), "until": to_ms(window.until), "overall": OVERALL},
    )
    return [
        BridgeRow(player_id, bool(here_before), bool(here_after), before, bool(looked_at), first, last)
        for player_id, here_before, here_after, before, looked_at, first, last in found.tuples()
    ]


def overall_series(connection: Connection, since: datetime, as_of: datetime) -> list[tuple[int, int, int | None]]:
    """Overall experience of all players at the end of each UTC day in [*since*, *as_of*] with a reading, by player and day since 1970."""
    return _plain_rows(
        connection,
        """
        SELECT player_id, day, value FROM (
          SELECT r.player_id, r.taken_at / 86400000 AS day, r.value, max(r.taken_at)
          FROM metric m CROSS JOIN player p CROSS JOIN reading r
          WHERE m.key = ?1 AND r.player_id = p.id AND r.metric_id = m.id AND r.taken_at BETWEEN ?2 AND ?3
          GROUP BY r.player_id, day)
        ORDER BY player_id, day
        """,  # of a group SQLite takes the row that holds the maximum
        (OVERALL, to_ms(since), to_ms(as_of)),
    )


def achievements(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """Achievements of everybody up to *as_of*, newest first, those of unknown date last."""
    row = tables.Achievement
    return list(
        connection.execute(
            select(row.player_id, row.name, tables.Metric.key.label("metric"), row.achieved_at)
            .join(tables.Metric, tables.Metric.id == row.metric_id)
            .where(or_(row.achieved_at.is_(None), row.achieved_at <= as_of))
            .order_by(row.achieved_at.desc().nulls_last(), row.player_id, row.name)
        ).all()
    )


def roster_events(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """What WOM says of the roster up to *as_of*, newest first."""
    row = tables.RosterEvent
    return list(
        connection.execute(
            select(row.__table__)
            .where(row.created_at <= as_of)
            .order_by(row.created_at.desc(), row.player_id, row.kind)
        ).all()
    )


def stays(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """All stays begun by *as_of*, as our own nights saw them."""
    row = tables.Membership
    return list(
        connection.execute(
            select(row.__table__).where(row.created_at <= as_of).order_by(row.player_id, row.created_at)
        ).all()
    )


def name_changes(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """Renames approved by *as_of*, newest first."""
    row = tables.NameChange
    return list(
        connection.execute(
            select(row.__table__)
            .where(and_(row.resolved_at.is_not(None), row.resolved_at <= as_of))
            .order_by(row.resolved_at.desc(), row.id.desc())
        ).all()
    )


def competitions(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """Contests known by *as_of*, the latest start first."""
    row = tables.Competition
    return list(
        connection.execute(
            select(row.__table__).where(row.created_at <= as_of).order_by(row.starts_at.desc(), row.id.desc())
        ).all()
    )


def participations(connection: Connection) -> list[Row[Any]]:
    """Scores in all contests, best first."""
    row = tables.Participation
    return list(
        connection.execute(select(row.__table__).order_by(row.competition_id, row.gained.desc(), row.player_id)).all()
    )


def runs(connection: Connection, as_of: datetime) -> list[Row[Any]]:
    """Runs up to *as_of*, newest first."""
    row = tables.Run
    return list(
        connection.execute(select(row.__table__).where(row.now <= as_of).order_by(row.now.desc(), row.id.desc())).all()
    )


def stage_runs(connection: Connection, run_id: str) -> list[Row[Any]]:
    """What the stages of a run did, in the order of their names."""
    row = tables.StageRun
    return list(connection.execute(select(row.__table__).where(row.run_id == run_id).order_by(row.name)).all())
