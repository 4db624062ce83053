"""Backups are never written anew: they say until when somebody is still in one of them."""

import os
import shlex
import subprocess
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from pipeline.forget_list import Entry, everybody
from pipeline.storage.backup import Keep, backups, copies_before
from pipeline.storage.forget import is_held

LONGEST: Final = 1_500
"""Nights that are looked ahead."""

_NIGHT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """Backups that hold somebody, oldest first, and the date on which the last of them goes if every night makes one; None: none does in four years.

    `lasting` are those of them that no night drops: they are from before a change of the schema, and go with the next but one.
    """

    files: tuple[Path, ...]
    gone_on: date | None
    lasting: tuple[Path, ...] = ()

    @property
    def order(self) -> str:
        """The command that removes them at once."""
        names = [str(file) for file in self.files]
        return f"del {subprocess.list2cmdline(names)}" if os.name == "nt" else f"rm {shlex.join(names)}"


def held(folder: Path, entries: tuple[Entry, ...], keep: Keep, now: datetime) -> Held:
    """Which backups in *folder* hold anybody of *entries*."""
    taken = backups(folder)
    accounts, players = everybody(entries)
    holding = {at for at, file in taken.items() if is_held(file, accounts, players)}
    lasting = tuple(file for file in reversed(copies_before(folder)) if is_held(file, accounts, players))
    nightly = tuple(taken[at] for at in sorted(holding))
    return Held((*nightly, *lasting), last_gone(set(taken), holding, keep, now), lasting)


def last_gone(taken: set[datetime], holding: set[datetime], keep: Keep, now: datetime) -> date | None:
    """The date of the night, each making a backup from *now* on, that drops the last of *holding*, which are of those *taken*."""
    night, present = now, taken
    for _ in range(LONGEST):
        if not holding & present:
            return night.date()
        night += _NIGHT
        present = keep.choose({*present, night})
    return None
