"""What stands about an entry after all that was written of it: decisions are a log of edits, and this is the fold over it.

It depends on the edits alone, not on the nights that read them: whatever comes when, in the end the same stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.domain.decisions import NOTED, UNCLEAR, WITHDRAWN, Decided, numbered


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands about an entry: `by` is the edit that decided it or, where nothing is decided, what was said of it last.

    `note` is the last one; `unclear` what nobody understood since.
    """

    by: Decided
    note: str
    unclear: Decided | None = None


def standings(edits: Iterable[Decided], persons: Mapping[int, int]) -> dict[str, Standing]:
    """What stands after *edits*, by key; the entries of a person (player → *persons*) have one history under all main accounts."""
    histories: dict[str, list[Decided]] = defaultdict(list)
    for edit in edits:
        histories[numbered(edit.key, persons)].append(edit)
    found = {key: standing(history) for key, history in histories.items()}
    return {key: each for key, each in found.items() if each is not None}


def standing(history: Iterable[Decided]) -> Standing | None:
    """What stands after all edits of an entry, in the order in which they were made; None: nothing, or nothing any more."""
    held = unclear = noted = None
    note = ""
    for edit in sorted(history, key=lambda each: (each.decided_at, each.verdict == NOTED, each.mark)):
        if edit.verdict == UNCLEAR:
            unclear = edit
        elif edit.verdict == WITHDRAWN:
            held, unclear, note = None, None, ""
        elif edit.verdict != NOTED:
            held, unclear = edit, None
        if edit.note is not None:
            noted, note = edit, edit.note
    by = held or unclear or (noted if note else None)
    return None if by is None else Standing(by, note, unclear)
