"""What a nickname says: the names it holds, each with the strength of the evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.marts.identity import spelling
from pipeline.marts.identity.directory import Bearer, Directory
from pipeline.marts.identity.model import Method

EXACT: Final = 1.0
NORMALISED: Final = 0.97
PART: Final = 0.94
FORMER: Final = 0.91
"""The most that a name can say which the player bears no longer."""
FRAIL: Final = 0.7

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a nickname, and everybody who bears it; several bearers are rivals. `place` counts from the left."""

    place: int
    method: Method
    confidence: float
    bearers: tuple[Bearer, ...]

    def strength(self, bearer: Bearer) -> float:
        """The confidence that *bearer* is meant, if the others are not."""
        return min(self.confidence, FORMER) if bearer.former else self.confidence


def mentions(text: str, directory: Directory) -> tuple[Mention, ...]:
    """The names that *text* holds, from the left; weak ones have a confidence of `FRAIL`."""
    called = directory.exact(text)
    if any(not bearer.former for bearer in called):
        return (Mention(0, "exact", EXACT, called),)
    groups = spelling.segments(text)
    return tuple(_parts(groups, directory))


def _parts(groups: tuple[Words, ...], directory: Directory) -> Iterator[Mention]:
    """Groups that are names, alone or run together (a name may itself hold a mark), and names among titles."""
    start = 0
    while start < len(groups):
        end, bearers = _longest(groups, start, directory)
        if not bearers:
            yield from _titled(groups, start, directory)
        elif end - start == len(groups):
            yield Mention(start, "normalised", NORMALISED, bearers)
        else:
            yield Mention(start, "part", _weight(groups, start, end, directory), bearers)
        start = end


def _longest(groups: tuple[Words, ...], start: int, directory: Directory) -> tuple[int, tuple[Bearer, ...]]:
    """The end of the longest run of groups from *start* that is a name, and its bearers."""
    for end in range(len(groups), start, -1):
        bearers = directory.worded(_joined(groups[start:end]))
        if bearers:
            return end, bearers
    return start + 1, ()


def _weight(groups: tuple[Words, ...], start: int, end: int, directory: Directory) -> float:
    """A short name or a number counts only beside titles; a title that is also a name, only when it stands alone."""
    name = _joined(groups[start:end])
    if not directory.is_frail(name):
        return PART
    others = (*groups[:start], *groups[end:])
    alone = not directory.is_title(name) and all(directory.is_title(group) for group in others)
    return PART if alone else FRAIL


def _titled(groups: tuple[Words, ...], place: int, directory: Directory) -> Iterator[Mention]:
    """The longest name in a group whose other words are all titles: `Captain Zezima`."""
    words = groups[place]
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            name, others = words[start : start + length], (words[:start], words[start + length :])
            bearers = directory.worded(name)
            if bearers and all(directory.is_title(other) for other in others):
                yield Mention(place, "part", FRAIL if directory.is_frail(name) else PART, bearers)
                return


def _joined(groups: tuple[Words, ...]) -> Words:
    return tuple(word for group in groups for word in group)
