"""How often identity is right about the invented guild: precision over all ties, recall over names that are truly held."""

from functools import cache

import pytest
from night_kit import NOW, SEEDS

from pipeline.demo.guild.founding import found_guild
from pipeline.demo.guild.model import DemoGuild
from pipeline.demo.instants import instant
from pipeline.demo.world import World, found_clan
from pipeline.marts.identity.match import match
from pipeline.marts.identity.model import AccountName, Matching, PlayerName

AT = instant(NOW)
FEW = 100
"""Messages: names do not depend on them."""
MONTH = 30
"""Days that are lived: nor on those."""


@cache
def a_guild(seed: int, members: int, *, hostile: bool = False) -> tuple[World, DemoGuild]:
    world = found_clan(seed, members, MONTH, NOW, hostile=hostile)
    return world, found_guild(world, messages=FEW, hostile=hostile)


def identified(world: World, guild: DemoGuild) -> Matching:
    """Who is who by names alone."""
    present = {account.id for account, _ in world.members(AT)}
    roles = {role.id: role.name for role in guild.roles}
    players = [
        PlayerName(
            account.id,
            account.names.at(AT),
            tuple(name for _, name in account.names.steps if name != account.names.at(AT)),
            account.id in present,
        )
        for account in world.accounts
    ]
    accounts = [
        AccountName(member.id, member.nicks.at(AT), member.global_name, member.username, member.present(AT))
        for member in guild.members
        if not member.is_bot
    ]
    return match(players, accounts, titles=roles.values())


def links(found: Matching) -> set[tuple[int, int]]:
    return {(player, tie.account_id) for tie in found.ties if tie.account_id is not None for player in tie.players}


def scores(world: World, guild: DemoGuild) -> tuple[float, float]:
    """Precision over all ties and recall over the names that are held."""
    persons = {account.id: account.person for account in world.accounts}
    owners = {member.id: member.person for member in guild.members}
    held = {(player, member.id) for member in guild.members for player in member.holds}
    found = links(identified(world, guild))
    right = {(player, account) for player, account in found if persons[player] == owners[account]}
    precision, recall = len(right) / len(found), len(found & held) / len(held)
    print(f"seed {world.seed}: {len(found)} ties, precision {precision:.4f}, recall {recall:.4f} of {len(held)} names")
    return precision, recall


@pytest.mark.parametrize("hostile", [False, True], ids=["plain", "hostile"])
@pytest.mark.parametrize("seed", SEEDS)
def test_ties_are_right_and_names_that_are_held_are_found(seed: int, hostile: bool) -> None:
    precision, recall = scores(*a_guild(seed, 60, hostile=hostile))
    assert precision >= 0.99
    assert recall >= 0.90


def test_a_clan_of_500_is_told_apart_as_well() -> None:
    precision, recall = scores(*a_guild(SEEDS[0], 500))
    assert precision >= 0.99
    assert recall >= 0.90


@pytest.mark.parametrize("seed", SEEDS)
def test_strangers_are_tied_to_nobody(seed: int) -> None:
    world, guild = a_guild(seed, 60)
    strangers = {member.id for member in guild.members if member.person is None}
    assert strangers
    assert not {account for _, account in links(identified(world, guild))} & strangers
