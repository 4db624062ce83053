"""Whether somebody still takes part: the rule behind every verdict.

One sign of life within the threshold is enough to be active, whatever else nobody knows. Silence proves something only where we
would have heard: otherwise the answer is *unknown*, never *inactive*.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

State = Literal["active", "inactive", "unknown"]

Hindrance = Literal["not_seen", "too_new", "flagged", "opted_out", "unmatched", "discord_missing"]
"""Why silence proves nothing: nobody looked lately, or not for long enough yet, WOM doubts the numbers, the person asked not to be
watched, no Discord account of theirs is known, or Discord could not be read."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The last signs of life of somebody, as far as any is known: a gain in the game, a word in Discord, a line of clan chat, a
    score in a competition.
    """

    gain_at: datetime | None = None
    word_at: datetime | None = None
    chat_at: datetime | None = None
    contest_at: datetime | None = None

    @property
    def last_at(self) -> datetime | None:
        """The latest of them."""
        return max(filter(None, (self.gain_at, self.word_at, self.chat_at, self.contest_at)), default=None)


SILENT: Final = Signs()
"""Of whom no sign is known."""


def state(last_at: datetime | None, threshold: timedelta, now: datetime, *, hindered: bool) -> State:
    """What follows from the last sign of life; *hindered*: silence would prove nothing."""
    if last_at is not None and now - last_at < threshold:
        return "active"
    return "unknown" if hindered else "inactive"
