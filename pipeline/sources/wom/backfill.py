"""History before the first night, fetched in several landings, so that what is finished stays when the rest breaks off.

The first landing holds the roster, the holes, and the listings walked to their ends; days or players follow in chunks.
"""

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from pipeline.domain.records import Known
from pipeline.errors import Unreadable
from pipeline.sources.landing import LandingWriter, landing_name
from pipeline.sources.wom import endpoints as wom
from pipeline.sources.wom.client import WomClient
from pipeline.sources.wom.harvest import (
    Harvester,
    HarvestReport,
    Listing,
    Row,
    rows_of,
    was_looked_at,
)
from pipeline.sources.wom.plan import BackfillPlan, chunks, plan_backfill

log = logging.getLogger(__name__)

DAYS_A_LANDING: Final = 10
PLAYERS_A_LANDING: Final = 25
MOST_PAGES: Final = 1_000
"""Of one walk: 50,000 rows. A page that repeats the one before ends it sooner; a public tool once looped for nine hours."""
PLAYER_PAGES: Final = 40
"""Of one player's snapshots: 8,000, more than twenty a day for a year."""
SHIFTS: Final = (25, 12, 37)
"""Where the pages of the second, third and fourth walk through tied rows begin."""
CHEAP: Final = 50
"""Requests that asking every member for achievements may cost when walks keep losing rows."""


@dataclass(slots=True)
class Backfill:
    """One backfill under way: opens landings, numbers them and reports each when it is whole."""

    client: WomClient
    root: Path
    run_id: str
    known: Known
    now: datetime
    roster: tuple[Row, ...] = ()
    landings: int = 0
    _before: tuple[int, int] = (0, 0)

    @contextmanager
    def landing(self) -> Iterator[Harvester]:
        """The next landing, whole at the end of the block."""
        session = self.client.session
        self._before = session.requests, session.bytes
        name = landing_name(self.now, "wom", self.run_id, self.landings)
        with LandingWriter(self.root, name, source="wom", run_id=self.run_id, now=self.now, kind="backfill") as writer:
            yield Harvester(self.client, writer, self.known, self.now, self.roster, every_competition=True)
        self.landings += 1

    def report(self, harvester: Harvester) -> HarvestReport:
        """What the landing just finished cost and lacks."""
        return harvester.report(*self._before)


def backfill(
    client: WomClient,
    root: Path,
    run_id: str,
    known: Known,
    days: int,
    now: datetime,
    limit_per_minute: int = 20,
    on_plan: Callable[[BackfillPlan], object] | None = None,
) -> Iterator[HarvestReport]:
    """Fill *days* days of history; each landing is whole, and may be loaded, when its report is yielded.

    Raises the session's budget to five times what the plan needs: walks past ties may take four turns. Called again after it broke off, with
    what is known by then, it asks only for what is still missing.
    """
    work = Backfill(client, root, run_id, known, now)
    with work.landing() as harvester:
        harvester.core()
        work.roster = harvester.roster
        plan = plan_backfill(known, _ids(work.roster), days, now, limit_per_minute)
        log.info("Backfill: %s", plan.sentence)
        if on_plan:
            on_plan(plan)
        client.session.budget = max(client.session.budget, client.session.requests + 5 * plan.requests + 100)
        if plan.kind == "players":
            harvester.days(plan.days)
        if plan.walk:
            harvester.writer.walked = walk_listings(harvester)
    yield work.report(harvester)
    yield from _players(work, plan) if plan.kind == "players" else _days(work, plan)


def _days(work: Backfill, plan: BackfillPlan) -> Iterator[HarvestReport]:
    """The plan's days in chunks, oldest first."""
    for chunk in chunks(plan.days, DAYS_A_LANDING):
        with work.landing() as harvester:
            harvester.days(chunk)
        yield work.report(harvester)


def _players(work: Backfill, plan: BackfillPlan) -> Iterator[HarvestReport]:
    """Histories of the plan's players in chunks; the last landing claims the days they cover, if all of them came."""
    wanted = frozenset(plan.players)
    left = chunks([row for row in work.roster if row.get("id") in wanted], PLAYERS_A_LANDING) or [()]
    whole = True
    while left:
        with work.landing() as harvester:
            for row in left.pop(0):
                whole = harvester.history(row, plan.since, PLAYER_PAGES) and whole
            if whole and not left:
                harvester.writer.days.extend(plan.span)
        yield work.report(harvester)


def walk_listings(harvester: Harvester) -> bool:
    """Read every listing to its end; gives whether all of it came. Scores that did not come are asked for every night."""
    walks = [harvester.try_for(listing.role, partial(walk, harvester, listing)) for listing in harvester.listings()]
    return harvester.try_for(wom.COMPETITIONS.role, harvester.competitions) and all(walks)


def walk(harvester: Harvester, listing: Listing) -> None:
    """Read *listing* to its end, and its tied rows again from other offsets while some of them are still hidden.

    WOM sorts achievements by date alone and dates many of them 1970, so that pages cut through rows of equal date show some
    twice and others never: as many are hidden as came twice.
    """
    keys, tie = _walk_pages(harvester, listing, 0)
    total, found = len(keys), set(keys)
    for shift in SHIFTS:
        if tie is None or len(found) >= total:
            return
        page = tie // wom.PAGE * wom.PAGE
        again, _ = _walk_pages(harvester, listing, page - shift if page else shift)
        if found.issuperset(again) and listing.role != wom.ACHIEVEMENTS.role:
            return  # Roster events have no id: two of the same instant may truly be two, and nothing is hidden.
        found.update(again)
    if len(found) < total and listing.role == wom.ACHIEVEMENTS.role:
        _ask_each_member(harvester, total - len(found))


def _walk_pages(harvester: Harvester, listing: Listing, start: int) -> tuple[list[Hashable], int | None]:
    """Keys of all rows from *start* on, and where the first row stands whose date is that of a row that came twice."""
    keys: list[Hashable] = []
    dates: list[object] = []
    last = b""
    for page in range(MOST_PAGES):
        answer = harvester.keep(listing.role, listing.ask(start + page * wom.PAGE))
        found = rows_of(answer)
        if found and answer.body == last:
            raise Unreadable(
                f"Wise Old Man repeats the same page of {listing.role}; its offset does not work any more."
            )
        last = answer.body
        keys += [listing.key(row) for row in found]
        dates += [row.get("createdAt") for row in found]
        if len(found) < wom.PAGE:
            break
    else:
        raise Unreadable(f"The listing of {listing.role} has more than {MOST_PAGES} pages.")
    return keys, _first_tie(keys, dates)


def _first_tie(keys: Sequence[Hashable], dates: Sequence[object]) -> int | None:
    seen: set[Hashable] = set()
    twice = set()
    for key, date in zip(keys, dates, strict=True):
        if key in seen:
            twice.add(date if isinstance(date, str) else None)
        seen.add(key)
    return next((at for at, date in enumerate(dates) if date in twice), None)


def _ask_each_member(harvester: Harvester, hidden: int) -> None:
    askable = [row for row in harvester.roster if was_looked_at(row)]
    if len(askable) >= CHEAP:
        log.warning(
            "%d achievements stay hidden behind ties; asking %d members one by one costs more than it gives.",
            hidden,
            len(askable),
        )
        return
    for row in askable:
        harvester.player_achievements(row)


def _ids(roster: Sequence[Row]) -> tuple[int, ...]:
    """Members who can have a history."""
    return tuple(player_id for row in roster if was_looked_at(row) and isinstance(player_id := row.get("id"), int))
