"""Whether what the invented clans plant is found in time, and how often chance is taken for something. `-m calibration -s` prints it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from straight import found

from pipeline.demo.guild.founding import found_guild
from pipeline.demo.guild.policy import TIME_ZONE
from pipeline.demo.ledger import ledger
from pipeline.demo.world import found_clan
from pipeline.judging import advised, fates
from pipeline.marts import cards
from pipeline.marts.assemble import assemble
from pipeline.marts.insights.look import look
from pipeline.marts.memory import Kept, remember
from pipeline.marts.rules import Rules
from pipeline.storage.engine import reading

pytestmark = [pytest.mark.calibration, pytest.mark.timeout(1500)]

NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
DAY = timedelta(days=1)
GIVEN = [int(seed) for seed in os.environ.get("CLANSTATS_SEEDS", "7,11,23,31,47").split(",")]
SEEDS = [*GIVEN, *(seed for seed in range(201, 220) if seed not in GIVEN)][:10]
RULES = Rules(time_zone=TIME_ZONE, discord=True)
ENOUGH = 9
"""Seeds of ten in which a plant must be found in time."""

WITHIN = {"dead_weekday": 56, "quiet_fortnight": 7, "drifting_helper": 21}
"""Nights from its start in which a plant must be found."""


@dataclass
class Diary:
    """What is kept over the nights, as the stage judge would keep it."""

    newest: dict[str, Kept] = field(default_factory=dict)
    given: list[Kept] = field(default_factory=list)
    shown: dict[str, list[datetime]] = field(default_factory=dict)
    """Nights on which a key was found and its card stood."""

    def night(self, connection: Any, now: datetime) -> None:
        marts = assemble(connection, now, RULES)
        claims = [*(cards.claim(finding) for finding in look(connection, marts, RULES)), *advised(marts)]
        for kept in remember(self.newest, claims, now, fates(marts)):
            if kept.created_at == now and kept.kind == "card":
                self.given.append(kept)
            self.newest[kept.key] = kept
        for claim in claims:
            if self.newest[claim.key].retired_at is None:
                self.shown.setdefault(claim.key, []).append(now)


def nights(since: datetime, until: datetime) -> Iterator[datetime]:
    while since <= until:
        yield since
        since += DAY


def at(row: dict[str, Any], key: str) -> datetime:
    return datetime.fromisoformat(row[key])


def test_every_plant_is_found_in_time_in_nine_of_ten_seeds(tmp_path: Path) -> None:
    late: dict[str, list[int]] = {kind: [] for kind in WITHIN}
    print()
    for seed in SEEDS:
        world = found_clan(seed, 60, 400, NOW)
        guild = found_guild(world)
        planted = {row["kind"]: row for row in ledger(world, guild)["planted"] if row["kind"] in WITHIN}  # type: ignore[attr-defined]
        keys = {
            "dead_weekday": f"quiet_weekday:{planted['dead_weekday']['weekday']}",
            "quiet_fortnight": "anomaly:less",
            "drifting_helper": f"helper:{planted['drifting_helper']['player_id']}",
        }
        diary, told = Diary(), []
        with reading(found(tmp_path / f"{seed}.db", world, guild)) as connection:
            for now in nights(at(planted["dead_weekday"], "since") + timedelta(hours=3), NOW):
                diary.night(connection, now)
        for kind, key in keys.items():
            since = at(planted[kind], "since")
            after = next(((now - since).days for now in diary.shown.get(key, ()) if now >= since), None)
            told.append(f"{kind} {'never' if after is None else f'night {after}'}")
            if after is None or after > WITHIN[kind]:
                late[kind].append(seed)
        print(f"seed {seed}: {', '.join(told)}; {len(diary.given)} cards in all")
    print(f"not in time: {late}")
    assert {kind: len(SEEDS) - len(seeds) >= ENOUGH for kind, seeds in late.items()} == dict.fromkeys(WITHIN, True)


def test_a_clan_of_constant_habits_gives_at_most_one_pattern_or_anomaly_in_thirty_nights(tmp_path: Path) -> None:
    cards_given, lived = [], 0
    print()
    for seed in SEEDS[:4]:
        world = found_clan(seed, 60, 400, NOW, calm=True)
        diary = Diary()
        with reading(found(tmp_path / f"{seed}.db", world, found_guild(world))) as connection:
            for now in nights(NOW - 120 * DAY, NOW):
                diary.night(connection, now)
                lived += 1
        mine = [kept.key for kept in diary.given if kept.key.startswith(("anomaly:", "quiet_weekday:"))]
        print(f"seed {seed}: {mine}; all: {sorted({kept.key for kept in diary.given})}")
        cards_given += mine
    print(f"{len(cards_given)} cards in {lived} nights: {30 * len(cards_given) / lived:.2f} in 30")
    assert 30 * len(cards_given) / lived <= 1
