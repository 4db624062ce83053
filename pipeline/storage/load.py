"""Records become rows: everything one landing says, in the caller's transaction.

Facts that only accumulate (looks, events, achievements) are taken from any landing. What describes the present (names,
roles, who is a member) is taken only if no newer landing was loaded before, so that replaying an old one harms nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, func, select, update

from pipeline.domain.metrics import BY_KEY, METRICS, Metric
from pipeline.domain.records import Harvest, Membership, Player, Snapshot
from pipeline.storage import tables
from pipeline.storage.looks import Axis, Change, Held, by_player, merge
from pipeline.storage.types import json_list, ms_or_none, to_ms
from pipeline.storage.upsert import Counts, upsert, write


@dataclass(frozen=True, slots=True)
class Arrival:
    """The landing that records came from; `histories` are the players whose own past was asked, and back to when.

    `whole` is False where some of what was written in Discord did not come.
    """

    name: str
    source: str
    kind: str
    run_id: str
    fetched_at: datetime
    days: tuple[str, ...]
    walked: bool
    failed: tuple[str, ...]
    histories: Mapping[int, datetime] = field(default_factory=dict)
    whole: bool = True


def table(model: type[tables.Base]) -> Table:
    """The Core table of a typed model."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


def load(connection: Connection, harvest: Harvest, arrival: Arrival) -> Counts:
    """Write all of *harvest* and mark the landing as loaded; returns what became of the rows of facts."""
    is_present = is_newest(connection, arrival)
    metric_ids = _load_metrics(connection, harvest.metrics)
    counts = _load_players(connection, harvest.players, arrival.fetched_at, is_present=is_present)
    _date_type_changes(connection, harvest.rates_changed)
    if is_present:
        counts += _load_clan(connection, harvest)
        counts += _load_roster(connection, harvest.memberships, arrival)
    counts += _load_facts(connection, harvest, metric_ids, is_present=is_present, fetched_at=arrival.fetched_at)
    counts += load_looks(connection, metric_ids, harvest.snapshots)
    _date_departures(connection)
    _note_histories(connection, arrival.histories)
    mark(connection, arrival, _reach(harvest, arrival.fetched_at))
    return counts


def is_newest(connection: Connection, arrival: Arrival) -> bool:
    """Whether nothing newer of the same source was loaded, so that this landing tells of the present."""
    newest = connection.execute(
        select(func.max(tables.Landing.fetched_at)).where(tables.Landing.source == arrival.source)
    ).scalar_one()
    return newest is None or arrival.fetched_at >= newest


def _load_metrics(connection: Connection, seen: Sequence[Metric]) -> dict[str, int]:
    """Ids of all metrics by key; those of the code first, then the others in the order in which they first came."""
    wanted = {metric.key: metric for metric in (*METRICS, *seen)} | BY_KEY
    held: dict[str, int] = {
        row.key: row.id for row in connection.execute(select(tables.Metric.key, tables.Metric.id)).all()
    }
    free = max(held.values(), default=0)
    for key in wanted:
        if key not in held:
            free += 1
            held[key] = free
    rows = [(held[m.key], m.key, m.name, m.kind, m.unit) for m in wanted.values()]
    upsert(connection, table(tables.Metric), ("id", "key", "name", "kind", "unit"), rows)
    return dict(sorted(held.items(), key=lambda item: item[1]))


_PLAYER = (
    "id", "username", "display_name", "type", "type_changed_at", "build", "status", "status_before",
    "status_changed_at", "country", "registered_at", "updated_at", "last_changed_at",
)  # fmt: skip


def _load_players(
    connection: Connection, players: Sequence[Player], fetched_at: datetime, *, is_present: bool
) -> Counts:
    """Players as they are now; a change of type or status is dated to the fetch that noticed it."""
    held = {row.id: row for row in connection.execute(select(table(tables.Player))).all()}
    now = to_ms(fetched_at)
    rows = []
    for player in players:
        before = held.get(player.id)
        type_at = before and ms_or_none(before.type_changed_at)
        status_before, status_at = (
            (before.status_before, ms_or_none(before.status_changed_at)) if before else (None, None)
        )
        if before and before.type != player.type and "unknown" not in (before.type, player.type):
            type_at = now
        if before and before.status != player.status:
            status_before, status_at = before.status, now
        rows.append((
            player.id, player.username, player.display_name, player.type, type_at, player.build, player.status,
            status_before, status_at, player.country, ms_or_none(player.registered_at), ms_or_none(player.updated_at),
            ms_or_none(player.last_changed_at),
        ))  # fmt: skip
    return upsert(connection, table(tables.Player), _PLAYER, rows, settled=() if is_present else _PLAYER)


def _date_type_changes(connection: Connection, changed: Mapping[int, datetime]) -> None:
    """Date changes of type that only old snapshots betray; a later date that we noticed ourselves stands."""
    connection.exec_driver_sql(
        "UPDATE player SET type_changed_at = ?1 WHERE id = ?2 AND coalesce(type_changed_at, 0) < ?1",
        [(to_ms(at), player_id) for player_id, at in changed.items()] or [(0, -1)],
    )


def _load_clan(connection: Connection, harvest: Harvest) -> Counts:
    clan = harvest.clan
    if clan is None:
        return Counts()
    columns = (
        "id", "name", "clan_chat", "description", "homeworld", "verified", "score", "created_at", "updated_at",
        "role_orders",
    )  # fmt: skip
    row = (
        clan.id, clan.name, clan.clan_chat, clan.description, clan.homeworld, clan.verified, clan.score,
        to_ms(clan.created_at), ms_or_none(clan.updated_at), json_list(clan.role_orders),
    )  # fmt: skip
    return upsert(connection, table(tables.Clan), columns, [row])


def _load_roster(connection: Connection, memberships: tuple[Membership, ...] | None, arrival: Arrival) -> Counts:
    """The roster as it is now: new stays begin, and stays that are no longer on it end.

    The first roster with anybody on it founds the history: nobody on it is a joiner whose own past is still owed. Where there
    was one, a roster with nobody on it is no roster: a clan does not leave in one night.
    """
    founding = connection.execute(select(tables.Membership.player_id).limit(1)).first() is None
    if memberships is None or not (memberships or founding):
        return Counts()
    fetched = to_ms(arrival.fetched_at)
    columns = (
        "player_id", "created_at", "role", "clan_joined_at", "updated_at", "first_seen_at", "left_at", "history_since",
    )  # fmt: skip
    rows = [
        (m.player_id, to_ms(m.created_at), m.role, ms_or_none(m.clan_joined_at), ms_or_none(m.updated_at), fetched, None,
         fetched if founding else None)
        for m in memberships
    ]  # fmt: skip
    counts = upsert(connection, table(tables.Membership), columns, rows, settled=("first_seen_at", "history_since"))
    here = {(m.player_id, m.created_at) for m in memberships}
    stays = connection.execute(
        select(tables.Membership.player_id, tables.Membership.created_at).where(tables.Membership.left_at.is_(None))
    ).all()
    for player_id, created_at in stays:
        if (player_id, created_at) not in here:
            connection.execute(
                update(tables.Membership)
                .where(tables.Membership.player_id == player_id, tables.Membership.created_at == created_at)
                .values(left_at=arrival.fetched_at)
            )
    return counts + _load_persons(connection, [m.player_id for m in memberships])


def _load_persons(connection: Connection, player_ids: Sequence[int]) -> Counts:
    """Everybody is a person of their own until something ties accounts together."""
    held = set(connection.execute(select(tables.PersonPlayer.player_id)).scalars())
    alone = [player_id for player_id in player_ids if player_id not in held]
    counts = upsert(connection, table(tables.Person), ("id",), [(player_id,) for player_id in alone])
    rows = [(player_id, player_id, "alone", 1.0) for player_id in alone]
    return counts + upsert(
        connection, table(tables.PersonPlayer), ("player_id", "person_id", "method", "confidence"), rows
    )


def _load_facts(
    connection: Connection, harvest: Harvest, metric_ids: Mapping[str, int], *, is_present: bool, fetched_at: datetime
) -> Counts:
    """Events, renames, achievements and competitions; an old landing only adds to them."""
    counts = Counts()
    for model, columns, rows in (
        (
            tables.RosterEvent,
            ("player_id", "kind", "created_at", "role", "previous_role"),
            [(e.player_id, e.kind, to_ms(e.created_at), e.role, e.previous_role) for e in harvest.roster_events],
        ),
        (
            tables.NameChange,
            ("id", "player_id", "old_name", "new_name", "status", "resolved_at", "created_at"),
            [
                (n.id, n.player_id, n.old_name, n.new_name, n.status, ms_or_none(n.resolved_at), to_ms(n.created_at))
                for n in harvest.name_changes
            ],
        ),
        (
            tables.Achievement,
            ("player_id", "name", "metric_id", "measure", "threshold", "accuracy", "achieved_at"),
            [
                (
                    a.player_id,
                    a.name,
                    metric_ids[a.metric],
                    a.measure,
                    a.threshold,
                    a.accuracy,
                    ms_or_none(a.achieved_at),
                )
                for a in harvest.achievements
            ],
        ),
    ):
        counts += upsert(connection, table(model), columns, rows, settled=() if is_present else columns)
    return counts + (_load_competitions(connection, harvest, fetched_at) if is_present else Counts())


def _load_competitions(connection: Connection, harvest: Harvest, fetched_at: datetime) -> Counts:
    """Contests and their standings; one is settled once its standing was read after its end."""
    held = dict(connection.execute(select(tables.Competition.id, tables.Competition.settled)).tuples().all())
    detailed = {p.competition_id for p in harvest.participations}
    columns = (
        "id", "title", "type", "metrics", "starts_at", "ends_at", "participant_count", "created_at", "updated_at",
        "settled",
    )  # fmt: skip
    rows = [
        (c.id, c.title, c.type, json_list(c.metrics), to_ms(c.starts_at), to_ms(c.ends_at), c.participant_count,
         to_ms(c.created_at), ms_or_none(c.updated_at),
         held.get(c.id, False) or (c.ends_at < fetched_at and (c.id in detailed or not c.participant_count)))
        for c in harvest.competitions
    ]  # fmt: skip
    counts = upsert(connection, table(tables.Competition), columns, rows)
    scores = [
        (p.competition_id, p.player_id, p.team, p.start, p.end, p.gained, ms_or_none(p.updated_at))
        for p in harvest.participations
    ]
    return counts + upsert(
        connection,
        table(tables.Participation),
        ("competition_id", "player_id", "team", "start", "end", "gained", "updated_at"),
        scores,
    )


BATCH: Final = 2_000
"""Readings written at a time: they stay in the processor's cache, which makes a load a quarter faster than 20,000 do."""


def load_looks(connection: Connection, metric_ids: Mapping[str, int], snapshots: Iterable[Snapshot]) -> Counts:
    """Looks and the readings that changed at them; counts look rows and reading rows alike."""
    counts, waiting = Counts(), Change()
    for change, arrived in _changes(connection, Axis(metric_ids), snapshots):
        waiting.extend(change)
        counts += Counts(unchanged=arrived - len(change.looks))
        if len(waiting.readings) >= BATCH:
            counts += _write_looks(connection, waiting)
            waiting = Change()
    return counts + _write_looks(connection, waiting)


def _write_looks(connection: Connection, change: Change) -> Counts:
    if change.obsolete:
        connection.exec_driver_sql(
            "DELETE FROM reading WHERE player_id = ? AND metric_id = ? AND taken_at = ?", change.obsolete
        )
    touched = write(connection, table(tables.Snapshot), ("player_id", "taken_at", "source"), change.looks)
    touched += write(
        connection, table(tables.Reading), ("player_id", "metric_id", "taken_at", "value", "rank"), change.readings
    )
    return Counts(touched - change.updates, change.updates)


def _changes(connection: Connection, axis: Axis, snapshots: Iterable[Snapshot]) -> Iterator[tuple[Change, int]]:
    last: dict[int, int] = dict(
        connection.exec_driver_sql("SELECT player_id, max(taken_at) FROM snapshot GROUP BY player_id").tuples().all()
    )
    for player_id, mine in by_player(snapshots):
        arrived = [axis.look(snapshot) for snapshot in mine]
        since = arrived[0].taken_at
        held = _held(connection, player_id, since, last[player_id]) if player_id in last else Held({})
        yield merge(player_id, axis, held, arrived), len(arrived)


def _held(connection: Connection, player_id: int, since: int, last: int) -> Held:
    """What is held of a player from *since* (ms) on, and the values just before; *last* is the last look held."""

    def rows(sql: str) -> list[Any]:
        return list(connection.exec_driver_sql(sql, (player_id, since)).tuples())

    before = rows(
        "SELECT m.id, (SELECT r.value FROM reading r WHERE r.player_id = ?1 AND r.metric_id = m.id"
        " AND r.taken_at < ?2 ORDER BY r.taken_at DESC LIMIT 1) FROM metric m"
    )
    if last < since:
        return Held(dict(before))
    looks = rows("SELECT taken_at, source FROM snapshot WHERE player_id = ? AND taken_at >= ? ORDER BY taken_at")
    readings = rows(
        "SELECT taken_at, metric_id, value, rank FROM reading WHERE player_id = ? AND taken_at >= ?"
        " ORDER BY taken_at, metric_id"
    )
    return Held(dict(before), looks, readings)


def _date_departures(connection: Connection) -> None:
    """A stay that we saw ended gets WOM's own date of leaving, whichever of the two arrives first."""
    connection.exec_driver_sql(
        """
        UPDATE membership SET left_at = found.at FROM (
            SELECT m.player_id, m.created_at, min(e.created_at) AS at
            FROM membership m JOIN roster_event e ON e.player_id = m.player_id AND e.kind = 'left'
            WHERE m.left_at IS NOT NULL AND e.created_at >= m.created_at AND e.created_at <= m.left_at
            GROUP BY m.player_id, m.created_at
        ) AS found
        WHERE membership.player_id = found.player_id AND membership.created_at = found.created_at
          AND membership.left_at IS NOT found.at
        """
    )


def _note_histories(connection: Connection, histories: Mapping[int, datetime]) -> None:
    """Remember back to when members' own looks were asked for; never forget an earlier date."""
    connection.exec_driver_sql(
        "UPDATE membership SET history_since = min(?1, coalesce(history_since, ?1)) WHERE player_id = ?2 AND left_at IS NULL",
        [(to_ms(since), player_id) for player_id, since in histories.items()] or [(0, -1)],
    )


def _reach(harvest: Harvest, fetched_at: datetime) -> datetime:
    """The latest instant *harvest* tells of: players go on being looked at while we ask, above all after update-all."""
    looked = (snapshot.taken_at for snapshot in harvest.snapshots)
    updated = (player.updated_at for player in harvest.players if player.updated_at is not None)
    return max(fetched_at, max(looked, default=fetched_at), max(updated, default=fetched_at))


def mark(
    connection: Connection,
    arrival: Arrival,
    reached_at: datetime,
    *,
    rereads: Iterable[int] = (),
    archives: Iterable[int] = (),
) -> None:
    """Note that the landing is loaded, in the transaction that loaded it."""
    row = (
        arrival.name, arrival.source, arrival.kind, arrival.run_id, to_ms(arrival.fetched_at), to_ms(reached_at), json_list(arrival.days),
        arrival.walked, json_list(arrival.failed), json_list(tuple(rereads)), json_list(tuple(archives)),
        arrival.whole,
    )  # fmt: skip
    columns = (
        "name", "source", "kind", "run_id", "fetched_at", "reached_at", "days", "walked", "failed", "rereads", "archives",
        "whole",
    )  # fmt: skip
    upsert(connection, table(tables.Landing), columns, [row])
