"""What to ask of Wise Old Man tonight, and what a backfill would cost. Pure: it knows counts and days, no network."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Final, Literal, TypeVar

from pipeline.domain.records import Known
from pipeline.domain.window import DAY, finished_days, midnight
from pipeline.sources.wom.endpoints import PAGE, SNAPSHOT_PAGE

RESERVE: Final = 20
"""Requests of a night kept free for listings, competitions and second attempts when missed days are many."""
OVERLAP: Final = 10
"""Rows asked twice between two pages: a row that is added while we read moves all others down by one."""
LAST_PAGE: Final = 12
"""Pages of a listing that a night reads at most."""
PLAYER_PAGES: Final = 8
"""Pages of one joiner's snapshots that a night reads at most: 1,600 snapshots."""
HISTORY: Final = timedelta(days=366)
"""How far back a joiner's own snapshots are asked for: the longest window and a day."""
RECENT: Final = timedelta(days=30)
"""Before the listings were walked once, only competitions that ended so lately are read."""
LOOKS_PER_DAY: Final = 2.0
"""Looks at an active player, for estimates: the game client's plugin sends one at every logout."""
ROWS_PER_MEMBER: Final = 19.0
"""Achievements of a member, for estimates: 9,300 of 500 members, 1,120 of 60."""

T = TypeVar("T")


def night_days(known_days: Collection[date], now: datetime, remaining: int, reserve: int = RESERVE) -> tuple[date, ...]:
    """The finished UTC days to ask tonight, ascending: holes between the first day held and yesterday, the latest of them
    when *remaining* requests less the *reserve* do not suffice for all; only yesterday when no day is held."""
    yesterday = midnight(now).date() - DAY
    holes = [day for day in finished_days(min(known_days, default=yesterday), now) if day not in known_days]
    room = max(1, remaining - reserve)
    return tuple(holes[-room:])


def holds_news(page: Sequence[Hashable], known: Collection[Hashable], *, walked: bool) -> bool:
    """Whether *page*, the keys of its rows, holds something not *known*, so that the next page is worth reading.

    Rows of equal date come in any order, so one known row proves nothing; a page without any news is the margin. Before the
    listings were walked (*walked*), rows that follow the last known one are old history and no news.
    """
    if not walked:
        last_known = max((at for at, key in enumerate(page) if key in known), default=len(page))
        page = page[:last_known]
    return any(key not in known for key in page)


def page_offset(pages: int) -> int:
    """Where the page after *pages* pages begins."""
    return pages * (PAGE - OVERLAP)


def joiners_tonight(joiners: Sequence[int], remaining: int, reserve: int = 5) -> tuple[int, ...]:
    """Those *joiners* whose histories fit in what remains (some two pages and the achievements each); others wait a night."""
    return tuple(joiners[: max(0, (remaining - reserve) // 3)])


def wants_details(starts_at: datetime, ends_at: datetime, *, now: datetime, settled: bool, walked: bool) -> bool:
    """Whether a competition's scores are worth a request: it runs, or has ended since they were last read."""
    if starts_at > now or settled:
        return False
    return ends_at > now or walked or now - ends_at <= RECENT


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """How history is filled, and what it costs.

    `kind` is the cheaper way for the days *before* the first one held (`span`): WOM's day windows or the players' own
    histories. `days` are all days asked by window: holes after the first day held can only be closed so, for nobody
    remembers when a player's own history was asked for. `players` are those whose histories are asked.
    """

    kind: Literal["days", "players"]
    since: datetime
    span: tuple[date, ...]
    days: tuple[date, ...]
    players: tuple[int, ...]
    walk: bool
    requests: int
    minutes: int
    sentence: str


def plan_backfill(
    known: Known, members: Collection[int], days: int, now: datetime, limit_per_minute: int
) -> BackfillPlan:
    """The cheapest way to *days* days of history of *members*, the ids that can have any."""
    until = midnight(now)
    since = until - days * DAY
    missing = [day for day in finished_days(since.date(), now) if day not in known.days]
    first_held = min(known.days, default=until.date() - DAY)
    span = tuple(day for day in missing if day < first_held)
    holes = tuple(day for day in missing if day >= first_held)
    unasked = tuple(sorted(player for player in members if known.histories.get(player, now) > since)) if span else ()
    by_player = len(unasked) * max(1, ceil(len(span) * LOOKS_PER_DAY / SNAPSHOT_PAGE))
    kind: Literal["days", "players"] = "players" if by_player < len(span) else "days"
    walking = 0 if known.walked else 6 + ceil(len(members) * ROWS_PER_MEMBER / PAGE)
    requests = 2 + len(holes) + min(by_player, len(span)) + walking
    minutes = ceil(requests / max(1, limit_per_minute))
    return BackfillPlan(
        kind=kind,
        since=since,
        span=span,
        days=tuple(sorted(span + holes)) if kind == "days" else holes,
        players=unasked if kind == "players" else (),
        walk=not known.walked,
        requests=requests,
        minutes=minutes,
        sentence=_sentence(kind, len(missing), len(span), by_player, walking, requests, minutes),
    )


def _sentence(kind: str, missing: int, span: int, by_player: int, walking: int, requests: int, minutes: int) -> str:
    if not span:
        way = "nothing older than the first day held is asked for"
    else:
        taken = "by their own histories" if kind == "players" else "day by day"
        way = f"day by day takes {span} requests, the members' own histories some {by_player}: {taken} it is"
    listings = (
        f" Some {walking} more are for the listings (up to four times that where equal dates hide rows)."
        if walking
        else ""
    )
    return (
        f"{missing} days are missing; {way}.{listings} That makes about {requests} requests, "
        f"{minutes} min at the server's limit."
    )


def history_since(now: datetime) -> datetime:
    """From when on a joiner's own snapshots are asked for."""
    return now.astimezone(UTC) - HISTORY


def chunks(things: Sequence[T], size: int) -> list[Sequence[T]]:
    """*things* in runs of *size*, in order."""
    return [things[at : at + size] for at in range(0, len(things), size)]
