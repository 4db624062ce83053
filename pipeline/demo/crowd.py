"""Everybody else: who has no part of their own is drawn, and so are those who have left."""

from dataclasses import replace
from random import Random

from pipeline.demo.cast import NEVER, PARTS, YEAR, drifted, founder, on_leave, returned, stale
from pipeline.demo.instants import Span
from pipeline.demo.script import OUTSIDE_ORDERS, ROLE_ORDERS, Calendar, Script, Visit


def member(index: int, calendar: Calendar, rng: Random) -> Script:
    """The script of the member at *index*."""
    return PARTS[index](calendar, rng) if index < len(PARTS) else _drawn(index, calendar, rng)


def _drawn(index: int, calendar: Calendar, rng: Random) -> Script:
    role = rng.choice((*ROLE_ORDERS[4:], *ROLE_ORDERS[5:], *OUTSIDE_ORDERS))
    fate = rng.random()
    if fate < 0.07:
        return replace(drifted(calendar, rng), role=role)
    if fate < 0.10:
        return replace(returned(calendar, rng), role=role)
    if fate < 0.13:
        return replace(on_leave(calendar, rng), role=role)
    if fate < 0.15:
        return replace(stale(calendar, rng), role=role)
    if fate < 0.38:
        return _joined_some_day(calendar, rng, role)
    if fate < 0.41:
        return replace(founder(calendar, rng, role), alt_of=index - 1, temperament="casual", wealth=9e5)
    kind = rng.choices(("regular", "ironman", "hardcore", "ultimate"), (80, 13, 4, 3))[0]
    return replace(founder(calendar, rng, role), type=kind)


def _joined_some_day(calendar: Calendar, rng: Random, role: str) -> Script:
    since = calendar.now - int(rng.uniform(0.04, 0.97) * calendar.span)
    seen_before = rng.random() < 0.5
    return Script(
        role=role,
        visits=(Visit(since),),
        fate="joined",
        fate_since=since,
        unseen=() if seen_before else (Span(0, since),),
    )


def former(index: int, calendar: Calendar, rng: Random) -> Script:
    """The script of somebody who is no longer a member; the first one left last night."""
    left = calendar.last_night(14) if index == 0 else calendar.now - int(rng.uniform(0.06, 0.95) * calendar.span)
    if index % 3 == 2:
        visit = Visit(left - int((left - calendar.start) * rng.uniform(0.1, 0.8)), left)
    else:
        visit = Visit(calendar.start - int(rng.uniform(0.1, 2) * YEAR), left, founding=True)
    still_seen = rng.random() < 0.5
    return Script(
        role=rng.choice(ROLE_ORDERS[4:]),
        visits=(visit,),
        fate="left",
        fate_since=left,
        unseen=() if still_seen else (Span(left, NEVER),),
    )
