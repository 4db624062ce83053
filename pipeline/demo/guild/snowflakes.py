"""Discord's ids: the instant in the upper bits, and a number that nobody else of the guild has in the lower ones."""

from itertools import count
from typing import Final

from pipeline.domain.talk import DISCORD_EPOCH_MS

_LOWER_BITS: Final = 22


class Snowflakes:
    """Makes ids; of two made for the same millisecond the later one is the higher."""

    def __init__(self) -> None:
        self._numbers = count()

    def at(self, at: int) -> int:
        """A new id of the instant *at*, in milliseconds UTC; nothing is older than Discord."""
        since = max(0, at - DISCORD_EPOCH_MS)
        return since << _LOWER_BITS | next(self._numbers) % (1 << _LOWER_BITS)
