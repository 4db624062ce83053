"""The invented truth as JSON, so that anybody can check the outputs without our code."""

from pipeline.demo.account import Account
from pipeline.demo.guild.model import DemoGuild
from pipeline.demo.guild.truth import Truth
from pipeline.demo.instants import DAY, wire, wire_or_none
from pipeline.demo.world import World

_UNSEEN: int = 14 * DAY
"""A member nobody looked at for so long cannot be called active or inactive."""


def ledger(world: World, guild: DemoGuild | None = None) -> dict[str, object]:
    """Everything about *world* that its API does not say, in the form of CONTRACT.md; and of its *guild*, if it has one."""
    now = world.calendar.now
    truth = None if guild is None else Truth(guild, now)
    return {
        "members": [_row(world, account) for account in world.accounts],
        "messages": [] if truth is None else truth.messages(),
        "planted": [
            {"kind": kind, "since": wire(since), "until": wire(until), "player_id": id_}
            for kind, since, until, id_ in world.planted
        ],
        "data_missing": [
            account.id for account, _ in world.members(now) if (account.last_look(now) or 0) < now - _UNSEEN
        ],
        "relayed": [] if truth is None else truth.relayed(),
        "readable": [] if truth is None else truth.readable(),
        "accounts": [] if truth is None else truth.accounts(),
        "channels": [] if truth is None else truth.channels(),
        "welcomes": [] if truth is None else truth.welcomes(),
    }


def _row(world: World, account: Account) -> dict[str, object]:
    person = next(person for person in world.persons if person.key == account.person)
    leave = next((leave for leave in person.leaves if leave.holds(world.calendar.now)), None)
    return {
        "player_id": account.id,
        "discord_id": person.discord_id,
        "person": person.key,
        "fate": account.fate,
        "since": wire_or_none(account.fate_since),
        "officer": person.officer,
        "time_zone": person.time_zone,
        "promoted_at": wire_or_none(person.promoted_at),
        "on_leave": None if leave is None else {"since": wire(leave.since), "until": wire(leave.until)},
    }
