"""Text for Discord: what strangers wrote is shown as it is and never works, and a message is cut between lines only."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from pipeline.outputs.figures import plural

MOST: Final = 2_000
"""UTF-16 units of a message; however Discord counts, it does not count more."""

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Categories of what nobody sees: controls, marks of direction, spaces of no width, halves of letters."""
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters that look like nothing."""
_MEANING: Final = re.compile(r"[\\*_~`|<>\[\]#/]")
_LIST: Final = re.compile(r"^(\d*)([-+.])(?=\s|$)")
"""What would begin a list."""
_ESCAPED: Final = re.compile(r"\\([^A-Za-z0-9\s])")
_APART: Final = "\u200b"
"""Behind an @, so that it calls nobody."""


class Markdown(str):
    """Text in Discord's Markdown already: our own words, or what `plain` made harmless."""

    __slots__ = ()


def plain(text: object) -> Markdown:
    """*text* so that Discord shows just that: no emphasis, no link, no mention, no line of its own."""
    if isinstance(text, Markdown):
        return text
    seen = "".join(" " if letter.isspace() else letter for letter in str(text) if not _is_hidden(letter))
    safe = _MEANING.sub(r"\\\g<0>", " ".join(seen.split()))
    safe = _LIST.sub(r"\1\\\2", safe)
    return Markdown(safe.replace("@", "@" + _APART))


def as_read(message: str) -> str:
    """*message* for a terminal, without what only Discord reads."""
    return _ESCAPED.sub(r"\1", message).replace(_APART, "")


def clipped(text: str, most: int) -> str:
    """*text*, or as many whole words of it as *most* letters hold."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + " …"


def _is_hidden(letter: str) -> bool:
    return not letter.isspace() and (letter in _BLANK or unicodedata.category(letter) in _HIDDEN)


def length(text: str) -> int:
    """How long *text* is at most for Discord."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitted(lines: Sequence[str], last: Sequence[str] = (), most: int = MOST) -> str:
    """*lines*, then the *last* ones: as many whole lines as fit, no title without a line, and how many are missing."""
    kept = list(lines)
    while kept and length(_joined(kept, lines, last)) > most:
        kept.pop()
        while kept and not _says_something(kept[-1]):
            kept.pop()
    return _joined(kept, lines, last)


def _joined(kept: Sequence[str], lines: Sequence[str], last: Sequence[str]) -> str:
    missing = sum(_says_something(line) for line in lines[len(kept) :])
    more = [f"… and {plural(missing, 'more line')}"] if missing else []
    return "\n".join([*kept, *more, *last]).strip("\n")


def _says_something(line: str) -> bool:
    """Whether it is more than a gap or the title of a section."""
    return bool(line) and not (line.startswith("**") and line.endswith("**"))
