"""Gains equal Wise Old Man's own answer for the same window, for every member and every metric.

The server computes its answer from its own ledger by its own code. By the contract's rule, ehp and ehb of players whose type
changed at or after `since` are left out, for the server recomputes those at the present type.
"""

import json
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from night_kit import DAY, NOW, SEEDS, Clan, a_clan

from pipeline.domain.metrics import metric_for
from pipeline.marts.model import Marts, Period
from pipeline.storage import queries
from pipeline.storage.engine import reading

NIGHTS = 7
HISTORY = 42
MISSED: tuple[frozenset[int], ...] = (frozenset(), frozenset({3, 4, 5}))
"""Every night is lived, or three are missed: one seed this way, the next that."""


def wire(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def answer(clan: Clan, period: Period) -> dict[int, dict[str, Any]]:
    """The server's own bulk-gained for the window of *period*, by player id."""
    window = period.window
    url = f"{clan.server.base_url}/groups/1/bulk-gained?startDate={wire(window.since)}&endDate={wire(window.last)}"
    with urllib.request.urlopen(url) as response:
        return {row["player"]["id"]: row for row in json.load(response)}


def changed_type(clan: Clan, since: datetime) -> set[int]:
    with reading(clan.settings.database) as connection:
        players = queries.players(connection).values()
    return {row.id for row in players if row.type_changed_at is not None and row.type_changed_at >= since}


def differences(clan: Clan, marts: Marts, key: str) -> list[str]:
    """Every gain and every instant of coverage that is not the server's."""
    period, found = marts.periods[key], []
    theirs, left_out = answer(clan, period), changed_type(clan, period.window.since)
    assert theirs, "the server answered nothing to compare with"
    for player_id, row in theirs.items():
        look = period.looks.get(player_id)
        ours = (wire(look.start_at), wire(look.end_at)) if look else None
        if ours != (row["startDate"], row["endDate"]):
            found.append(f"{key} {player_id}: looked {ours}, not {row['startDate']} to {row['endDate']}")
        for delta in row["data"]:
            metric = delta["metric"]
            held = period.gains.get(player_id, {}).get(metric)
            gained = metric_for(metric).in_units(held.gained) if held else 0
            if round(gained, 5) != round(delta["gained"], 5) and not (
                metric in ("ehp", "ehb") and player_id in left_out
            ):
                found.append(f"{key} {player_id} {metric}: {gained}, not {delta}")
    return found


@pytest.mark.parametrize(("seed", "missed"), [(seed, MISSED[place % 2]) for place, seed in enumerate(SEEDS)])
def test_gains_over_7_and_30_days_equal_the_servers_for_every_member_and_metric(
    seed: int, missed: frozenset[int], tmp_path: Path
) -> None:
    with a_clan(tmp_path, seed=seed, members=10, days=HISTORY) as clan:
        clan.backfill(NOW - NIGHTS * DAY, HISTORY - NIGHTS)
        found: list[str] = []
        for ago in range(NIGHTS - 1, -1, -1):
            if ago in missed:
                continue
            now = NOW - ago * DAY
            clan.night(now)
            marts = clan.marts(now)
            found += [f"{now:%d %b} {line}" for key in ("7d", "30d") for line in differences(clan, marts, key)]
            parts = [
                (w.joiners + w.leavers + w.same_members + w.newly_visible + w.tracking_gap, w.change)
                for w in marts.weeks
            ]
            assert all(terms == change for terms, change in parts), parts
    assert found == []


def test_nights_at_odd_hours_and_runs_of_the_same_day_do_no_harm(tmp_path: Path) -> None:
    with a_clan(tmp_path, seed=SEEDS[-1], members=10, days=45) as clan:
        clan.backfill(NOW - 6 * DAY, 38)
        for ago in (5.9, 5.1, 5.0, 3.2, 2.0, 1.9, 0.1, 0.0):
            clan.night(NOW - ago * DAY)
        marts = clan.marts(NOW)
        assert differences(clan, marts, "7d") + differences(clan, marts, "30d") == []


def test_both_ways_of_a_backfill_give_the_same_gains(tmp_path: Path) -> None:
    found = {}
    for way, days in (("players", 39), ("days", 8)):
        with a_clan(tmp_path / way, members=12, days=40) as clan:
            for back in range(39, 0, -days):
                clan.backfill(NOW, 40 - back if way == "days" else 39)
            clan.night(NOW, "-night")
            found[way] = {
                key: {player: dict(gains) for player, gains in clan.marts(NOW).periods[key].gains.items()}
                for key in ("7d", "30d")
            }
            assert differences(clan, clan.marts(NOW), "30d") == []
    assert found["players"].keys() == found["days"].keys()
