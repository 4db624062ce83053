"""One night's questions to Wise Old Man, in the order in which they are asked, and the landing they leave."""

import logging
import time
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from pipeline.domain.records import Known
from pipeline.errors import Denied, SourceError
from pipeline.sources.answers import Answer, Forbidden
from pipeline.sources.landing import LandingWriter
from pipeline.sources.manifest import Failure
from pipeline.sources.wom import endpoints as wom
from pipeline.sources.wom import plan
from pipeline.sources.wom.client import WomClient, is_missing
from pipeline.sources.wom.decode import roster
from pipeline.sources.wom.fields import EPOCH, Broken, identity, mapping, one_line

log = logging.getLogger(__name__)

UPDATE_WAIT: Final = 3.0
"""Seconds that WOM is given for each member it looks up at our request."""
LONGEST_UPDATE_WAIT: Final = 180.0

Row = Mapping[str, object]
Key = Callable[[Row], Hashable]


@dataclass(frozen=True, slots=True)
class HarvestReport:
    """What one landing cost and what it lacks. `waiting` joiners did not fit in the request budget; tomorrow asks them."""

    landing: str
    requests: int
    bytes: int
    parts: int
    members: int
    days: tuple[date, ...]
    joiners: int
    waiting: int
    failed: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing of the group that is read page by page, and what makes a row of it known. Rows of *apart* are no news."""

    role: str
    ask: Callable[[int], Answer]
    key: Key
    known: Collection[Hashable]
    apart: frozenset[int] = frozenset()


@dataclass(slots=True)
class Harvester:
    """Asks, and keeps every answer in a landing. What is beside the core may fail; the landing then says so."""

    client: WomClient
    writer: LandingWriter
    known: Known
    now: datetime
    roster: tuple[Row, ...] = ()
    joiners: int = 0
    waiting: int = 0
    every_competition: bool = False

    def keep(self, role: str, answer: Answer) -> Answer:
        """Write *answer* to the landing."""
        self.writer.write(role, answer.body, path=answer.path, query=answer.query, status=answer.status)
        return answer

    def core(self) -> None:
        """The group and everybody's latest snapshot; without them there is no landing."""
        group = self.keep(wom.GROUP.role, self.client.group())
        self._check_roster(group)
        self.roster = roster_of(group)
        self.keep(wom.BULK_HISCORES.role, self.client.bulk_hiscores())

    def _check_roster(self, group: Answer) -> None:
        """Note when the roster cannot be told tonight, and why."""
        try:
            found, odd = roster(mapping(group.content))
        except Broken as broken:
            found, odd = {}, [broken]
        if not found and not odd and self.known.members:
            odd = [Broken("memberships", "is empty")]
        if odd:
            said = f"Who is in the clan stays as it was: in the answer to {group.path}, {one_line(str(odd[0]))}."
            log.warning("%s", said)
            self.writer.fail(wom.GROUP.role, said)

    def days(self, days: Sequence[date]) -> None:
        """First and last looks of each of *days*. A clan without members has none; where we know of some, another night asks."""
        for day in days:
            if self.roster:
                self.keep(wom.BULK_GAINED.role, self.client.bulk_gained(day))
            if self.roster or not self.known.members:
                self.writer.days.append(day)

    def try_for(self, role: str, ask: Callable[[], object]) -> bool:
        """Do what is beside the core; a failure is noted and the night goes on, unless our credentials are refused."""
        try:
            ask()
        except SourceError as error:
            if isinstance(error, Denied) and not isinstance(error, Forbidden):
                raise
            log.warning("Going on without %s: %s", role, error)
            self.writer.fail(role, str(error))
            return False
        return True

    def listings(self) -> tuple[Listing, ...]:
        """The three listings. A joiner's achievements are asked for apart and are no news in the group's listing."""
        known, client = self.known, self.client
        apart = frozenset(
            player_id for row in joiners_of(self.roster, known) if isinstance(player_id := row.get("id"), int)
        )
        return (
            Listing(wom.ACTIVITY.role, client.activity, roster_event_key, known.roster_events),
            Listing(wom.ACHIEVEMENTS.role, client.achievements, achievement_key, known.achievements, apart),
            Listing(wom.NAME_CHANGES.role, client.name_changes, name_change_key, known.name_changes),
        )

    def pages(self, listing: Listing) -> None:
        """The newest pages of *listing*, one page beyond the last news."""
        pages, more = 0, True
        while more:
            found = rows_of(self.keep(listing.role, listing.ask(plan.page_offset(pages))))
            pages += 1
            keys = [listing.key(row) for row in found if self._may_be_news(listing, row)]
            more = (
                len(found) >= wom.PAGE
                and pages < plan.LAST_PAGE
                and self.known.members is not None
                and plan.holds_news(keys, listing.known, walked=self.known.walked)
            )

    def _may_be_news(self, listing: Listing, row: Row) -> bool:
        """Before the walk, rows of unknown date are old history too: they stand last, in an order that changes."""
        dated = self.known.walked or instant_of(row.get("createdAt")) != EPOCH
        return dated and _plain(row.get("playerId")) not in listing.apart

    def competitions(self) -> None:
        """All competitions, and the scores of those that run or have ended since they were last read."""
        answer = self.keep(wom.COMPETITIONS.role, self.client.competitions())
        due = due_competitions(
            rows_of(answer), self.known, self.now, walked=self.known.walked or self.every_competition
        )
        room = max(0, self.client.session.remaining - 5)
        if len(due) > room:
            log.warning("The scores of %d competitions do not fit in the request budget.", len(due) - room)
        for competition_id in due[:room]:
            self.try_for(wom.COMPETITION.role, partial(self._details, competition_id))

    def _details(self, competition_id: int) -> None:
        self.keep(wom.COMPETITION.role, self.client.competition(competition_id))

    def greet(self, joiners: Sequence[Row]) -> None:
        """Ask for the histories of *joiners*, as many as the budget allows."""
        by_id = {player_id: row for row in joiners if isinstance(player_id := row.get("id"), int)}
        tonight = plan.joiners_tonight(tuple(by_id), self.client.session.remaining)
        self.joiners, self.waiting = len(tonight), len(by_id) - len(tonight)
        if self.waiting:
            log.warning(
                "%d joiners do not fit in the request budget; their histories are asked for tomorrow.", self.waiting
            )
        since = plan.history_since(self.now)
        for player_id in tonight:
            if by_id[player_id].get("status") == "archived":
                self.writer.histories[player_id] = since
                continue
            self.history(by_id[player_id], since, plan.PLAYER_PAGES)
            self.try_for(wom.PLAYER_ACHIEVEMENTS.role, partial(self.player_achievements, by_id[player_id]))

    def history(self, player: Row, since: datetime, most_pages: int) -> bool:
        """The player's own snapshots back to *since*, noted as asked for only when every page came."""
        done = not was_looked_at(player) or self.try_for(
            wom.PLAYER_SNAPSHOTS.role, partial(self._snapshots, username_of(player), since, most_pages)
        )
        player_id = player.get("id")
        if done and isinstance(player_id, int):
            self.writer.histories[player_id] = since
        return done

    def player_achievements(self, player: Row) -> None:
        """All achievements of one player."""
        if was_looked_at(player):
            self._of_player(wom.PLAYER_ACHIEVEMENTS.role, partial(self.client.player_achievements, username_of(player)))

    def _snapshots(self, username: str, since: datetime, most_pages: int) -> None:
        for page in range(most_pages):
            offset = page * wom.SNAPSHOT_PAGE
            ask = partial(self.client.snapshots, username, since, self.now, offset)
            answer = self._of_player(wom.PLAYER_SNAPSHOTS.role, ask)
            if answer is None or len(rows_of(answer)) < wom.SNAPSHOT_PAGE:
                return
        log.warning(
            "%r has more than %d snapshots; older ones are not asked for.", username, most_pages * wom.SNAPSHOT_PAGE
        )

    def _of_player(self, role: str, ask: Callable[[], Answer]) -> Answer | None:
        """The answer about one player; None when WOM does not know the name, which is no failure of the night."""
        try:
            return self.keep(role, ask())
        except SourceError as error:
            if not is_missing(error):
                raise
            log.info("Skipped: %s", error)
            return None

    def report(self, requests: int, received: int) -> HarvestReport:
        """The report, given what the session had counted before this landing."""
        session = self.client.session
        return HarvestReport(
            landing=self.writer.name,
            requests=session.requests - requests,
            bytes=session.bytes - received,
            parts=len(self.writer.parts),
            members=len(self.roster),
            days=tuple(sorted(self.writer.days)),
            joiners=self.joiners,
            waiting=self.waiting,
            failed=self.writer.failed,
        )


def harvest_night(
    client: WomClient,
    writer: LandingWriter,
    known: Known,
    now: datetime,
    verification_code: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> HarvestReport:
    """Ask what a night needs and keep it in *writer*, which the caller has entered."""
    session = client.session
    before = session.requests, session.bytes
    night = Harvester(client, writer, known, now)
    if verification_code:
        _refresh(night, verification_code, sleep)
    night.core()
    *holes, yesterday = plan.night_days(known.days, now, session.remaining) or (None,)
    for day in holes:
        # a day that cannot be had must not cost the nights after it; it is asked for again
        night.try_for(wom.BULK_GAINED.role, partial(night.days, [day]))
    if yesterday:
        night.days([yesterday])
    for listing in night.listings():
        night.try_for(listing.role, partial(night.pages, listing))
    night.try_for(wom.COMPETITIONS.role, night.competitions)
    night.greet(joiners_of(night.roster, known))
    return night.report(*before)


def _refresh(night: Harvester, verification_code: str, sleep: Callable[[float], None]) -> None:
    """Have WOM look at members it has not seen for a day, and give it a while. Nothing of this is kept, for the code's sake."""
    try:
        count = night.client.update_all(verification_code)
    except SourceError as error:
        log.warning("Going on without the update of all members: %s", error)
        night.writer.fail(wom.UPDATE_ALL.role, str(error))
        return
    wait = min(LONGEST_UPDATE_WAIT, UPDATE_WAIT * count)
    if wait:
        log.info("Wise Old Man is updating %d members; waiting %.0f s.", count, wait)
        sleep(wait)


def rows_of(answer: Answer) -> list[Row]:
    """The rows of an answer that are objects; decode says what is wrong with others."""
    return [row for row in answer.content if isinstance(row, dict)] if isinstance(answer.content, list) else []


def roster_of(group: Answer) -> tuple[Row, ...]:
    """The players in the group's answer who have an id."""
    memberships = group.content.get("memberships") if isinstance(group.content, dict) else None
    members = memberships if isinstance(memberships, list) else []
    return tuple(row["player"] for row in members if isinstance(row, dict) and _has_id(row.get("player")))


def _has_id(player: object) -> bool:
    """Whether *player* can be remembered as one who was asked for."""
    try:
        return identity(mapping(player), "id") > 0
    except Broken:
        return False


def joiners_of(roster: Sequence[Row], known: Known) -> tuple[Row, ...]:
    """Members whose own history was never asked for; on an empty database nobody is one."""
    if known.members is None:
        return ()
    return tuple(row for row in roster if _plain(row.get("id")) not in known.members)


def was_looked_at(player: Row) -> bool:
    """Whether WOM ever looked at the player; of one it never did there is nothing to ask."""
    return player.get("updatedAt") is not None


def due_competitions(rows: Sequence[Row], known: Known, now: datetime, *, walked: bool) -> list[int]:
    """Ids of the competitions whose scores are to be read, in the order of the listing."""
    due = []
    for row in rows:
        competition_id, starts_at, ends_at = (
            row.get("id"),
            instant_of(row.get("startsAt")),
            instant_of(row.get("endsAt")),
        )
        if isinstance(competition_id, int) and starts_at and ends_at:
            settled = competition_id in known.settled_competitions
            if plan.wants_details(starts_at, ends_at, now=now, settled=settled, walked=walked):
                due.append(competition_id)
    return due


def instant_of(text: object) -> datetime | None:
    """The instant in *text* for planning; None when there is none, which decode will name."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def username_of(player: Row) -> str:
    """The name to ask for; an empty one, which the client refuses, when the roster gives none."""
    username = player.get("username")
    return username if isinstance(username, str) else ""


def roster_event_key(row: Row) -> Hashable:
    """As the database keys it: player, kind, instant."""
    return _plain(row.get("playerId")), _plain(row.get("type")), instant_of(row.get("createdAt"))


def achievement_key(row: Row) -> Hashable:
    """Player and name; WOM's achievements have no id."""
    return _plain(row.get("playerId")), _plain(row.get("name"))


def name_change_key(row: Row) -> Hashable:
    """WOM's id."""
    return _plain(row.get("id"))


def _plain(value: object) -> int | str | None:
    return value if isinstance(value, int | str) else None
