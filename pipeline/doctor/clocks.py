"""This machine's clock beside those of others: windows, nights and TLS hang on it."""

from datetime import datetime, timedelta
from typing import Final

from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.words import span

LOOSE: Final = timedelta(minutes=2)
LOST: Final = timedelta(days=1)
REMEDY: Final = (
    "Set this machine's clock by the network (timedatectl set-ntp true; on Windows: Set the time automatically)."
)


def compared(name: str, skew: timedelta | None, whose: str) -> Check:
    """Our clock beside that of *whose*, which is *skew* ahead."""
    if skew is None:
        return skipped(name, f"{whose} did not say what time it is.")
    if abs(skew) <= LOOSE:
        return ok(name, f"This machine's clock agrees with that of {whose}.")
    said = f"This machine's clock is {span(skew)} {'behind' if skew > timedelta() else 'ahead of'} that of {whose}."
    return wrong(name, said, REMEDY) if abs(skew) > LOST else warning(name, said, REMEDY)


def beside_the_newest_run(newest: datetime, now: datetime) -> Check:
    """Our clock beside the newest run that is recorded, which cannot have been later."""
    name, ahead = "clock (last run)", newest - now
    if ahead <= LOOSE:
        return ok(name, "No run is recorded for a later time than now.")
    said = f"The newest run is recorded for a time {span(ahead)} from now, so this machine's clock is wrong, or was."
    return wrong(name, said, REMEDY) if ahead > LOST else warning(name, said, REMEDY)
