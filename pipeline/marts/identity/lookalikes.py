"""Names that differ by a slip of the finger, told from names that only look alike: Pine Mage is not Pine Sage."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from pipeline.marts.identity import spelling
from pipeline.marts.identity.directory import Bearer, Directory
from pipeline.marts.identity.nicknames import Mention, Words

SLIP: Final = 0.9
LONG_SLIP: Final = 0.92
_SHORTEST: Final = 6
_LONG: Final = 8
_WORD: Final = 5
"""In shorter words one letter makes another word: Bow, Box, Boy."""
_MARGIN: Final = 2
"""No other name may be this near."""
_ALIKE: Final = 80.0


def slips(text: str, directory: Directory) -> tuple[Mention, ...]:
    """The one name that a part of *text* holds but for one letter added, lost, changed or swapped; else nothing."""
    for place, words in enumerate(_readings(text)):
        bearer = _slip(words, directory)
        if bearer is not None:
            long = len("".join(words)) >= _LONG
            return (Mention(place, "fuzzy", LONG_SLIP if long else SLIP, (bearer,)),)
    return ()


def alike(text: str, directory: Directory) -> Iterator[tuple[Bearer, float, bool]]:
    """Names that look like *text* or a part of it: bearer, likeness in 0 to 1, and whether one letter differs."""
    for words in _readings(text):
        letters = "".join(words)
        for name, ratio, _ in process.extract(
            letters, directory.spellings, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=None
        ):
            for bearer in directory.lettered(name):
                yield bearer, ratio / 100, OSA.distance(letters, name) == 1


def _readings(text: str) -> Iterable[Words]:
    """The whole, then its groups, if long enough to be told apart."""
    groups = spelling.segments(text)
    whole = tuple(word for group in groups for word in group)
    return [words for words in dict.fromkeys((whole, *groups)) if len("".join(words)) >= _SHORTEST]


def _slip(words: Words, directory: Directory) -> Bearer | None:
    """The present member whose name is one slip away from *words*, if no other name is near and no name is equal."""
    letters = "".join(words)
    near = process.extract(letters, directory.spellings, scorer=OSA.distance, score_cutoff=_MARGIN, limit=None)
    bearers = [bearer for name, _, _ in near for bearer in directory.lettered(name)]
    if len({bearer.player.player_id for bearer in bearers}) != 1 or min(distance for _, distance, _ in near) != 1:
        return None
    for bearer in bearers:
        written = spelling.words(bearer.name)
        is_near = OSA.distance(letters, "".join(written)) == 1
        if is_near and bearer.player.is_member and not bearer.former and _is_slip(words, written):
            return bearer
    return None


def _is_slip(words: Words, name: Words) -> bool:
    """Whether one letter is wrong inside a long word: not its first, and no digit."""
    if len("".join(name)) < _SHORTEST or _digits(words) != _digits(name) or len(words) != len(name):
        return False
    wrong = [(word, meant) for word, meant in zip(words, name, strict=True) if word != meant]
    if len(wrong) != 1:
        return False
    word, meant = wrong[0]
    return word[0] == meant[0] and max(len(word), len(meant)) >= _WORD


def _digits(words: Words) -> str:
    return re.sub(r"\D", "", "".join(words))
