"""What will go wrong if nobody does anything, told by what past nights cost while there is still time.

Nights come oldest first, and of one date the last run counts. A pace is the median of what the last nights added, so that a backfill
or a first reading of Discord is not taken for a habit; of fewer than five nights there is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final, Literal

Kind = Literal["disk", "database", "requests", "rate", "time", "nights", "backups"]
Severity = Literal["low", "high"]
"""Worth knowing this month, or to be seen to in the next days."""

MB: Final = 1_000_000
GB: Final = 1_000 * MB

PACE_NIGHTS: Final = 14
"""Two weeks hold each weekday twice, and one weekly backup that replaces another."""
FEWEST_NIGHTS: Final = 5
"""Two odd nights among five leave the median alone."""
ROOM_NIGHTS: Final = 10
"""A disk is short when it holds less than so many nights: people look at it once a week."""
OUTPUTS_BYTES: Final = 50 * MB
"""What a night writes beside its copies of the database: landings, the workbook, its tables, the site; 30 MB at 500 members."""
COPIES: Final = 2
"""A night copies the database into a backup before it loads, and tidying it may write it once more."""
FULL_WITHIN: Final = 60
"""Nights; sooner than that is soon enough to buy a disk or keep less."""
PRESSING_WITHIN: Final = 14
LARGE_DATABASE: Final = GB
"""A year of 500 members is 32 MB; at this size backups outweigh everything else, and a night waits for its disk."""
DOUBLED_WITHIN: Final = timedelta(days=30)
SMALL_DATABASE: Final = 100 * MB
"""A young clan's database doubles every other week, and nobody needs to care."""
SAME_CLAN: Final = 1.1
"""Up to a tenth more members is the same clan."""
BUDGET_SHARE: Final = 0.8
RATE_SHARE: Final = 0.1
KEYED_RATE: Final = 100
"""Requests a minute that Wise Old Man allows with an API key."""
RATE_WEEK: Final = 7
RATE_NIGHTS: Final = 3
"""A night with three joiners comes close to the open limit of 20 a minute, and waits a minute: only a habit is worth a word."""
STAGE_SHARE: Final = 0.5
"""A busy machine makes a stage take twice as long, and then it would be ended."""
SLOW: Final = 2.0
SLOW_FROM_S: Final = 60.0
"""A night shorter than a minute may take twice as long."""
NIGHTS_LOOKED_AT: Final = 14
MISSED: Final = 2
"""One missed night is a machine that was off; the next night catches up."""
BACKUP_AGE: Final = timedelta(days=2)
NAMED: Final = 5
"""Missed nights named one by one."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a night took, and what it left on the disk. None: nobody wrote it down."""

    seconds: float | None = None
    requests: int | None = None
    rate_left: int | None = None
    rate_limit: int | None = None
    members: int | None = None
    database_bytes: int | None = None
    landing_bytes: int | None = None
    backup_bytes: int | None = None
    free_bytes: int | None = None
    backed_up_at: datetime | None = None

    @property
    def held_bytes(self) -> int | None:
        """What grows from night to night."""
        sizes = (self.database_bytes, self.landing_bytes, self.backup_bytes)
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None


@dataclass(frozen=True, slots=True)
class Night:
    """A run that came to its end. `usual_s` is None where waiting for a source says nothing about the night's work.

    `slowest` is the stage that took longest of those that do not watch the clock themselves.
    """

    on: date
    cost: Cost
    wom_requests: int = 0
    usual_s: float | None = None
    slowest: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a night may take: requests to Wise Old Man, and seconds of a stage."""

    requests: int
    stage_s: int


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that is not wrong yet: what was seen, and what to do about it."""

    kind: Kind
    severity: Severity
    said: str
    remedy: str


def foresee(runs: Sequence[Night], limits: Limits, now: datetime, tonight: date) -> tuple[Concern, ...]:
    """What is to be seen to, the pressing first, by all *runs* up to *now*, which belongs to the night *tonight*."""
    if not runs:
        return ()
    nights = list({run.on: run for run in runs}.values())
    found = (
        *_disk(nights), *_database(nights), *_requests(nights[-1], limits), *_rate(nights), *_stage(nights[-1], limits),
        *_slow(nights), *_missed(nights, tonight), *_backups(nights[-1].cost, now),
    )  # fmt: skip
    return tuple(sorted(found, key=lambda concern: concern.severity != "high"))


def pace(nights: Sequence[Night]) -> float | None:
    """Bytes that a night adds to what is held."""
    held = [size for night in nights[-PACE_NIGHTS - 1 :] if (size := night.cost.held_bytes) is not None]
    return median(after - before for before, after in pairwise(held)) if len(held) >= FEWEST_NIGHTS else None


def need(held: int) -> int:
    """Bytes that a night may need on a disk where it copies *held* bytes."""
    return COPIES * held + OUTPUTS_BYTES


def size(count: float) -> str:
    """*count* bytes as people say it."""
    unit, name = (GB, "GB") if count >= GB else (MB, "MB")
    return f"{count / unit:,.{0 if count >= 10 * unit else 1}f} {name}"


def _disk(nights: Sequence[Night]) -> Iterator[Concern]:
    cost, growth = nights[-1].cost, pace(nights)
    if cost.free_bytes is None or cost.database_bytes is None:
        return
    needed = need(cost.database_bytes)
    if cost.free_bytes < ROOM_NIGHTS * needed:
        yield Concern(
            "disk", "high", f"The disk has {size(cost.free_bytes)} left, and a night may need {size(needed)}.",
            "Free some space there, or let OUTPUT_DIR name a folder on a larger disk.",
        )  # fmt: skip
    elif growth is not None and growth > 0 and (left := cost.free_bytes / growth) < FULL_WITHIN:
        yield Concern(
            "disk", "high" if left < PRESSING_WITHIN else "low",
            f"At the pace of the last nights, {size(growth)} a night, the disk is full in {left:.0f} nights.",
            f"Free some space, or keep less: backups hold {size(cost.backup_bytes or 0)} (BACKUP_KEEP), "
            f"raw answers {size(cost.landing_bytes or 0)} (LANDING_DAYS).",
        )  # fmt: skip


def _database(nights: Sequence[Night]) -> Iterator[Concern]:
    last, held = nights[-1].cost, nights[-1].cost.database_bytes
    if held is None:
        return
    if held > LARGE_DATABASE:
        yield Concern(
            "database", "low", f"The database has grown to {size(held)}.",
            "It goes on working, but nights and backups take longer. MESSAGE_FACT_DAYS says for how long facts of messages are kept, "
            "BACKUP_KEEP how many copies.",
        )  # fmt: skip
        return
    lately = [night.cost for night in nights if night.on >= nights[-1].on - DOUBLED_WITHIN]
    first = next((cost for cost in lately if cost.database_bytes), last)
    before = first.database_bytes or held
    more_members = (last.members or 0) > SAME_CLAN * (first.members or 0)
    if len(lately) >= FEWEST_NIGHTS and held > max(2 * before, SMALL_DATABASE) and not more_members:
        yield Concern(
            "database", "low",
            f"The database has grown from {size(before)} to {size(held)} within {DOUBLED_WITHIN.days} days, without more members.",
            "If a backfill or the first reading of Discord did it, nothing is to be done. Otherwise tell whoever maintains ClanStats "
            "which table grew.",
        )  # fmt: skip


def _requests(night: Night, limits: Limits) -> Iterator[Concern]:
    if night.wom_requests > BUDGET_SHARE * limits.requests:
        yield Concern(
            "requests", "low",
            f"The last night asked Wise Old Man {night.wom_requests} times, of {limits.requests} that it may.",
            "After nights without a run that is as it should be. If it stays so, raise WOM_REQUEST_BUDGET before a night is cut short.",
        )  # fmt: skip


def _rate(nights: Sequence[Night]) -> Iterator[Concern]:
    near = [
        (cost.rate_left, cost.rate_limit)
        for cost in (night.cost for night in nights[-RATE_WEEK:])
        if cost.rate_left is not None and cost.rate_limit and cost.rate_left <= RATE_SHARE * cost.rate_limit
    ]
    if len(near) >= RATE_NIGHTS:
        left, limit = near[-1]
        yield Concern(
            "rate", "low",
            f"On {len(near)} of the last {min(len(nights), RATE_WEEK)} nights Wise Old Man's limit was nearly used up: "
            f"{left} of {limit} requests a minute were left.",
            "Nights wait when nothing is left. Let no other tool ask Wise Old Man from here at that hour"
            + (f"; a WOM_API_KEY allows {KEYED_RATE} a minute." if limit < KEYED_RATE else "."),
        )  # fmt: skip


def _stage(night: Night, limits: Limits) -> Iterator[Concern]:
    if night.slowest is not None and night.slowest[1] > STAGE_SHARE * limits.stage_s:
        stage, seconds = night.slowest
        yield Concern(
            "time", "high", f"The stage {stage} took {seconds:,.0f} of the {limits.stage_s:,} seconds that it may.",
            "Raise STAGE_TIMEOUT_S before it is ended halfway, and see whether anything else keeps the machine busy at that hour.",
        )  # fmt: skip


def _slow(nights: Sequence[Night]) -> Iterator[Concern]:
    last = nights[-1].usual_s
    before = [night.usual_s for night in nights[-PACE_NIGHTS - 1 : -1] if night.usual_s is not None]
    if last is None or len(before) < FEWEST_NIGHTS or last < SLOW_FROM_S:
        return
    usual = median(before)
    if last > SLOW * usual:
        yield Concern(
            "time", "low", f"The last night took {last:,.0f} seconds; {usual:,.0f} are usual.",
            "Once is no harm. If it stays so, see which stage takes longer, and what else the machine does at that hour.",
        )  # fmt: skip


def _missed(nights: Sequence[Night], tonight: date) -> Iterator[Concern]:
    since = max(nights[0].on, tonight - timedelta(days=NIGHTS_LOOKED_AT))
    lived = {night.on for night in nights}
    dates = [since + timedelta(days=each) for each in range((tonight - since).days)]
    missed = [each for each in dates if each not in lived]
    if len(missed) >= MISSED:
        named = ", ".join(f"{each.day} {each:%b}" for each in missed[:NAMED])
        more = f" and {len(missed) - NAMED} more" if len(missed) > NAMED else ""
        yield Concern(
            "nights", "low", f"On {len(missed)} of the last {len(dates)} nights nothing ran: {named}{more}.",
            "If the machine was off, nothing is lost: the next night asks for what was missed. Otherwise look after its scheduler.",
        )  # fmt: skip


def _backups(cost: Cost, now: datetime) -> Iterator[Concern]:
    remedy = "uv run clanstats backup makes one. A night does so before it loads; if it did not, its sentence says why."
    if cost.backup_bytes is not None and cost.backed_up_at is None:
        yield Concern("backups", "high", "There is no backup of the database.", remedy)
    elif cost.backed_up_at is not None and now - cost.backed_up_at > BACKUP_AGE:
        days = (now - cost.backed_up_at).days
        yield Concern("backups", "high", f"The newest backup of the database is {days} days old.", remedy)
