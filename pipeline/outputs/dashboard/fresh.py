"""How fresh each source is, as the line at the top of every page shows it."""

from dataclasses import dataclass
from typing import Literal

from pipeline.marts.model import Freshness, SourceState
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.trust import NAMES

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
