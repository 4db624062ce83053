"""How fast time goes by for nights: as it does, or for tests a day in so many seconds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

DAY_S: Final = 86_400.0
ORIGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """From `since` on a day lasts `day_s` real seconds."""

    day_s: float = DAY_S
    since: datetime = ORIGIN

    @property
    def is_true(self) -> bool:
        """Whether time goes by as it does."""
        return self.day_s == DAY_S

    def instant(self, real: datetime) -> datetime:
        """What a night reads on its clock at *real*, in whole milliseconds."""
        if self.is_true:
            return real
        at = self.since + (real - self.since) * (DAY_S / self.day_s)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def real(self, instant: datetime) -> datetime:
        """When a night's clock shows *instant*."""
        return instant if self.is_true else self.since + (instant - self.since) * (self.day_s / DAY_S)

    def lasts(self, span: timedelta) -> timedelta:
        """How long *span* really takes."""
        return span * (self.day_s / DAY_S)


TRUE: Final = Pace()
