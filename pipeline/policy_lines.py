"""Where in clan.toml a key stands: tomllib reads values and forgets lines, but whoever mends a file wants to know the line."""

import re
from collections.abc import Sequence
from typing import Final

Path = tuple[str | int, ...]

_TABLES: Final = re.compile(r"^\s*\[\[(.+?)\]\]\s*(?:#.*)?$")
_TABLE: Final = re.compile(r"^\s*\[(.+?)\]\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_WORD: Final = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")


def line_of(text: str, where: Sequence[str | int]) -> int | None:
    """The line, from 1, of the key that *where* leads to in the TOML *text*, or of the nearest that holds it; None if none does."""
    held = _lines(text)
    path = tuple(where)
    while path:
        if path in held:
            return held[path]
        path = path[:-1]
    return None


def _lines(text: str) -> dict[Path, int]:
    """The line of every table and key, by its path; tables of a list are numbered from 0."""
    found: dict[Path, int] = {}
    numbers: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if many := _TABLES.match(line):
            name = _words(many[1])
            numbers[name] = numbers.get(name, -1) + 1
            table = (*name, numbers[name])
            found.setdefault(name, number)
            found.setdefault(table, number)
        elif one := _TABLE.match(line):
            table = _inside(_words(one[1]), numbers)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = (*table, *_words(key[1]))
            for length in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:length], number)
    return found


def _inside(name: Path, numbers: dict[Path, int]) -> Path:
    """A table below the last table of a list belongs to that one."""
    for length in range(len(name) - 1, 0, -1):
        if name[:length] in numbers:
            return (*name[:length], numbers[name[:length]], *name[length:])
    return name


def _words(dotted: str) -> Path:
    return tuple(next(part for part in found.groups() if part is not None) for found in _WORD.finditer(dotted))
