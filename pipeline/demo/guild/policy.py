"""What the invented clan decided for itself: its clan.toml."""

import json
from collections.abc import Iterator
from typing import Final

from pipeline.demo.guild.rooms import CLAN_MEMBER, RANK_ROLES
from pipeline.demo.instants import moment
from pipeline.demo.world import World

TIME_ZONE: Final = "Europe/London"
POINTS: Final = "answers * 5 + welcomes * 3 + messages / 20 + ehb_30d + competitions * 10"

LADDER: Final = {
    "recruit": ([], []),
    "corporal": (["tenure_days >= 30", "total_level >= 1000"], []),
    "sergeant": (["tenure_days >= 150", "total_level >= 1300"], []),
    "lieutenant": (["tenure_days >= 330", "total_level >= 1500"], ["points >= 20", "ehb >= 20"]),
    "captain": (["tenure_days >= 600", "total_level >= 1700"], ["points >= 30", "ehb >= 30"]),
}
"""Ranks, the lowest first: the rules that must all be met, and those of which one must."""


def clan_toml(world: World) -> str:
    """The clan.toml of *world*: its zone, roles, ladder and points, and who said that they would be away."""
    return "\n".join([*_frame(), *_ladder(), *_exempt(world), ""])


def _frame() -> Iterator[str]:
    yield from ("[clan]", f'time_zone = "{TIME_ZONE}"', "")
    yield from ("[formulas]", f'points = "{POINTS}"', "")
    yield from ("[[alert]]", 'name = "Many leavers"', 'when = "left_30d >= 5"', 'severity = "high"')
    yield from ('advice = "Ask those who left why, before the next ones follow."', "", "[roles]")
    yield from (f"{json.dumps(role)} = {json.dumps(rank)}" for role, rank in RANK_ROLES.items())
    yield from (f'{json.dumps(CLAN_MEMBER)} = "member"', "")


def _ladder() -> Iterator[str]:
    for name, (musts, mays) in LADDER.items():
        yield from ("[[rank]]", f"name = {json.dumps(name)}")
        yield from (f"{key} = {json.dumps(rules)}" for key, rules in (("all", musts), ("any", mays)) if rules)
        yield ""


def _exempt(world: World) -> Iterator[str]:
    """Everybody on leave by the name of now, until the date that they named."""
    now, seen = world.calendar.now, set()
    away = {person.key: leave for person in world.persons for leave in person.leaves if leave.holds(now)}
    for account in world.accounts:
        leave = away.get(account.person)
        if leave is not None and account.person not in seen:
            seen.add(account.person)
            until = moment(leave.until).date().isoformat()
            yield from (
                "[[exempt]]",
                f"who = {_quoted(account.names.at(now))}",
                f"until = {until}",
                'why = "on leave"',
                "",
            )


def _quoted(name: str) -> str:
    """*name* as a basic string of TOML, which knows the escapes of JSON but wants DEL escaped, too."""
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
