"""The orders of a run."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.log import Veil, veil_of
from pipeline.marts.rules import Rules
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """One run's orders: what every stage needs to know. One `now` a run; `only` names the one source to be asked."""

    settings: Settings
    run_id: str
    now: datetime
    only: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Where the clan reads its dates."""
        return ZoneInfo(self.settings.policy().clan.time_zone)

    def rules(self) -> Rules:
        """What the clan decides of its answers."""
        return self.settings.policy().rules(discord=self.settings.reads_discord)

    @property
    def pictures(self) -> Path | None:
        """Where the clan keeps its own pictures, if it has any."""
        return self.settings.policy().pictures.folder

    @property
    def veil(self) -> Veil:
        """What takes the clan's secrets out of a text."""
        return veil_of(self.settings.secrets())

    @property
    def output(self) -> Path:
        """Where everything is written."""
        return self.settings.output_dir

    @property
    def landing(self) -> Path:
        """Where landings lie."""
        return self.output / "landing"

    @property
    def night(self) -> str:
        """The night this run belongs to: the clan's date of `now`."""
        return self.now.astimezone(self.zone).date().isoformat()
