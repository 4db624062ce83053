"""Why the clan's total experience changed over a week: five terms, each with a formula of its own.

total(t) sums the last reading at or before t over the roster at t; t is the last instant before a midnight, so that the
half-open windows of consecutive weeks meet. No term is a remainder: that they add up is a property, and a test.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.domain.gains import gain
from pipeline.domain.metrics import OVERALL
from pipeline.domain.window import Window
from pipeline.marts.model import Bridge


@dataclass(frozen=True, slots=True)
class Part:
    """One account's week: on the roster at the ends or not; overall experience before, at the first look inside, at the end."""

    here_before: bool
    here_after: bool
    before: int | None
    looked_at: bool
    first: int | None
    last: int | None

    @property
    def stayed(self) -> bool:
        """A member at both ends, and looked at in between: only then can anything have moved."""
        return self.here_before and self.here_after and self.looked_at

    @property
    def is_newly_visible(self) -> bool:
        """Stayed, but the first look inside found nothing to start from."""
        return self.stayed and not self.first


def bridge(window: Window, parts: Iterable[Part]) -> Bridge:
    """The five terms over *window*."""
    held = list(parts)
    joined = [part for part in held if part.here_after and not part.here_before]
    left = [part for part in held if part.here_before and not part.here_after]
    stayed = [part for part in held if part.stayed]
    visible = [part for part in stayed if part.is_newly_visible]
    return Bridge(
        window=window,
        total_start=sum(part.before or 0 for part in held if part.here_before),
        total_end=sum(part.last or 0 for part in held if part.here_after),
        joiners=sum(part.last or 0 for part in joined),
        leavers=-sum(part.before or 0 for part in left),
        same_members=sum(gain(OVERALL, part.first, part.last) for part in stayed),
        newly_visible=sum(part.last or 0 for part in visible),
        tracking_gap=sum(_gap(part) for part in stayed),
        joined_count=len(joined),
        left_count=len(left),
        same_count=sum(part.here_before and part.here_after for part in held),
        newly_visible_count=sum(bool(part.last) for part in visible),
    )


def _gap(part: Part) -> int:
    """What moved between the last look before the window and the first inside it, and the fall that a gain clips at 0."""
    unseen = (part.first or 0) - (part.before or 0)
    fall = min(0, (part.last or 0) - part.first) if part.first else 0
    return unseen + fall
