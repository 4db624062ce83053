"""Why the clan's total moved, in the same words on the pages and in the digest."""

from collections.abc import Sequence

from pipeline.marts.model import Bridge
from pipeline.outputs.figures import MINUS, compact, plural


def headline(bridge: Bridge) -> str:
    """How the total moved."""
    total = f"{compact(bridge.total_end)} XP"
    if not bridge.change:
        return f"The clan's total stayed at {total}."
    word = "grew" if bridge.change > 0 else "fell"
    return f"The clan's total {word} by {compact(abs(bridge.change))} XP, to {total}."


def sentences(bridge: Bridge) -> Sequence[str]:
    """Earned first, since that is what members did; who came and went after it."""
    said = [f"Members who were here all week earned {compact(bridge.same_members)} XP."]
    if bridge.joined_count:
        word = "recruit" if bridge.joined_count == 1 else "recruits"
        said.append(
            f"{bridge.joined_count:,} {word} brought {compact(bridge.joiners)} XP of earlier years along: not this week's work."
        )
    if bridge.left_count:
        said.append(f"{plural(bridge.left_count, 'leaver')} took {compact(abs(bridge.leavers))} XP away.")
    if bridge.newly_visible:
        said.append(f"{compact(bridge.newly_visible)} XP was always there, but was seen for the first time.")
    if bridge.tracking_gap:
        gap = compact(bridge.tracking_gap).removeprefix(MINUS)
        word = "moved" if bridge.tracking_gap > 0 else "was corrected downwards"
        said.append(f"{gap} XP {word} between the last look before the week and the first look in it.")
    return said
