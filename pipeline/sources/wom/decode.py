"""A landing of Wise Old Man, decoded into records. Pure: the same landing gives the same records.

A row that is not of the agreed form is left out and named in the log, for one odd player must not cost the night; when no row
can be read of the members' looks, or of the roster, the form has changed and the landing is `Unreadable`. What is beside them
costs no more than itself, and a clan that cannot be read stays as it was. The roster is all or nothing: a member left out of it would look like one who left, so with an odd row
in it the roster stays as it was.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipeline.domain.metrics import BY_KEY, HOUR, Kind, Metric, metric_for
from pipeline.domain.records import (
    Achievement,
    Clan,
    Competition,
    Harvest,
    Membership,
    NameChange,
    Participation,
    Player,
    RosterEvent,
    Snapshot,
)
from pipeline.domain.window import TICK
from pipeline.errors import Unreadable
from pipeline.sources.landing import bodies
from pipeline.sources.manifest import Part
from pipeline.sources.wom import endpoints as wom
from pipeline.sources.wom.fields import (
    EPOCH,
    MOST,
    TOO_MUCH,
    Broken,
    flag,
    identity,
    instant,
    integer,
    mapping,
    one_line,
    optional_instant,
    optional_integer,
    optional_text,
    rows,
    text,
    text_or,
)
from pipeline.sources.wom.looks import KIND_OF_FIELD, Looks, outdated_hours

log = logging.getLogger(__name__)

NAMED_ROWS: Final = 5
"""Rows of one answer that the log names when they are left out."""
TOTAL: Final = "total"
"""The delta of a competition over several metrics that sums them."""

Row = Mapping[str, object]


def decode(landing: Path, kinds: Mapping[str, Kind] | None = None) -> Harvest:
    """All that *landing* says. *kinds* tells of metrics that an earlier landing brought and the list does not know."""
    decoder = _Decoder(landing, kinds or {})
    for role, read in decoder.readers.items():
        for part, content in bodies(landing, role):
            decoder.read(part, content, read)
    with agreed(f"The landing {landing.name}"):
        return decoder.harvest()


@contextmanager
def agreed(where: str) -> Iterator[None]:
    """What cannot be read is `Unreadable` at *where*, even if nobody thought of it: a traceback would come back every night."""
    try:
        yield
    except Broken as broken:
        raise Unreadable(f"{where}: {one_line(str(broken))}.") from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unreadable(f"{where} is not of the agreed form ({type(error).__name__}).") from error


class _Decoder:
    """What has been read of one landing so far; the first to name a player is believed, and the roster speaks first."""

    def __init__(self, landing: Path, kinds: Mapping[str, Kind]) -> None:
        self.landing = landing
        self.kinds = kinds
        self.looks = Looks()
        self.clan: Clan | None = None
        self.memberships: tuple[Membership, ...] | None = None
        self.players: dict[int, Player] = {}
        self.snapshots: dict[tuple[int, datetime, str], Snapshot] = {}
        self.outdated: dict[int, datetime] = {}
        self.roster_events: dict[tuple[int, str, datetime], RosterEvent] = {}
        self.name_changes: dict[int, NameChange] = {}
        self.achievements: dict[tuple[int, str], Achievement] = {}
        self.competitions: dict[int, Competition] = {}
        self.participations: dict[tuple[int, int], Participation] = {}
        self.seen: set[str] = set()
        self.hints: dict[str, Kind] = {}
        # The order matters: who is believed on players and competitions, and kinds before bulk-gained, which has none.
        self.readers: dict[str, Callable[[object], Iterator[Broken]]] = {
            wom.GROUP.role: self._group,
            wom.BULK_HISCORES.role: self._some(self._hiscores),
            wom.PLAYER_SNAPSHOTS.role: self._each(self._snapshot),
            wom.BULK_GAINED.role: self._some(self._gained),
            wom.ACTIVITY.role: self._each(self._roster_event),
            wom.ACHIEVEMENTS.role: self._each(self._achievement),
            wom.PLAYER_ACHIEVEMENTS.role: self._each(self._achievement),
            wom.NAME_CHANGES.role: self._each(self._name_change),
            wom.COMPETITION.role: self._details,
            wom.COMPETITIONS.role: self._each(self._competition),
        }

    def read(self, part: Part, content: object, reader: Callable[[object], Iterator[Broken]]) -> None:
        """Take in one answer; rows it had to leave out are logged."""
        where = f"The landing {self.landing.name}, {part.path}"
        with agreed(where):
            left_out = list(reader(content))
        for odd in left_out[:NAMED_ROWS]:
            log.warning("%s: %s; it is left out.", where, one_line(str(odd)))
        if len(left_out) > NAMED_ROWS:
            log.warning("%s: %d rows are left out in all.", where, len(left_out))

    def harvest(self) -> Harvest:
        """Everything read."""
        metrics = self._metrics()
        return Harvest(
            clan=self.clan,
            memberships=self.memberships,
            players=tuple(self.players.values()),
            metrics=metrics,
            snapshots=tuple(self.snapshots.values()),
            roster_events=tuple(self.roster_events.values()),
            name_changes=tuple(self.name_changes.values()),
            achievements=tuple(self.achievements.values()),
            competitions=tuple(self.competitions.values()),
            participations=tuple(self.participations.values()),
            rates_changed=self._rates_changed(),
        )

    def _metrics(self) -> tuple[Metric, ...]:
        for look in {id(look.metrics): look.metrics for look in self.snapshots.values()}.values():
            self.seen.update(look)
        kinds = self._kinds()
        metrics = tuple(metric_for(key, kinds.get(key, "activity")) for key in sorted(self.seen))
        unknown = [f"{metric.key} ({metric.kind})" for metric in metrics if metric.key not in BY_KEY]
        if unknown or self.looks.unplaced:
            log.info(
                "%s names metrics that the list does not know: %s; without a value that can be read: %s.",
                self.landing.name,
                one_line(", ".join(unknown)) or "none",
                one_line(", ".join(sorted(self.looks.unplaced))) or "none",
            )
        return metrics

    def _kinds(self) -> dict[str, Kind]:
        """Kinds of metrics: what a snapshot's sections say beats what is remembered, and that what an achievement measures."""
        return {**self.hints, **self.kinds, **self.looks.kinds}

    def _each(self, take: Callable[[Row], None]) -> Callable[[object], Iterator[Broken]]:
        """A reader of lists that takes in row by row; yields what is wrong with rows left out."""

        def read(content: object) -> Iterator[Broken]:
            for at, row in enumerate(rows(content)):
                try:
                    take(mapping(row))
                except Broken as broken:
                    yield broken.within(f"[{at}]")

        return read

    def _some(self, take: Callable[[Row], None]) -> Callable[[object], Iterator[Broken]]:
        """The same, but raises when no row at all can be taken in."""
        each = self._each(take)

        def read(content: object) -> Iterator[Broken]:
            odd = list(each(content))
            if odd and len(odd) == len(rows(content)):
                raise odd[-1]
            yield from odd

        return read

    def _group(self, content: object) -> Iterator[Broken]:
        row = mapping(content)
        try:
            self.clan, unread = _clan(row)
        except Broken as broken:
            unread = [broken]
        yield from unread
        memberships, odd = roster(row)
        if odd and not memberships:
            raise odd[0]
        if not odd:
            self.memberships = tuple({member.player_id: member for member in memberships.values()}.values())
        for member in memberships:
            self._player(mapping(rows(row["memberships"])[member]))
        yield from odd

    def _player(self, row: Row) -> None:
        """Remember the player that *row* carries, if it carries one."""
        if row.get("player") is None:
            return
        try:
            player = _player(mapping(row["player"]))
        except Broken as broken:
            raise broken.within("player") from None
        self.players.setdefault(player.id, player)

    def _hiscores(self, row: Row) -> None:
        try:
            snapshot = self.looks.snapshot(mapping(row.get("data")))
        except Broken as broken:
            raise broken.within("data") from None
        self._player(row)
        self._look(snapshot)
        self._compare_hours(mapping(row["data"]), snapshot)

    def _snapshot(self, row: Row) -> None:
        snapshot = self.looks.snapshot(row)
        self._look(snapshot)
        self._compare_hours(row, snapshot)

    def _compare_hours(self, row: Row, snapshot: Snapshot) -> None:
        """Remember the last look whose stored ehp is not what WOM computes from its skills at today's type and rates."""
        if outdated_hours(row):
            self.outdated[snapshot.player_id] = max(
                snapshot.taken_at, self.outdated.get(snapshot.player_id, snapshot.taken_at)
            )

    def _rates_changed(self) -> dict[int, datetime]:
        """By player, the first look after the last outdated one; just after it when there is none."""
        later: dict[int, datetime] = {}
        for look in self.snapshots.values():
            since = self.outdated.get(look.player_id)
            if since is not None and look.taken_at > since:
                later[look.player_id] = min(look.taken_at, later.get(look.player_id, look.taken_at))
        return {player_id: later.get(player_id, at + TICK) for player_id, at in self.outdated.items()}

    def _gained(self, row: Row) -> None:
        looks = self.looks.gained(row, self.kinds)
        self._player(row)
        for look in looks:
            self._look(look)

    def _look(self, look: Snapshot) -> None:
        self.snapshots.setdefault((look.player_id, look.taken_at, look.source), look)

    def _roster_event(self, row: Row) -> None:
        event = _roster_event(row)
        self._player(row)
        self.roster_events.setdefault((event.player_id, event.kind, event.created_at), event)

    def _achievement(self, row: Row) -> None:
        achievement = _achievement(row)
        self._player(row)
        self.seen.add(achievement.metric)
        if achievement.measure in KIND_OF_FIELD:
            self.hints.setdefault(achievement.metric, KIND_OF_FIELD[achievement.measure])
        self.achievements.setdefault((achievement.player_id, achievement.name), achievement)

    def _name_change(self, row: Row) -> None:
        change = _name_change(row)
        self._player(row)
        self.name_changes.setdefault(change.id, change)

    def _competition(self, row: Row) -> None:
        competition = _competition(row)
        self.seen.update(competition.metrics)
        self.competitions.setdefault(competition.id, competition)

    def _details(self, content: object) -> Iterator[Broken]:
        try:
            row = mapping(content)
            competition = _competition(row)
            self._competition(row)
            participations = rows(row.get("participations") or [], "participations")
        except Broken as broken:
            yield broken
            return
        first = competition.metrics[0]
        hours = metric_for(first, self._kinds().get(first, "activity")).scale == HOUR

        def take(found: Row) -> None:
            participation = _participation(found, competition, hours=hours)
            self._player(found)
            self.participations.setdefault((competition.id, participation.player_id), participation)

        for odd in self._each(take)(participations):
            yield odd.within("participations")


def roster(group: Row) -> tuple[dict[int, Membership], list[Broken]]:
    """The memberships in the answer *group* by their places, and what is wrong with the others."""
    found, odd = {}, []
    for at, member in enumerate(rows(group.get("memberships"), "memberships")):
        try:
            found[at] = _membership(mapping(member))
        except Broken as broken:
            odd.append(broken.within(f"memberships[{at}]"))
    return found, odd


def _clan(row: Row) -> tuple[Clan, list[Broken]]:
    """The clan in the answer *row*, and what is wrong with what it need not have."""
    odd: list[Broken] = []

    def maybe(read: Callable[[Row, str], Any], key: str) -> Any:
        try:
            return read(row, key)
        except Broken as broken:
            odd.append(broken)
            return None

    orders: dict[int, str] = {}
    for at, order in enumerate(maybe(lambda row, key: rows(row.get(key) or [], key), "roleOrders") or []):
        try:
            orders[integer(mapping(order), "index")] = text(mapping(order), "role")
        except Broken as broken:
            odd.append(broken.within(f"roleOrders[{at}]"))
    clan = Clan(
        id=identity(row, "id"),
        name=text(row, "name"),
        clan_chat=maybe(optional_text, "clanChat"),
        description=maybe(optional_text, "description"),
        homeworld=maybe(optional_integer, "homeworld"),
        verified=maybe(flag, "verified") or False,
        score=maybe(optional_integer, "score") or 0,
        created_at=instant(row, "createdAt"),
        updated_at=maybe(optional_instant, "updatedAt"),
        role_orders=tuple(role for _, role in sorted(orders.items())),
    )
    return clan, odd


def _membership(row: Row) -> Membership:
    if row.get("player") is None:
        raise Broken("player", "is missing")
    try:
        _player(mapping(row["player"]))
    except Broken as broken:
        raise broken.within("player") from None
    return Membership(
        player_id=identity(row, "playerId"),
        role=text_or(row, "role", "member"),
        clan_joined_at=optional_instant(row, "clientSyncJoinedAt"),
        created_at=instant(row, "createdAt"),
        updated_at=optional_instant(row, "updatedAt"),
    )


def _player(row: Row) -> Player:
    username = text(row, "username")
    return Player(
        id=identity(row, "id"),
        username=username,
        display_name=text_or(row, "displayName", username),
        type=text_or(row, "type", "unknown"),
        build=text_or(row, "build", "main"),
        status=text_or(row, "status", "active"),
        country=optional_text(row, "country"),
        registered_at=optional_instant(row, "registeredAt"),
        updated_at=optional_instant(row, "updatedAt"),
        last_changed_at=optional_instant(row, "lastChangedAt"),
    )


def _roster_event(row: Row) -> RosterEvent:
    return RosterEvent(
        player_id=identity(row, "playerId"),
        kind=text(row, "type"),
        role=optional_text(row, "role"),
        previous_role=optional_text(row, "previousRole"),
        created_at=instant(row, "createdAt"),
    )


def _achievement(row: Row) -> Achievement:
    reached = instant(row, "createdAt")
    return Achievement(
        player_id=identity(row, "playerId"),
        name=text(row, "name"),
        metric=text(row, "metric"),
        measure=text(row, "measure"),
        threshold=integer(row, "threshold"),
        accuracy=optional_integer(row, "accuracy"),
        achieved_at=reached if reached > EPOCH else None,
    )


def _name_change(row: Row) -> NameChange:
    return NameChange(
        id=identity(row, "id"),
        player_id=identity(row, "playerId"),
        old_name=text(row, "oldName"),
        new_name=text(row, "newName"),
        status=text(row, "status"),
        resolved_at=optional_instant(row, "resolvedAt"),
        created_at=instant(row, "createdAt"),
    )


def _competition(row: Row) -> Competition:
    metrics = [text(mapping(metric, "metrics"), "metric") for metric in rows(row.get("metrics") or [], "metrics")]
    return Competition(
        id=identity(row, "id"),
        title=text(row, "title"),
        type=text(row, "type"),
        metrics=tuple(dict.fromkeys(metrics)) or (text(row, "metric"),),
        starts_at=instant(row, "startsAt"),
        ends_at=instant(row, "endsAt"),
        participant_count=optional_integer(row, "participantCount") or 0,
        created_at=instant(row, "createdAt"),
        updated_at=optional_instant(row, "updatedAt"),
    )


def _participation(row: Row, competition: Competition, *, hours: bool) -> Participation:
    wanted = competition.metrics[0] if len(competition.metrics) == 1 else TOTAL
    deltas = [mapping(delta, "deltas") for delta in rows(row.get("deltas"), "deltas")]
    values = next((mapping(delta.get("values"), "values") for delta in deltas if delta.get("metric") == wanted), None)
    if values is None:
        raise Broken(f"deltas.{wanted}", "is missing")
    scale = HOUR if hours else 1
    return Participation(
        competition_id=competition.id,
        player_id=identity(row, "playerId"),
        team=optional_text(row, "teamName"),
        start=_score(values, "start", scale),
        end=_score(values, "end", scale),
        gained=_score(values, "gained", scale) or 0,
        updated_at=optional_instant(row, "updatedAt"),
    )


def _score(values: Row, key: str, scale: int) -> int | None:
    """A score in stored units; None below zero. A total over weighted metrics may have decimals."""
    value = values.get(key)
    if type(value) not in (int, float):
        raise Broken(key, "is missing or no number")
    assert isinstance(value, int | float)
    if not abs(value) <= MOST / scale:
        raise Broken(key, TOO_MUCH)
    return None if value < 0 else round(value * scale)
