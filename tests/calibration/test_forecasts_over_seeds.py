"""Whether four of five forecasts hold, over many clans. `-m calibration -s` prints it."""

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from straight import found

from pipeline.demo.world import found_clan
from pipeline.domain.metrics import METRICS
from pipeline.marts.forecasts import make, missing_mondays, resolve
from pipeline.storage import forecasts
from pipeline.storage.engine import reading, writing

pytestmark = [pytest.mark.calibration, pytest.mark.timeout(900)]

NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
SEEDS = [int(seed) for seed in os.environ.get("CLANSTATS_SEEDS", "7,11,23,31,47").split(",")]
KEYS = [metric.key for metric in METRICS if metric.kind != "computed"]


def test_the_intervals_hold_as_often_as_they_say(tmp_path: Path) -> None:
    pooled: Counter[str] = Counter()
    print()
    for seed in SEEDS:
        file = found(tmp_path / f"{seed}.db", found_clan(seed, 60, 400, NOW), metrics=KEYS)
        with reading(file) as connection:
            made = [row for monday in missing_mondays(connection, NOW) for row in make(connection, monday)]
        with writing(file) as connection:
            forecasts.keep(connection, [row.stored() for row in made])
        with reading(file) as connection:
            fates = Counter(str(row.fate) for row in resolve(connection, NOW))
        pooled += fates
        print(f"seed {seed}: {len(made)} forecasts, {fates.total()} resolved, {dict(sorted(fates.items()))}")
    print(f"{pooled['inside']} of {pooled.total()} came in their time: {pooled['inside'] / pooled.total():.1%}")
    assert pooled.total() >= 300
    assert 0.7 <= pooled["inside"] / pooled.total() <= 0.9
