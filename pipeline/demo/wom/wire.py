"""Players, snapshots and groups as WOM writes them: the fields, their order and their null values."""

from typing import Any

from pipeline.demo.account import Account
from pipeline.demo.efficiency import boss_hours, skill_hours
from pipeline.demo.hiscores import combat_level, rank, total_level
from pipeline.demo.instants import wire, wire_or_none
from pipeline.demo.names import CLAN_CHAT
from pipeline.demo.script import ROLE_ORDERS
from pipeline.demo.wom.numbers import five_decimals, number
from pipeline.demo.wom.view import COMPUTED, Sight, View
from pipeline.domain.levels import level
from pipeline.domain.metrics import OVERALL
from pipeline.domain.names import standard

Json = dict[str, Any]


def player(view: View, account: Account) -> Json:
    """The player object that all answers share."""
    name = account.names.at(view.at)
    sight = None if view.archived(account) else view.latest(account)
    hours = 0 if sight is None else sight.stored("ehp")
    return {
        "id": account.id,
        "username": standard(name),
        "displayName": name,
        "type": view.type(account),
        "build": account.build if account.last_look(view.at) is not None else "main",
        "status": account.statuses.at(view.at),
        "country": account.country,
        "patron": account.patron,
        "exp": 0 if sight is None else max(0, sight.values[OVERALL]),
        "ehp": number(hours),
        "ehb": 0 if sight is None else number(sight.stored("ehb")),
        "ttm": 0 if sight is None else five_decimals(max(0, 1200 - hours)),
        "tt200m": 0 if sight is None else five_decimals(max(0, 17000 - hours)),
        "registeredAt": wire(account.registered_at),
        "updatedAt": wire_or_none(account.last_look(view.at)),
        "lastChangedAt": wire_or_none(account.last_changed(view.at)),
        "lastImportedAt": wire_or_none(account.imported_at),
    }


def details(view: View, account: Account) -> Json:
    """The answer to /players/:username."""
    archive = account.archive
    sight = view.latest(account)
    return {
        **player(view, account),
        "combatLevel": 3 if sight is None else combat_level(sight.values),
        "archive": None
        if archive is None or not view.archived(account)
        else {
            "playerId": account.id,
            "previousUsername": standard(archive.previous),
            "archiveUsername": archive.name,
            "restoredUsername": None,
            "createdAt": wire(archive.at),
            "restoredAt": None,
        },
        "annotations": [],
        "latestSnapshot": None if sight is None else snapshot(view, sight),
    }


def snapshot(view: View, sight: Sight) -> Json:
    """A snapshot with all metrics; per-metric hours at present rates, ehp and ehb as they were stored."""
    type_ = view.type(sight.account)
    keys = view.keys
    return {
        "id": -1,
        "playerId": sight.account.id,
        "createdAt": wire(sight.at),
        "importedAt": None,
        "data": {
            "skills": {key: _skill(sight, key, type_) for key in keys["skill"]},
            "bosses": {key: _boss(sight, key, type_) for key in keys["boss"]},
            "activities": {key: _activity(sight, key) for key in keys["activity"]},
            "computed": {key: _computed(sight, key) for key in COMPUTED},
        },
    }


def hours_of(sight: Sight, key: str, kind: str, type_: str) -> float:
    """The ehp or ehb of one skill or boss."""
    if key == OVERALL:
        return number(sight.hours("ehp", type_))
    amount = sight.values[key]
    return number(skill_hours(key, amount, type_) if kind == "skill" else boss_hours(key, amount, type_))


def level_of(sight: Sight, key: str) -> int:
    """The level of a skill; of overall, the sum of levels, ranked or not."""
    return total_level(sight.values) if key == OVERALL else level(max(0, sight.values[key]))


def rank_of(sight: Sight, key: str, kind: str) -> int:
    """The place in the game's table when the look was taken."""
    return rank(key, kind, sight.stored(key), sight.at)


def _skill(sight: Sight, key: str, type_: str) -> Json:
    return {
        "metric": key,
        "experience": sight.values[key],
        "rank": rank_of(sight, key, "skill"),
        "level": level_of(sight, key),
        "ehp": hours_of(sight, key, "skill", type_),
    }


def _boss(sight: Sight, key: str, type_: str) -> Json:
    kills = sight.values[key]
    return {
        "metric": key,
        "kills": kills,
        "rank": rank_of(sight, key, "boss"),
        "ehb": hours_of(sight, key, "boss", type_),
    }


def _activity(sight: Sight, key: str) -> Json:
    return {"metric": key, "score": sight.values[key], "rank": rank_of(sight, key, "activity")}


def _computed(sight: Sight, key: str) -> Json:
    return {"metric": key, "value": number(sight.stored(key)), "rank": rank_of(sight, key, "computed")}


def group(view: View) -> Json:
    """The group object that the competitions share."""
    empty = not view.world.accounts
    return {
        "id": view.group_id,
        "name": view.world.clan_name,
        "clanChat": None if empty else CLAN_CHAT,
        "description": None if empty else "Lanterns lit most evenings, everyone welcome",
        "homeworld": None if empty else 420,
        "verified": not empty,
        "patron": False,
        "visible": True,
        "profileImage": None,
        "bannerImage": None,
        "score": 0 if empty else 170,
        "createdAt": wire(view.world.founded_at),
        "updatedAt": wire(view.world.calendar.start),
        "memberCount": len(view.members()),
    }


def group_details(view: View) -> Json:
    """The answer to /groups/:id."""
    empty = not view.world.accounts
    return {
        **group(view),
        "socialLinks": {
            "website": None,
            "discord": None if empty else "https://discord.gg/example",
            "twitter": None,
            "youtube": None,
            "twitch": None,
        },
        "roleOrders": []
        if empty
        else [{"groupId": view.group_id, "role": role, "index": index} for index, role in enumerate(ROLE_ORDERS)],
        "memberships": [
            {
                "playerId": account.id,
                "groupId": view.group_id,
                "role": stay.roles.at(view.at),
                "clientSyncJoinedAt": wire_or_none(stay.clan_joined_at),
                "createdAt": wire(stay.since),
                "updatedAt": wire(max([stay.since, *(at for at, _, _ in stay.roles.changes if at <= view.at)])),
                "player": player(view, account),
            }
            for account, stay in view.roster()
        ],
    }
