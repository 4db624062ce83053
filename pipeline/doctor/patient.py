"""What is looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.runs import LOCK
from pipeline.settings import Settings, Survey


@dataclass(frozen=True, slots=True)
class Patient:
    """A setup at the instant `now`. `tick` is this machine's clock, to be compared with those of others."""

    survey: Survey
    now: datetime
    tick: Callable[[], datetime]

    @property
    def settings(self) -> Settings:
        """The settings, as far as they can be read."""
        return self.survey.settings

    def wrong(self, *names: str) -> str | None:
        """That one of the settings *names* is wrong, in a sentence; None if none is."""
        found = next((name for name in names if name.lower() in self.survey.wrong), None)
        return None if found is None else f"{found} is wrong: see there."

    @property
    def output(self) -> Path:
        """Where everything is written."""
        return self.settings.output_dir

    @property
    def is_at_work(self) -> bool:
        """Whether a run is at work this moment."""
        return is_held(self.output / LOCK)


def is_held(lock: Path) -> bool:
    """Whether a process holds *lock*; a file that is not there is not made for the question."""
    if not lock.is_file():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except (Timeout, OSError):
        return True
