"""What is wrong with clan.toml, in sentences that name the file, the line, the key and the remedy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pipeline.policy_lines import line_of

Where = tuple[int | str, ...]
"""The way to a key: names of tables and keys, and numbers of tables in lists, from 0."""

UNKNOWN_KEY: Final = "extra_forbidden"

_REMEDIES: Final = {
    "missing": "is missing; write it there",
    "int_type": "write a whole number without quotes, such as 30",
    "bool_type": "write true or false, without quotes",
    "string_type": "write text, in quotes",
    "date_type": "write a date without quotes, such as 2026-12-04",
    "string_too_short": "is empty; write something, or take it out",
    "string_too_long": "is too long; {max_length} characters are allowed",
    "too_short": "holds nothing; write at least one in it",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
    "literal_error": "write {expected}",
    "tuple_type": 'write a list, such as ["one", "two"]',
    "dict_type": "is a table; write [{key}] on a line of its own, and what is in it below",
    "model_type": "is a table; write [{key}] on a line of its own, and what is in it below",
}
"""By pydantic's names for what may be wrong; its own words are for people who write Python."""

_OF_TABLES: Final = (
    "is a list of tables; write [[{key}]], in two brackets, on a line of its own, and what is in it below"
)
_TOLD_LINE: Final = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Faults:
    """Words for what is wrong with *file*, whose text is *text*. *keys* are those there are, with the tables they belong into."""

    file: Path
    text: str
    keys: Mapping[str, str]

    def sentence(self, where: Where, kind: str, message: str, numbers: Mapping[str, Any] | None = None) -> str:
        """One fault: *kind* and *message* are pydantic's, *numbers* the bounds that were passed."""
        where = tuple(part for part in where if part != "[key]")
        key, line = ".".join(map(str, where)), line_of(self.text, where)
        place = f"{self.file}" if line is None else f"{self.file}, line {line}"
        if kind == UNKNOWN_KEY:
            return f"{place}: {key} is not a known key{self._meant(str(where[-1]))}; see clan.example.toml for those there are."
        told = self._told(where, kind, message, numbers or {})
        return f"{place}: {key}: {told}{'' if told.endswith('?') else '.'}"

    def not_toml(self, error: Exception) -> str:
        """Of a text that is no TOML at all."""
        told = str(error)
        line = found[1] if (found := _TOLD_LINE.search(told)) else len(self.text.rstrip().splitlines()) or 1
        told = _TOLD_LINE.sub("", told).removesuffix(" (at end of document)")
        return f"{self.file}, line {line}: it is not valid TOML: {told}; clan.example.toml shows how it is written."

    def _told(self, where: Where, kind: str, message: str, numbers: Mapping[str, Any]) -> str:
        remedy = _REMEDIES.get(kind)
        if remedy is None:
            return message.removeprefix("Value error, ").rstrip(".")
        table = ".".join(part for part in where if isinstance(part, str))
        if kind in ("tuple_type", "model_type") and f"[[{table}]]" in self.keys.values():
            remedy = _OF_TABLES
        return remedy.format(key=table, **numbers)

    def _meant(self, key: str) -> str:
        """What somebody may have meant by *key*, in brackets; nothing if nobody can guess."""
        if key in self.keys:
            return f" here (it belongs into {self.keys[key]})"
        near = get_close_matches(key, sorted(self.keys), n=1)
        return f" (did you mean {near[0]!r} of {self.keys[near[0]]}?)" if near else ""
