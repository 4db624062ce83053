"""What the invented clan plants for insights to find, and what its ledger says of it."""

from collections import Counter
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from demo_worlds import NOW, SEEDS, clan

from pipeline import policy
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.guild.model import DemoGuild
from pipeline.demo.guild.policy import clan_toml
from pipeline.demo.guild.truth import Truth
from pipeline.demo.instants import DAY, instant
from pipeline.demo.ledger import ledger
from pipeline.demo.world import World, found_clan


@lru_cache(maxsize=5)
def guild_of(seed: int) -> DemoGuild:
    return found_guild(clan(seed))


def truth(world: World, guild: DemoGuild | None = None) -> dict[str, Any]:
    return ledger(world, guild)


def test_where_there_is_a_guild_nobody_can_know_of_members_without_an_account_that_bears_their_name() -> None:
    world, guild = clan(11, 40, 30), found_guild(clan(11, 40, 30), messages=500)
    alone, both = (set(rows["data_missing"]) for rows in (truth(world), truth(world, guild)))
    told = {player for member in guild.members if member.present(world.calendar.now) for player in member.holds}
    everybody = {account.id for account, _ in world.members(world.calendar.now)}
    assert both == alone | (everybody - told)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_key_helper_stops_writing_and_goes_on_playing(seed: int) -> None:
    world, guild = clan(seed), guild_of(seed)
    drift = guild.drift
    assert drift is not None
    rows = [row for row in Truth(guild, world.calendar.now).messages() if row["answers"]]
    at = {row["id"]: instant(datetime.fromisoformat(str(row["sent_at"]))) for row in rows}
    before = Counter(row["author"] for row in rows if drift.since - 60 * DAY <= at[row["id"]] < drift.since)
    key_helpers = [author for author, _ in before.most_common(5)]
    after = [row for row in rows if row["author"] == str(drift.account_id) and at[row["id"]] >= drift.since]
    account = next(account for account in world.accounts if account.id == drift.player_id)
    assert str(drift.account_id) in key_helpers
    assert after == []
    assert account.plays[-1] > drift.since + 10 * DAY


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dead_weekday_and_a_quiet_fortnight_show_in_what_is_written(seed: int) -> None:
    world, guild = clan(seed), guild_of(seed)
    dead, quiet = world.moods.all_of_them
    days = Counter(
        instant(datetime.fromisoformat(str(row["sent_at"]))) // DAY
        for row in Truth(guild, world.calendar.now).messages()
    )
    before = range(dead.since // DAY, quiet.since // DAY)
    on_it = mean(days[day] for day in before if dead.holds(day * DAY))
    else_ = mean(days[day] for day in before if not dead.holds(day * DAY))
    lately = mean(days[day] for day in range(quiet.since // DAY, world.calendar.now // DAY))
    month = mean(days[day] for day in range(quiet.since // DAY - 28, quiet.since // DAY))
    assert on_it < 0.2 * else_
    assert 0.3 * month < lately < 0.7 * month


def test_a_calm_clan_has_no_moods() -> None:
    world = found_clan(7, 60, 120, NOW, calm=True)
    kinds = {row["kind"] for row in truth(world, found_guild(world, messages=2_000))["planted"]}
    assert kinds.isdisjoint({"dead_weekday", "quiet_fortnight", "drifting_helper"})


@pytest.mark.parametrize("seed", SEEDS)
def test_the_clan_of_a_seed_was_the_same_before_its_moods_came(seed: int) -> None:
    moody, calm = clan(seed), found_clan(seed, 60, 120, NOW, calm=True)
    until = moody.moods.all_of_them[0].since
    assert [[at for at in a.plays if at < until] for a in moody.accounts] == [
        [at for at in a.plays if at < until] for a in calm.accounts
    ]


@pytest.mark.parametrize("hostile", [False, True])
def test_the_clan_toml_of_an_invented_clan_is_toml_that_clanstats_reads(hostile: bool, tmp_path: Path) -> None:
    world = clan(11, 60, 120, hostile=hostile)
    (tmp_path / "clan.toml").write_text(clan_toml(world), "utf-8")
    found = policy.read(tmp_path / "clan.toml")
    away = {person.key for person in world.persons for leave in person.leaves if leave.holds(world.calendar.now)}
    assert (len(found.rank), len(found.exempt)) == (5, len(away))
