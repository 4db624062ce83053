"""Whether tonight's numbers can be relied on, in the same words in the workbook and on the pages."""

from collections.abc import Mapping
from typing import Final, Literal

from pipeline.marts.model import Freshness
from pipeline.marts.wording import listed

NAMES: Final[Mapping[Literal["wom", "discord"], str]] = {"wom": "Wise Old Man", "discord": "Discord"}
"""What people call a source."""


def trust(freshness: Freshness) -> str:
    """Whether tonight's numbers can be relied on, in a sentence for leaders."""
    behind = [NAMES[source.source] for source in freshness.sources if source.state != "fresh"]
    seen = f"{freshness.members - freshness.unseen:,} of {freshness.members:,} members were looked at in the last days"
    if behind:
        return f"Not all of it: {listed(behind)} did not answer tonight, so that part is as old as the line above says; {seen}."
    if freshness.unseen * 5 > freshness.members:
        return f"Mostly: every source was read tonight, but only {seen}. Of the others nobody can know."
    return f"Yes: every source was read tonight, and {seen}."
