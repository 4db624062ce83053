"""Where in clan.toml a key stands: tomllib reads values and forgets lines, but whoever mends a file wants to know the line."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

Path = tuple[str | int, ...]

_TOKEN: Final = re.compile(
    r'''(?P<text>"""(?:\\.|(?!""").)*"{3,5}|\'\'\'(?:(?!\'\'\').)*'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')'''
    r"""|(?P<remark>\#[^\n]*)|(?P<end>\n)|(?P<mark>[\[\]{}=,.])|(?P<bare>[^\s\[\]{}=,."'#]+)""",
    re.DOTALL,
)


def line_of(text: str, where: Sequence[str | int]) -> int | None:
    """The line, from 1, of what *where* leads to in the TOML *text*, or of the nearest that holds it; None if none does.

    Tables and values of a list are numbered from 0, as readers of TOML number them.
    """
    held = _Walk(text).lines()
    path = tuple(where)
    while path:
        if path in held:
            return held[path]
        path = path[:-1]
    return None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str | None
    text: str
    line: int


_OVER: Final = _Token(None, "", 0)


class _Walk:
    """A way through a text that is known to be TOML, so that it need not ask whether it is."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._found: dict[Path, int] = {}
        self._numbers: dict[Path, int] = {}

    def lines(self) -> dict[Path, int]:
        """The line of every table, key and value, by its path."""
        table: Path = ()
        while (token := self._next()) is not _OVER:
            if token.text == "[":
                table = self._table(token.line)
            elif token.kind in ("text", "bare"):
                self._at -= 1
                self._pair(table)
        return self._found

    def _next(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else _OVER

    def _table(self, line: int) -> Path:
        """A table's own line: `[a.b]`, or `[[a.b]]`, which is one more of a list."""
        is_one_of_many = self._next().text == "["
        self._at -= 0 if is_one_of_many else 1
        name = self._inside(self._key("]"))
        self._found.setdefault(name, line)
        if not is_one_of_many:
            return name
        number = self._numbers[name] = self._numbers.get(name, -1) + 1
        self._found.setdefault((*name, number), line)
        return (*name, number)

    def _inside(self, name: Path) -> Path:
        """A table below a list of tables belongs to the last of them."""
        whole: Path = ()
        for part in name[:-1]:
            whole = (*whole, part)
            if whole in self._numbers:
                whole = (*whole, self._numbers[whole])
        return (*whole, *name[-1:])

    def _key(self, closing: str) -> Path:
        """The words of a key up to what closes it, without the dots between them."""
        words: list[str] = []
        while (token := self._next()) is not _OVER and token.text != closing:
            if token.kind == "text":
                words.append(tomllib.loads(f"key = {token.text}")["key"])
            elif token.kind == "bare":
                words.append(token.text)
        return tuple(words)

    def _pair(self, table: Path) -> None:
        """A key and its value."""
        line = self._tokens[self._at].line
        path = (*table, *self._key("="))
        for length in range(len(table) + 1, len(path) + 1):
            self._found.setdefault(path[:length], line)
        self._value(path)

    def _value(self, path: Path) -> None:
        token = self._next()
        if token.text == "[":
            self._list(path)
        elif token.text == "{":
            self._inline(path)
        else:
            while (token := self._next()).kind not in ("end", None) and token.text not in (",", "]", "}"):
                pass  # a number or an instant may be several tokens
            self._at -= 1

    def _list(self, path: Path) -> None:
        number = 0
        while (token := self._next()) is not _OVER and token.text != "]":
            if token.text == ",":
                number += 1
            elif token.kind != "end":
                self._at -= 1
                self._found.setdefault((*path, number), token.line)
                self._value((*path, number))

    def _inline(self, path: Path) -> None:
        while (token := self._next()) is not _OVER and token.text != "}":
            if token.kind in ("text", "bare"):
                self._at -= 1
                self._pair(path)


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "remark":
            yield _Token(match.lastgroup, match[0], line)
        line += match[0].count("\n")
