"""How fresh each source is, as the line at the top of every page shows it."""

from dataclasses import dataclass
from typing import Final, Literal

from pipeline.marts.model import Freshness, SourceState
from pipeline.marts.wording import listed
from pipeline.outputs.dashboard.filters import Words

NAMES: Final = {"wom": "Wise Old Man", "discord": "Discord"}

Tone = Literal["good", "warn"]


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source's pill, and what of it is missing where the line's own sentence does not say so."""

    tone: Tone
    text: str
    note: str


def source_views(freshness: Freshness, words: Words) -> list[SourceView]:
    """One view for each source; a source alone needs no name when all is well."""
    alone = len(freshness.sources) == 1
    return [
        SourceView(*_pill(source, words, alone=alone), _note(source, freshness.sentence))
        for source in freshness.sources
    ]


def _pill(source: SourceState, words: Words, *, alone: bool) -> tuple[Tone, str]:
    name = NAMES[source.source]
    if source.state == "stale":
        return "warn", f"{name} silent since {words.day(source.fetched_at)}"
    if source.state == "never":
        return "warn", f"{name} not read yet"
    return "good", "Up to date" if alone else f"{name} up to date"


def _note(source: SourceState, sentence: str) -> str:
    if source.note is None or source.note.lower() in sentence.lower():
        return ""
    return f"{NAMES[source.source]}: {source.note}"


def trust(freshness: Freshness) -> str:
    """Whether tonight's numbers can be relied on, in a sentence for leaders."""
    behind = [NAMES[source.source] for source in freshness.sources if source.state != "fresh"]
    seen = f"{freshness.members - freshness.unseen:,} of {freshness.members:,} members were looked at in the last days"
    if behind:
        return f"Not all of it: {listed(behind)} did not answer tonight, so that part is as old as the line above says; {seen}."
    if freshness.unseen * 5 > freshness.members:
        return f"Mostly: every source was read tonight, but only {seen}. Of the others nobody can know."
    return f"Yes: every source was read tonight, and {seen}."
