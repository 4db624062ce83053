"""Whether what is due comes to an end: Prefect can hang while all its processes live."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

NAP_S: Final = 600.0
"""Between two looks no more time than this counts: the computer slept."""
UNEVEN: Final = timedelta(minutes=1)
"""A clock is set by less than this all the time."""
SILENT: Final = "No night came to an end since one was due."
SET_BACK: Final = "The clock was set back, and what Prefect has planned is too far off."


def sign(output: Path) -> Path:
    """The file that every scheduled run touches as it ends, whatever became of it."""
    return output / "prefect" / "heard"


def give_sign(output: Path) -> None:
    """A scheduled run ends."""
    with suppress(OSError):
        sign(output).touch()


def changed_at(file: Path) -> int:
    """When *file* was last written, 0 if it is not there."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


class Vigil:
    """Waits for a sign since a run was due, by its own looks: neither a clock that is set nor a computer that sleeps matters."""

    def __init__(self, output: Path, now: datetime, tick: Callable[[], float] = time.monotonic) -> None:
        self._file, self._tick = sign(output), tick
        self._heard, self._waited_s = changed_at(self._file), -1.0
        self._now, self._ticked = now, tick()

    def wrong(self, now: datetime, *, is_due: bool, longest_s: float) -> str | None:
        """In words why Prefect must start again, None if it need not. A run *is_due* since the last look, or none."""
        heard, ticked, set_back = changed_at(self._file), self._tick(), now < self._now - UNEVEN
        if heard != self._heard or set_back:
            self._heard, self._waited_s = heard, -1.0
        elif self._waited_s >= 0:
            self._waited_s += min(ticked - self._ticked, NAP_S)
        elif is_due:
            self._waited_s = 0.0
        self._now, self._ticked = now, ticked
        if set_back:
            return SET_BACK
        if self._waited_s > longest_s:
            self._waited_s = -1.0
            return SILENT
        return None
