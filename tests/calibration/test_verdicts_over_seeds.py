"""Whether those who are gone are called inactive, and nobody else, over the ledgers of many clans. `-m calibration -s` prints it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from straight import found

from pipeline import policy
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.guild.policy import clan_toml
from pipeline.demo.ledger import ledger
from pipeline.demo.world import found_clan
from pipeline.marts.assemble import assemble
from pipeline.storage.engine import reading

pytestmark = [pytest.mark.calibration, pytest.mark.timeout(600)]

NOW = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
SEEDS = [int(seed) for seed in os.environ.get("CLANSTATS_SEEDS", "7,11,23,31,47").split(",")]
GONE = frozenset({"drifted"})


def test_the_gone_are_inactive_and_those_of_whom_nobody_can_know_are_not(tmp_path: Path) -> None:
    gone, called, wrong = 0, 0, []
    unknown_share, missing_share = [], []
    print()
    for seed in SEEDS:
        world = found_clan(seed, 120, 400, NOW)
        guild = found_guild(world)
        truth: dict[str, Any] = ledger(world, guild)
        (tmp_path / "clan.toml").write_text(clan_toml(world), "utf-8")
        rules = policy.read(tmp_path / "clan.toml").rules(discord=True)
        with reading(found(tmp_path / f"{seed}.db", world, guild, metrics=("overall",))) as connection:
            marts = assemble(connection, NOW, rules)
        state = {player: v.state for v in marts.advice.inactivity.verdicts for player in v.player_ids}
        missing = set(truth["data_missing"])
        edge = NOW - timedelta(days=rules.inactive_days + 2)
        mine = [
            row["player_id"]
            for row in truth["members"]
            if row["fate"] in GONE and datetime.fromisoformat(row["since"]) <= edge and row["player_id"] not in missing
        ]
        mine = [player for player in mine if player in state]
        gone += len(mine)
        called += sum(state[player] == "inactive" for player in mine)
        wrong += [(seed, player) for player in missing if state.get(player) == "inactive"]
        unknown_share.append(sum(each == "unknown" for each in state.values()) / len(state))
        missing_share.append(len(missing & state.keys()) / len(state))
        print(
            f"seed {seed}: {len(mine)} gone, {sum(state[p] == 'inactive' for p in mine)} inactive; "
            f"unknown {unknown_share[-1]:.1%}, missing {missing_share[-1]:.1%}"
        )
    print(f"{called} of {gone} who are gone are inactive; inactive of those whose data are missing: {wrong}")
    assert gone >= 20
    assert called >= 0.95 * gone
    assert wrong == []
    assert all(ours <= theirs + 0.02 for ours, theirs in zip(unknown_share, missing_share, strict=True))
