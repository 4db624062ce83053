import json
from collections import Counter
from itertools import pairwise

import pytest
from demo_worlds import NOW, SEEDS, clan

from pipeline.demo.account import Account
from pipeline.demo.hiscores import value, values
from pipeline.demo.instants import DAY, HOUR, instant
from pipeline.demo.ledger import ledger
from pipeline.demo.names import HOSTILE
from pipeline.demo.wom.achievements import awards
from pipeline.demo.world import World, found_clan
from pipeline.domain.levels import MAX_EXPERIENCE
from pipeline.domain.metrics import OVERALL, SKILLS
from pipeline.domain.names import standard

END = instant(NOW)


def whole(account: Account) -> object:
    return (
        account.names,
        account.stays,
        list(account.looks),
        {key: track.steps() for key, track in account.tracks.items()},
    )


def by_fate(world: World) -> dict[str, list[Account]]:
    fates: dict[str, list[Account]] = {}
    for account in world.accounts:
        fates.setdefault(account.fate, []).append(account)
    return fates


def test_the_same_arguments_make_the_same_world() -> None:
    first, second = found_clan(7, 45, 30, NOW), found_clan(7, 45, 30, NOW)
    assert [whole(account) for account in first.accounts] == [whole(account) for account in second.accounts]
    assert json.dumps(ledger(first)) == json.dumps(ledger(second))


def test_another_seed_makes_another_world() -> None:
    assert ledger(found_clan(7, 45, 30, NOW)) != ledger(found_clan(8, 45, 30, NOW))


def test_a_larger_clan_holds_the_smaller_one() -> None:
    small, large = found_clan(7, 42, 30, NOW), found_clan(7, 70, 30, NOW)
    later = {account.id: whole(account) for account in large.accounts}
    assert all(later[account.id] == whole(account) for account in small.accounts)


@pytest.mark.parametrize("members", [0, 1, 12, 40, 60, 200])
def test_a_clan_has_exactly_the_members_asked_for(members: int) -> None:
    world = found_clan(11, members, 20, NOW)
    assert len(world.members(END)) == members
    assert len({account.id for account in world.accounts}) == len(world.accounts)


@pytest.mark.parametrize("days", [1, 3, 14, 400])
def test_short_and_long_histories_are_possible(days: int) -> None:
    world = found_clan(7, 40, days, NOW)
    assert len(world.members(END)) == 40
    assert all(world.calendar.start <= look <= END for account in world.accounts for look in account.looks)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_special_person_is_there(seed: int) -> None:
    world = clan(seed, 40)
    fates = by_fate(world)
    for fate in (
        "drifted",
        "returned",
        "on_leave",
        "joined",
        "left",
        "archived",
        "banned",
        "flagged",
        "never_updated",
        "stale",
    ):
        assert fates.get(fate), fate
    members = [account for account, _ in world.members(END)]
    assert {"ironman", "hardcore", "ultimate", "regular"} <= {account.types.at(END) for account in members}
    assert {"main", "f2p", "lvl3", "def1"} <= {account.build for account in members}
    assert any(len(account.renamings) == 2 for account in members)
    assert any(account.types.changes for account in members)
    assert any(len(account.stays) == 2 for account in members)
    assert len({account.person for account in members}) == len(members) - 1
    assert any(not stay.recorded for _, stay in world.members(END))


@pytest.mark.parametrize("seed", SEEDS)
def test_each_kind_of_news_falls_within_the_last_thirty_hours(seed: int) -> None:
    world, since = clan(seed, 40), END - 30 * HOUR
    stays = [stay for account in world.accounts for stay in account.stays]
    assert any(stay.recorded and stay.since > since for stay in stays)
    assert any(stay.until is not None and stay.until > since for stay in stays)
    assert sum(at > since for stay in stays for at, _, _ in stay.roles.changes) >= 2
    assert any(change.resolved_at > since for account in world.accounts for change in account.renamings)
    dated = [award for account, _ in world.members(END) for award in awards(account) if award.accuracy is not None]
    assert any(award.known_at > since for award in dated)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_player_archived_keeps_its_id_and_loses_its_name_to_a_new_one(seed: int) -> None:
    world = clan(seed)
    lost = next(account for account in world.accounts if account.archive is not None)
    assert lost.archive is not None
    heir = next(account for account in world.accounts if account.names.at(END) == lost.archive.previous)
    assert heir.id != lost.id
    assert heir.registered_at > lost.archive.at
    assert lost.names.at(END) == lost.archive.name
    assert heir.person != lost.person


@pytest.mark.parametrize("seed", SEEDS)
def test_experience_is_what_the_game_allows(seed: int) -> None:
    for account in clan(seed).accounts:
        at = account.last_look(END) or END
        experience = [account.tracks[skill].value(at) for skill in SKILLS]
        assert all(0 <= amount <= MAX_EXPERIENCE for amount in experience)
        assert account.tracks[OVERALL].value(at) == sum(experience)
        clues = sum(track.value(at) for key, track in account.tracks.items() if key.startswith("clue_scrolls_"))
        assert clues == 2 * account.tracks["clue_scrolls_all"].value(at)


@pytest.mark.parametrize("seed", SEEDS)
def test_values_only_rise_but_for_one_rollback(seed: int) -> None:
    fallen = {
        (account.id, key)
        for account in clan(seed).accounts
        for key, track in account.tracks.items()
        if any(later < earlier for (_, earlier), (_, later) in pairwise(track.steps()))
    }
    assert len({id_ for id_, _ in fallen}) == 1
    assert {key for _, key in fallen} == {"woodcutting", OVERALL}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_look_sees_the_rollback(seed: int) -> None:
    world = clan(seed)
    at, id_ = next((since, id_) for kind, since, _, id_ in world.planted if kind == "rollback")
    account = next(account for account in world.accounts if account.id == id_)
    before, after = account.looks_within(at - HOUR, at)[-1], account.looks_within(at, at + HOUR)[0]
    assert value(account, "woodcutting", after) < value(account, "woodcutting", before)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stored_zero_and_an_unranked_value_both_occur(seed: int) -> None:
    shown = [values(account, END) for account, _ in clan(seed).members(END) if account.looks]
    assert any(seen["pvp_arena"] == 0 for seen in shown)
    assert any(seen["pvp_arena"] == -1 for seen in shown)
    assert any(seen[OVERALL] == -1 and seen["attack"] > 0 for seen in shown)
    assert all(kills == -1 or kills >= 5 for seen in shown for key, kills in seen.items() if key == "zulrah")


def test_a_boss_appears_in_the_middle_of_the_history() -> None:
    world = clan()
    released = world.calendar.new_boss_at
    assert all(value(account, "mad_angel", released - 1) == -1 for account in world.accounts)
    assert any(value(account, "mad_angel", END) > 0 for account in world.accounts)


def test_looks_come_none_to_six_times_a_day_at_odd_instants() -> None:
    looks = [look for account in clan().accounts for look in account.looks]
    a_day = Counter((account.id, look // DAY) for account in clan().accounts for look in account.looks)
    assert max(a_day.values()) >= 5
    assert max(a_day.values()) <= 8
    assert sum(look % 1000 != 0 for look in looks) > 0.99 * len(looks)


@pytest.mark.parametrize("seed", SEEDS)
def test_names_fit_the_game_and_belong_to_one_account_each(seed: int) -> None:
    names = [account.names.at(END) for account in clan(seed).accounts]
    assert all(0 < len(name) <= 12 and name.replace(" ", "").isalnum() and name.isascii() for name in names)
    assert len({standard(name) for name in names}) == len(names)


def test_people_have_time_zones_leaves_and_promotions() -> None:
    world = clan()
    assert len({person.time_zone for person in world.persons}) >= 4
    assert any(person.officer for person in world.persons)
    assert any(leave.holds(END) for person in world.persons for leave in person.leaves)
    assert any(END - (person.promoted_at or 0) < 30 * HOUR for person in world.persons)
    assert any(person.discord_id is None for person in world.persons)
    assert len({person.discord_id for person in world.persons if person.discord_id}) > 30


@pytest.mark.parametrize("seed", SEEDS)
def test_those_who_drifted_or_are_on_leave_do_not_play(seed: int) -> None:
    for account in clan(seed).accounts:
        if account.fate in ("drifted", "on_leave"):
            assert account.fate_since is not None
            assert not any(at >= account.fate_since for at in account.plays)
        if account.fate == "returned":
            assert account.fate_since is not None
            assert any(at >= account.fate_since for at in account.plays)


def test_hostile_names_are_there_when_asked_for() -> None:
    world = clan(7, 60, 30, hostile=True)
    worn = {account.names.at(END) for account, _ in world.members(END)}
    assert set(HOSTILE) <= worn
    assert "<" in world.clan_name
    assert any("</script>" in contest.title for contest in world.contests)


def test_the_ledger_names_everybody_once() -> None:
    world = clan()
    told = ledger(world)
    rows = told["members"]
    assert isinstance(rows, list)
    assert [row["player_id"] for row in rows] == [account.id for account in world.accounts]
    assert set(rows[0]) == {
        "player_id", "discord_id", "person", "fate", "since", "officer", "time_zone", "promoted_at", "on_leave",
    }  # fmt: skip
    assert {row["person"] for row in rows} == {person.key for person in world.persons}
    assert sum(row["on_leave"] is not None for row in rows) >= 2


def test_the_ledger_calls_data_missing_where_nobody_looked() -> None:
    world = clan()
    missing = ledger(world)["data_missing"]
    assert isinstance(missing, list)
    fates = {account.fate for account in world.accounts if account.id in missing}
    assert {"never_updated", "stale", "archived", "banned"} <= fates
    assert not any(account.last_look(END) and END - (account.last_look(END) or 0) < 7 * DAY for account in world.accounts
                   if account.id in missing)  # fmt: skip


def test_the_planted_moments_lie_in_the_history() -> None:
    world = clan()
    kinds = {kind for kind, _, _, _ in world.planted}
    assert {
        "rollback",
        "milestone",
        "type_change",
        "new_boss",
        "rename",
        "name_reused",
        "overall_first_ranked",
    } <= kinds
    assert all(since <= until for _, since, until, _ in world.planted)
