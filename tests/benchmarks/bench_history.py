"""Invented history without a demo world: looks at many members, and databases to load them into."""

import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pipeline.domain.metrics import METRICS
from pipeline.domain.records import Clan, Harvest, Membership, Player, Snapshot
from pipeline.storage.engine import writing
from pipeline.storage.load import Arrival, load
from pipeline.storage.migrate import migrate

NOW: Final = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
MIDNIGHT: Final = datetime(2026, 11, 21, tzinfo=UTC)
FOUNDED: Final = datetime(2024, 1, 1, tzinfo=UTC)
FIRST_ID: Final = 1001
KEYS: Final = tuple(metric.key for metric in METRICS)
UNRANKED: Final = -1


@dataclass(frozen=True, slots=True)
class Habits:
    """How a clan is looked at: on a share of days, with so many metrics changed at each look; half are never ranked."""

    members: int
    days: int
    looked_at: float
    changed: int
    seed: int = 1


def looks(habits: Habits) -> Iterator[Snapshot]:
    """Snapshots, player by player. An array hands out a fresh integer each time, as a decoder does."""
    chance = random.Random(habits.seed)
    for player_id in range(FIRST_ID, FIRST_ID + habits.members):
        values = array("q", (chance.randrange(1, 20_000_000) if chance.random() < 0.5 else UNRANKED for _ in KEYS))
        ranked = [place for place, value in enumerate(values) if value != UNRANKED]
        for day in range(habits.days, 0, -1):
            if chance.random() >= habits.looked_at:
                continue
            for place in chance.sample(ranked, min(habits.changed, len(ranked))):
                values[place] += chance.randrange(1, 50_000)
            at = MIDNIGHT - timedelta(days=day, milliseconds=-chance.randrange(86_400_000))
            seen = tuple([None if value == UNRANKED else value for value in values])
            ranks = tuple([None if value is None else value % 900_000 + 1 for value in seen])
            yield Snapshot(player_id, at, "snapshot", KEYS, seen, ranks)


def clan_of(members: int) -> Harvest:
    """The clan and its roster, without a look at anybody."""
    ids = range(FIRST_ID, FIRST_ID + members)
    return Harvest(
        clan=Clan(1, "Benchmark", None, None, None, False, 0, FOUNDED, None, ("owner", "member")),
        memberships=tuple(Membership(number, "member", None, FOUNDED, None) for number in ids),
        players=tuple(
            Player(number, f"player {number}", f"Player {number}", "regular", "main", "active", None, None, None, None)
            for number in ids
        ),
        metrics=METRICS,
    )


def founded(file: Path, members: int) -> Path:
    """A migrated database *file*, made anew, that knows the clan and no look."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    migrate(file)
    arrival = Arrival("by-hand", "wom", "night", "by-hand", NOW, (), True, (), {})
    with writing(file) as connection:
        load(connection, clan_of(members), arrival)
    return file
