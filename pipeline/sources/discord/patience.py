"""When Discord is left alone for tonight: it is down, it refuses too much, or the night's time is used up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipeline.errors import Denied, Retriable, SourceError
from pipeline.sources.discord.client import Garbled

FAILURES_IN_A_ROW: Final = 3
"""After so many channels in a row that could not be read for good, Discord is taken to be down."""
REFUSALS: Final = 20
"""Discord bans addresses that collect too many; a guild that closes under our eyes is left alone."""


class Late(SourceError):
    """There is no time left for this one."""


@dataclass(slots=True)
class Patience:
    """How much of it is left. `until` is an instant of the clock *monotonic*."""

    until: float
    monotonic: Callable[[], float]
    in_a_row: int = 0
    refusals: int = 0
    is_garbled: bool = False

    @property
    def is_down(self) -> bool:
        """Whether no answer came for a while, so that the next attempt may find it well again."""
        return self.in_a_row >= FAILURES_IN_A_ROW and not self.is_garbled

    def check_time(self) -> None:
        """Raise `Late` when the time is used up."""
        if self.monotonic() >= self.until:
            raise Late("The time for it is used up (STAGE_TIMEOUT_S); the next night reads on.")

    def refusal(self) -> str | None:
        """Why nothing more is asked tonight, None while there is patience."""
        if self.in_a_row >= FAILURES_IN_A_ROW or self.refusals >= REFUSALS:
            return "Discord is left alone for tonight: too much of it could not be read."
        try:
            self.check_time()
        except Late as error:
            return str(error)
        return None

    def went_well(self) -> None:
        """Something came."""
        self.in_a_row = 0

    def lost(self, error: SourceError) -> None:
        """Something did not come."""
        self.in_a_row = self.in_a_row + 1 if isinstance(error, Retriable) else 0
        self.refusals += isinstance(error, Denied)
        self.is_garbled = isinstance(error, Garbled)
