"""The invented truth as JSON, so that anybody can check the outputs without our code."""

from typing import Final

from pipeline.demo.account import Account
from pipeline.demo.guild.model import DemoGuild
from pipeline.demo.guild.truth import Truth
from pipeline.demo.instants import DAY, wire, wire_or_none
from pipeline.demo.world import World

_UNSEEN: Final = 7 * DAY
"""Of a member nobody looked at for so long nobody can know whether they play."""


def ledger(world: World, guild: DemoGuild | None = None) -> dict[str, object]:
    """Everything about *world* that its API does not say, in the form of CONTRACT.md; and of its *guild*, if it has one."""
    now = world.calendar.now
    truth = None if guild is None else Truth(guild, now)
    return {
        "members": [_row(world, account) for account in world.accounts],
        "messages": [] if truth is None else truth.messages(),
        "planted": [*_planted(world), *_drift(guild, now)],
        "data_missing": [account.id for account, _ in world.members(now) if _is_missing(account, guild, now)],
        "relayed": [] if truth is None else truth.relayed(),
        "readable": [] if truth is None else truth.readable(),
        "accounts": [] if truth is None else truth.accounts(),
        "channels": [] if truth is None else truth.channels(),
        "welcomes": [] if truth is None else truth.welcomes(),
    }


def _planted(world: World) -> list[dict[str, object]]:
    weekdays = {mood.kind: {"weekday": mood.weekday} for mood in world.moods.all_of_them if mood.weekday is not None}
    return [
        {"kind": kind, "since": wire(since), "until": wire(until), "player_id": id_, **weekdays.get(kind, {})}
        for kind, since, until, id_ in world.planted
    ]


def _drift(guild: DemoGuild | None, now: int) -> list[dict[str, object]]:
    drift = None if guild is None else guild.drift
    if drift is None:
        return []
    return [
        {
            "kind": "drifting_helper", "since": wire(drift.since), "until": wire(now), "player_id": drift.player_id,
            "discord_id": str(drift.account_id),
        }
    ]  # fmt: skip


def _is_missing(account: Account, guild: DemoGuild | None, now: int) -> bool:
    """Whether nobody can know that a member is away: not looked at, flagged, or with no account that bears their name."""
    is_unseen = (account.last_look(now) or 0) < now - _UNSEEN or account.statuses.at(now) == "flagged"
    return is_unseen or (guild is not None and not any(account.id in held for held in _told(guild, now)))


def _told(guild: DemoGuild, now: int) -> list[tuple[int, ...]]:
    """Players whose names accounts in the guild hold."""
    return [member.holds for member in guild.members if member.present(now)]


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
