"""Whose an account might be, and why, in plain words. A guess is never tied; somebody may confirm it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.marts.identity import spelling
from pipeline.marts.identity.claims import Candidate, Claim
from pipeline.marts.identity.directory import Bearer, Directory
from pipeline.marts.identity.lookalikes import alike
from pipeline.marts.identity.model import Guess
from pipeline.marts.identity.nicknames import FRAIL

MOST: Final = 0.85
"""A guess stays below what ties by itself."""
_FORMER: Final = 0.8
_TAKEN: Final = 0.6
_LIKENESS: Final = 0.9
_AMONG_WORDS: Final = 0.75
_FRAIL_AMONG_WORDS: Final = 0.55
_SHARED: Final = 0.5
_SHARED_MORE: Final = 0.15
_WORD: Final = 4
_OWNERS: Final = 3
"""A word that more players have in their names says nothing."""

Owners = Mapping[str, Sequence[Bearer]]


def owners(directory: Directory) -> Owners:
    """Words that few present names hold, and whose names those are."""
    held: dict[str, list[Bearer]] = {}
    for bearer in directory.bearers:
        if not bearer.former:
            for word in dict.fromkeys(spelling.words(bearer.name)):
                held.setdefault(word, []).append(bearer)
    return {
        word: bearers
        for word, bearers in held.items()
        if len(word) >= _WORD and len(bearers) <= _OWNERS and not directory.is_title((word,))
    }


def from_claim(claim: Claim, candidate: Candidate, *, is_taken: bool, counted: bool) -> Guess:
    """Why a claim tied nobody: *is_taken*, its player has another account; *counted*, it was weighed and did not win."""
    name, owner = candidate.bearer.name, candidate.bearer.player.name
    confidence = min(candidate.confidence, MOST)
    if is_taken:
        return Guess(candidate.player_id, min(confidence, _TAKEN), f'"{owner}" is tied to another account')
    if candidate.bearer.former:
        return Guess(candidate.player_id, min(confidence, _FORMER), f'"{name}" is an old name of {owner}')
    if confidence <= FRAIL:
        return Guess(candidate.player_id, confidence, f'"{name}" may be meant, but may be just a word')
    if claim.method == "fuzzy":
        return Guess(candidate.player_id, confidence, f'one letter differs from "{name}"')
    others = sorted({other.bearer.player.name for other in claim.candidates if other.player_id != candidate.player_id})
    if others:
        return Guess(candidate.player_id, confidence, f'it is the name of "{name}", but may mean {" or ".join(others)}')
    if counted:
        return Guess(candidate.player_id, confidence, f'another account is called "{name}" as well')
    return Guess(candidate.player_id, confidence, f'"{name}" stands in one of its names')


def from_likeness(text: str, directory: Directory) -> Iterator[tuple[Bearer, Guess]]:
    """Players whose names look like *text* or a part of it."""
    for bearer, likeness, is_one_letter in alike(text, directory):
        words = f'one letter differs from "{bearer.name}"' if is_one_letter else f'looks like "{bearer.name}"'
        old = f", an old name of {bearer.player.name}" if bearer.former else ""
        yield bearer, Guess(bearer.player.player_id, likeness * _LIKENESS, words + old)


def from_words(text: str, directory: Directory, owned: Owners) -> Iterator[tuple[Bearer, Guess]]:
    """Players whose whole name is among the words of *text*, or who share a rare word with it."""
    words = spelling.words(text)
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            for bearer in directory.worded(words[start:end]):
                confidence = _FRAIL_AMONG_WORDS if directory.is_frail(words[start:end]) else _AMONG_WORDS
                yield bearer, Guess(bearer.player.player_id, confidence, f'"{bearer.name}" is among its words')
    for word in words:
        for bearer in owned.get(word, ()):
            confidence = _SHARED + _SHARED_MORE * len(word) / len(spelling.compact(bearer.name))
            yield bearer, Guess(bearer.player.player_id, confidence, f'shares the word "{word}" with "{bearer.name}"')
