"""How people decorate a name: fancy letters, emoji and marks are folded to plain words between bars.

`plain("✨Zezi_má✨ (Bob)")` is `"|zezi ma| |bob|"`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

BAR: Final = "|"
_BARS: Final = frozenset('/\\,&•·:;"')
_DECORATIONS: Final = frozenset("ツッシジ乂メ彡™℠©®")
"""Letters and would-be letters that stand beside names for their looks."""
_DROPPED: Final = frozenset("'’‘`´")
_DRAWN: Final = re.compile(
    r"(?:LATIN (?:SMALL |CAPITAL )?LETTER (?:SMALL CAPITAL )?|NEGATIVE (?:SQUARED|CIRCLED) LATIN CAPITAL LETTER )"
    r"([A-Z])(?: WITH .+)?"
)
"""Unicode's names of letters that no normal form makes plain: ᴢ, 🅉 in its dark square, ø."""
_APART: Final = re.compile(r"\s-|-\s|\saka\s", re.IGNORECASE)
"""A hyphen joins words unless a space stands beside it."""


def plain(text: str) -> str:
    """*text* as lower-case words of letters and digits, with a bar wherever something sets words apart."""
    return "".join(_glyph(char) for char in _APART.sub(BAR, text))


def segments(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of *text*, in groups that are set apart from each other; empty ones left out."""
    return tuple(tuple(group.split()) for group in plain(text).split(BAR) if group.split())


def words(text: str) -> tuple[str, ...]:
    """All words of *text*."""
    return tuple(plain(text).replace(BAR, " ").split())


def compact(text: str) -> str:
    """Only the letters and digits of *text*; empty if it has none."""
    return "".join(words(text))


@lru_cache(maxsize=4096)
def _glyph(char: str) -> str:
    """One character as plain letters and digits, a space, a bar, or nothing."""
    if char in _DROPPED:
        return ""
    if char in _DECORATIONS or char in _BARS:
        return BAR
    return "".join(_mark(part) for part in unicodedata.normalize("NFKD", char))


def _mark(char: str) -> str:
    if char.isalnum() or char.isnumeric():
        return _letter(char)
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf"}:
        return ""
    drawn = _DRAWN.fullmatch(unicodedata.name(char, ""))
    if drawn:
        return drawn[1].lower()
    sets_apart = category[0] == "S" or category in {"Ps", "Pe", "Pi", "Pf", "Cn", "Co", "Cs"} or char in _BARS
    return BAR if sets_apart or (category == "Pd" and char != "-") else " "


def _letter(char: str) -> str:
    drawn = _DRAWN.fullmatch(unicodedata.name(char, ""))
    return drawn[1].lower() if drawn else char.casefold()
