"""The parts that every clan has: special cases, played by its first members one after another."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from pipeline.demo.instants import DAY, HOUR, Span
from pipeline.demo.script import Calendar, Script, Visit

NEVER: Final = 4_102_444_800_000
"""The year 2100: an end that no history reaches."""

YEAR: Final = 365 * DAY
Part = Callable[[Calendar, Random], Script]


def founder(calendar: Calendar, rng: Random, role: str) -> Script:
    """Somebody who was in the clan before the history begins, with *role*."""
    since = calendar.start - DAY - int(rng.uniform(0.2, 2.5) * YEAR)
    return Script(role=role, visits=(Visit(since, founding=True),), look_style=rng.choice(("daily", "often", "some")))


def _owner(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "owner"), temperament="all-rounder", look_style="often")


def _deputy(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "deputy_owner"), temperament="bosser")


def _renamed(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(33)
    return replace(
        founder(calendar, rng, "deputy_owner"), temperament="skiller", renamed_at=(at,), fate="renamed", fate_since=at
    )


def _administrator(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "administrator"), type="ironman")


def _officer_on_leave(calendar: Calendar, rng: Random) -> Script:
    leave = Span(calendar.ago(11), calendar.now + 9 * DAY)
    return replace(
        founder(calendar, rng, "administrator"),
        fate="on_leave",
        fate_since=leave.since,
        leaves=(leave,),
        idle=(leave,),
        look_style="daily",
    )


def _achiever(calendar: Calendar, rng: Random) -> Script:
    return replace(
        founder(calendar, rng, "moderator"),
        planted=((calendar.last_night(9), "milestone"),),
        must_look=(calendar.last_night(21), calendar.last_night(8)),
        look_style="daily",
    )


def _promoted(calendar: Calendar, rng: Random) -> Script:
    at = calendar.last_night(16)
    return replace(
        founder(calendar, rng, "lieutenant"),
        roles=((calendar.ago(50, 0.7), "captain"), (at, "moderator")),
        fate="promoted",
        fate_since=at,
    )


def _renamed_twice(calendar: Calendar, rng: Random) -> Script:
    first, second = calendar.ago(48, 0.7), calendar.ago(9, 0.3)
    return replace(founder(calendar, rng, "captain"), renamed_at=(first, second), fate="renamed", fate_since=second)


def _renamed_last_night(calendar: Calendar, rng: Random) -> Script:
    at = calendar.last_night(18)
    return replace(founder(calendar, rng, "sergeant"), renamed_at=(at,), fate="renamed", fate_since=at)


def _hardcore(calendar: Calendar, rng: Random) -> Script:
    return replace(_synced(calendar, rng, "iron"), type="hardcore")


def _ultimate(calendar: Calendar, rng: Random) -> Script:
    return replace(_synced(calendar, rng, "iron"), type="ultimate")


def _group_ironman(calendar: Calendar, rng: Random) -> Script:
    return replace(_synced(calendar, rng, "iron"), type="ironman")


def _synced(calendar: Calendar, rng: Random, role: str) -> Script:
    """Several roles change at one instant when a clan is synced from the game."""
    return replace(founder(calendar, rng, "recruit"), roles=((calendar.ago(15, 0.5), role),))


def _gave_up_iron(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(4, 0.4)
    return replace(founder(calendar, rng, "corporal"), type="ironman", types=((at, "regular"),), look_style="daily")


def _archived(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(24, 0.6)
    return replace(
        founder(calendar, rng, "corporal"),
        fate="archived",
        fate_since=at,
        archived_at=at,
        unseen=(Span(at - DAY // 2, NEVER),),
        statuses=((at, "archived"),),
    )


def _heir(calendar: Calendar, rng: Random) -> Script:
    registered = calendar.ago(24, 0.6) + DAY // 8
    since = calendar.ago(12, 0.4)
    return Script(
        role="recruit",
        visits=(Visit(since),),
        heir_of=13,
        registered_at=registered,
        fate="joined",
        fate_since=since,
        look_style="daily",
    )


def _banned(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(19, 0.5)
    return replace(
        founder(calendar, rng, "sergeant"),
        fate="banned",
        fate_since=at,
        statuses=((at, "banned"),),
        unseen=(Span(at, NEVER),),
        idle=(Span(at, NEVER),),
    )


def _flagged(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(15, 0.4)
    return replace(
        founder(calendar, rng, "recruit"),
        fate="flagged",
        fate_since=at,
        statuses=((at, "flagged"),),
        unseen=(Span(at, NEVER),),
    )


def _never_updated(calendar: Calendar, rng: Random) -> Script:
    since = calendar.ago(9, 0.5)
    return Script(
        role="recruit",
        visits=(Visit(since),),
        registered_at=since,
        unseen=(Span(0, NEVER),),
        fate="never_updated",
        fate_since=since,
    )


def _unranked_overall(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "recruit"), wealth=3e5, overall_ranked_since=None, look_style="daily")


def stale(calendar: Calendar, rng: Random) -> Script:
    """Somebody whom WOM has not looked at for weeks; nobody knows whether they play."""
    at = calendar.ago(36, 0.6)
    return replace(founder(calendar, rng, "corporal"), fate="stale", fate_since=at, unseen=(Span(at, NEVER),))


def _rarely_seen(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "corporal"), look_style="rare")


def drifted(calendar: Calendar, rng: Random) -> Script:
    """Somebody who stopped playing weeks ago and is still looked at every day."""
    at = calendar.ago(rng.uniform(32, 75), rng.uniform(0.35, 0.6))
    return replace(
        founder(calendar, rng, "lieutenant"), fate="drifted", fate_since=at, idle=(Span(at, NEVER),), look_style="daily"
    )


def returned(calendar: Calendar, rng: Random) -> Script:
    """Somebody who was away for weeks and plays again."""
    gone, back = calendar.ago(55, 0.7), calendar.ago(6, 0.2)
    return replace(
        founder(calendar, rng, "sergeant"),
        planted=((back + 5 * HOUR, "comeback"),),
        fate="returned",
        fate_since=back,
        idle=(Span(gone, back),),
        temperament="all-rounder",
        look_style="daily",
    )


def on_leave(calendar: Calendar, rng: Random) -> Script:
    """Somebody who said they would be away, and is."""
    leave = Span(calendar.ago(18, 0.5), calendar.now + 12 * DAY)
    return replace(
        founder(calendar, rng, "captain"),
        fate="on_leave",
        fate_since=leave.since,
        leaves=(leave,),
        idle=(leave,),
        look_style="daily",
    )


def _back_from_leave(calendar: Calendar, rng: Random) -> Script:
    leave = Span(calendar.ago(40, 0.6), calendar.ago(26, 0.4))
    return replace(founder(calendar, rng, "sergeant"), leaves=(leave,), idle=(leave,))


def _joined_last_night(calendar: Calendar, rng: Random) -> Script:
    at = calendar.last_night(20)
    return Script(
        role="recruit",
        visits=(Visit(at),),
        fate="joined",
        fate_since=at,
        must_look=(at + HOUR // 2,),
        look_style="often",
        unseen=(Span(0, at),),
        temperament="all-rounder",
    )


def _joined_this_week(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(5.3, 0.3)
    return Script(role="recruit", visits=(Visit(at),), fate="joined", fate_since=at, temperament="grinder")


def _rejoined(calendar: Calendar, rng: Random) -> Script:
    left, back = calendar.ago(60, 0.8), calendar.ago(28, 0.4)
    founding = calendar.start - DAY - int(rng.uniform(0.2, 2) * YEAR)
    return Script(
        role="corporal", visits=(Visit(founding, left, founding=True), Visit(back)), fate="joined", fate_since=back
    )


def _rolled_back(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(17, 0.5)
    return replace(
        founder(calendar, rng, "sergeant"),
        planted=((at, "rollback"),),
        must_look=(at - HOUR // 3, at + HOUR // 3),
        look_style="daily",
    )


def _main_of_alt(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "captain"), temperament="grinder")


def _alt(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "recruit"), alt_of=29, temperament="casual", wealth=9e5, type="ironman")


def _stored_zero(calendar: Calendar, rng: Random) -> Script:
    return replace(
        founder(calendar, rng, "recruit"),
        zeroes=frozenset({"last_man_standing", "pvp_arena"}),
        planted=((calendar.ago(6, 0.3), "first_score"),),
        look_style="daily",
    )


def _free_to_play(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "member"), build="f2p", temperament="skiller")


def _level_three(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "skiller"), build="lvl3", temperament="skiller")


def _first_ranked(calendar: Calendar, rng: Random) -> Script:
    return replace(
        _synced(calendar, rng, "sergeant"),
        build="def1",
        wealth=4e5,
        overall_ranked_since=calendar.ago(4, 0.3),
        look_style="daily",
    )


def _maxed(calendar: Calendar, rng: Random) -> Script:
    return replace(_synced(calendar, rng, "legacy"), wealth=6e7, temperament="grinder")


def _delisted(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(13, 0.4)
    return replace(
        founder(calendar, rng, "recruit"),
        statuses=((at, "unranked"),),
        unseen=(Span(at, NEVER),),
        fate="stale",
        fate_since=at,
    )


def _watched(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "gnome_child"), temperament="casual", look_style="often")


def _quiet_newcomer(calendar: Calendar, rng: Random) -> Script:
    at = calendar.ago(22, 0.6)
    quiet = at + DAY // 3
    return Script(
        role="recruit",
        visits=(Visit(at),),
        fate="drifted",
        fate_since=quiet,
        idle=(Span(quiet, NEVER),),
        look_style="daily",
    )


def _demoted(calendar: Calendar, rng: Random) -> Script:
    return replace(founder(calendar, rng, "captain"), roles=((calendar.last_night(12), "corporal"),))


PARTS: Final[tuple[Part, ...]] = (
    _owner, _deputy, _renamed, _administrator, _officer_on_leave, _achiever, _promoted, _renamed_twice,
    _renamed_last_night, _hardcore, _ultimate, _group_ironman, _gave_up_iron, _archived, _heir, _banned, _flagged,
    _never_updated, _unranked_overall, stale, _rarely_seen, drifted, drifted, returned, on_leave,
    _joined_last_night, _joined_this_week, _rejoined, _rolled_back, _main_of_alt, _alt, _stored_zero, _free_to_play,
    _level_three, _first_ranked, _maxed, _delisted, _watched, _quiet_newcomer, _demoted, _back_from_leave,
)  # fmt: skip
