"""Text as a cell can hold it, and how much room it takes."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

LONGEST: Final = 32_767
"""UTF-16 units that Excel keeps in a cell."""

_CONTROL: Final = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
"""Control characters, which XML forbids or Excel swallows, and the pictures Unicode has of them."""

_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What begins the way in which the file writes a character by its number."""

_FORBIDDEN: Final = re.compile("[\x80-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """*text* with nothing that a cell cannot hold: pictures for control characters, "…" for what is too long."""
    shown = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text.translate(_CONTROL))
    if shown.startswith("<r>") and shown.endswith("</r>"):
        shown += "\N{ZERO WIDTH SPACE}"  # xlsxwriter takes such a string for finished XML and writes it raw
    return shortened(shown, LONGEST)


def kept(text: str) -> str:
    """*text* as the file keeps it as what a formula gives; for other texts xlsxwriter does the same."""
    return _ESCAPE.sub("_x005F_", plain(text))


def shortened(text: str, longest: int) -> str:
    """*text*, cut with "…" to at most *longest* UTF-16 units."""
    if len(text) * 2 <= longest or len(text.encode("utf-16-le")) // 2 <= longest:
        return text
    kept = text.encode("utf-16-le")[: (longest - 1) * 2].decode("utf-16-le", "ignore")
    return f"{kept}…"


def unlike(names: Sequence[str]) -> list[str]:
    """*names*, of which none is another's whatever the case: "name", "Name (2)"."""
    seen: set[str] = set()
    found = []
    for name in names:
        fresh = next(each for each in _numbered(name) if each.casefold() not in seen)
        seen.add(fresh.casefold())
        found.append(fresh)
    return found


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} ({number})" for number in count(2))


def counted(number: int, one: str, many: str | None = None) -> str:
    """1 account, 2 accounts; *many* where it is not *one* with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def room(text: str) -> int:
    """Width of *text* in digits of the standard type: wide scripts and emoji take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(_room_of(char) for char in text)


def _room_of(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
