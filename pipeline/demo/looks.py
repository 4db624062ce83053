"""When Wise Old Man looks at an account: at odd instants, now and then while nothing has changed."""

from array import array
from collections.abc import Iterable
from random import Random
from typing import Final

from pipeline.demo.instants import DAY, HOUR, MINUTE
from pipeline.demo.script import Calendar, Script

STYLES: Final = ("daily", "often", "some", "rare")


def looks(script: Script, calendar: Calendar, rng: Random) -> "array[int]":
    """The instants of all looks at the account of *script*, in order."""
    style = script.look_style or rng.choices(STYLES[:3], (6, 2, 2))[0]
    hour = rng.uniform(0, 24)
    first = calendar.start // DAY * DAY
    drawn = [
        at
        for day in range(first, calendar.now + 1, DAY)
        for at in _looks_of_a_day(day, style, hour, rng)
        if calendar.start <= at <= calendar.now
    ]
    return array("q", sorted(set(_seen(script, drawn)) | set(script.must_look)))


def _looks_of_a_day(day: int, style: str, hour: float, rng: Random) -> list[int]:
    if style == "daily":
        spread = int(rng.gauss(0, 25) * MINUTE)
        return [day + int(hour * HOUR) + spread] if rng.random() < 0.93 else []
    if style == "rare":
        return [day + rng.randrange(DAY)] if rng.random() < 1 / 12 else []
    times = rng.randrange(2, 7) if style == "often" else rng.choice((0, 0, 1, 1, 2))
    return [day + rng.randrange(DAY) for _ in range(times)]


def _seen(script: Script, drawn: Iterable[int]) -> Iterable[int]:
    registered = script.registered_at or 0
    return (at for at in drawn if at >= registered and not any(span.holds(at) for span in script.unseen))
