"""Who is in the guild: the clan's people, strangers and bots, and when each came and went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from pipeline.demo.account import Account, Person
from pipeline.demo.guild.badges import badges
from pipeline.demo.guild.model import GuildMember, sent_at
from pipeline.demo.guild.rooms import BOTS, READER, House
from pipeline.demo.guild.snowflakes import Snowflakes
from pipeline.demo.guild.wardrobe import Wardrobe
from pipeline.demo.instants import DAY, HOUR, MINUTE, always
from pipeline.demo.world import World

_FEWEST_STRANGERS: Final = 8
_MOST_STRANGERS: Final = 12
_REGULARS: Final = 4
"""Strangers who have been in the guild all the time, so that somebody is there to talk at any instant."""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody. `mains` are the main players of the clan's people by the person's key; `clerk` is the bot that posts."""

    members: tuple[GuildMember, ...]
    mains: Mapping[str, Account]
    owner: GuildMember
    reader: GuildMember
    clerk: GuildMember


def gather(world: World, house: House, created_at: int, ids: Snowflakes, *, seed: str, hostile: bool) -> People:
    """Everybody of *world* who is or was in the guild founded at *created_at*, its strangers and its bots."""
    mains: dict[str, Account] = {}
    for account in world.accounts:
        mains.setdefault(account.person, account)
    persons = [person for person in world.persons if person.discord_id is not None]
    wardrobe = Wardrobe(world, persons, f"{seed}/names", hostile=hostile)
    of_clan = _of_clan(world, house, persons, mains, wardrobe, created_at, seed)
    strangers = _strangers(world, wardrobe, created_at, ids, Random(f"{seed}/strangers"))
    now = world.calendar.now
    owners = [member for member in of_clan if _leads(mains[member.person or ""], now)]
    reader, clerk = (
        GuildMember(
            id=ids.at(created_at - 30 * DAY),
            username=name,
            global_name=None,
            nicks=always(None),
            roles=always(tuple(house.roles[role].id for role in roles)),
            joined_at=created_at + HOUR,
            is_bot=True,
        )
        for name, roles in (("ledger-reader", (READER, BOTS)), ("tally", (BOTS,)))
    )
    return People(
        members=(*of_clan, *strangers, reader, clerk),
        mains=mains,
        owner=[*owners, *strangers][0],
        reader=reader,
        clerk=clerk,
    )


def _leads(account: Account, now: int) -> bool:
    stay = account.stay(now)
    return stay is not None and stay.roles.at(now) == "owner"


def _of_clan(
    world: World,
    house: House,
    persons: Sequence[Person],
    mains: Mapping[str, Account],
    wardrobe: Wardrobe,
    created_at: int,
    seed: str,
) -> list[GuildMember]:
    members = []
    leavers = 0
    for person in persons:
        rng, account = Random(f"{seed}/{person.key}/membership"), mains[person.key]
        leaves = account.stay(world.calendar.now) is None
        way = leavers % 4 if leaves else None
        leavers += leaves
        id_ = int(person.discord_id or 0)
        joined_at = max(_joined_at(account, world.calendar.now, rng), sent_at(id_) + DAY, created_at + DAY)
        worn = wardrobe.dress(person)
        members.append(
            GuildMember(
                id=id_,
                username=worn.username,
                global_name=worn.global_name,
                nicks=worn.nicks,
                roles=badges(house, account, rng, keeps=way == 0),
                joined_at=joined_at,
                left_at=_left_at(account, joined_at, world.calendar.now, rng, way),
                person=person.key,
                holds=worn.holds,
            )
        )
    return members


def _joined_at(account: Account, now: int, rng: Random) -> int:
    since = account.stays[0].since
    if rng.random() < 0.2:
        return since - int(rng.uniform(MINUTE, 2 * DAY))
    delay = rng.lognormvariate(1.5, 1.4) * HOUR
    return since + int(min(delay, 20 * DAY, 0.6 * (now - since)))


def _left_at(account: Account, joined_at: int, now: int, rng: Random, way: int | None) -> int | None:
    """When somebody left the guild; of those who left the clan every second one did, soon (1) or weeks later (3)."""
    if way not in (1, 3):
        return None
    until = account.stays[-1].until or now
    left_at = max(until, joined_at) + int(rng.uniform(HOUR, 3 * DAY if way == 1 else 20 * DAY))
    return left_at if left_at <= now else None


def _strangers(world: World, wardrobe: Wardrobe, created_at: int, ids: Snowflakes, rng: Random) -> list[GuildMember]:
    names = [account.names.at(world.calendar.now) for account in world.accounts]
    plain = [name for name in names if name.isascii() and name.replace(" ", "").isalnum()]
    wanted = rng.randint(_FEWEST_STRANGERS, _MOST_STRANGERS) if names else 1
    return [
        _stranger(world, wardrobe, created_at, ids, rng, regular=turn < _REGULARS, like=plain if turn % 2 else [])
        for turn in range(wanted)
    ]


def _stranger(
    world: World,
    wardrobe: Wardrobe,
    created_at: int,
    ids: Snowflakes,
    rng: Random,
    *,
    regular: bool,
    like: Sequence[str],
) -> GuildMember:
    calendar = world.calendar
    worn = wardrobe.stranger(rng, rng.choice(like) if like else None)
    joined_at = created_at + int(rng.uniform(2 * DAY, 600 * DAY))
    left_at = None
    if not regular:
        joined_at = calendar.start + int(rng.uniform(0.02, 0.9) * calendar.span)
        left_at = joined_at + int(rng.uniform(0.2, 0.8) * (calendar.now - joined_at)) if rng.random() < 0.3 else None
    return GuildMember(
        id=ids.at(created_at - int(rng.uniform(20, 900) * DAY)),
        username=worn.username,
        global_name=worn.global_name,
        nicks=worn.nicks,
        roles=always(()),
        joined_at=joined_at,
        left_at=left_at,
    )
