"""Fields of a decoded answer, read one by one; a field that is not of the agreed form is named.

SQLite holds signed 64-bit integers, so a larger number is not of the agreed form either.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from pipeline.domain.metrics import HOUR

LARGEST: Final = 2**63 - 1
MOST: Final = 2**50
"""Of anything that is counted: the game stops at 4.8 thousand million, and the sum over thousands of members fits in 64 bits."""
TOO_MUCH: Final = "is larger than anything in the game"
UNRANKED: Final = -1
LONGEST_LINE: Final = 300
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""What WOM sends for an achievement whose date it does not know; nothing is older."""
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Nothing is meant to be later, and the sums of instants that are overflow."""


class Broken(Exception):
    """A field is not of the agreed form; the landing and path are added where they are known."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key} {reason}".lstrip())
        self.key = key
        self.reason = reason

    def within(self, key: str) -> "Broken":
        """The same, seen from the object that holds it."""
        return Broken(f"{key}.{self.key}" if self.key else key, self.reason)


def mapping(value: object, key: str = "") -> Mapping[str, object]:
    """*value* as an object."""
    if not isinstance(value, dict):
        raise Broken(key, "is no object")
    return value


def rows(value: object, key: str = "") -> list[object]:
    """*value* as a list."""
    if not isinstance(value, list):
        raise Broken(key, "is no list")
    return value


def text(row: Mapping[str, object], key: str) -> str:
    """A text; half a character (a lone surrogate), which no file can hold, becomes a question mark."""
    value = row.get(key)
    if not isinstance(value, str):
        raise Broken(key, _reason(row, key, "text"))
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def optional_text(row: Mapping[str, object], key: str) -> str | None:
    """A text that may be absent or null."""
    return None if row.get(key) is None else text(row, key)


def text_or(row: Mapping[str, object], key: str, default: str) -> str:
    """A text, *default* when it is absent or null."""
    return default if row.get(key) is None else text(row, key)


def integer(row: Mapping[str, object], key: str) -> int:
    """An integer that a database can hold."""
    value = row.get(key)
    if type(value) is not int:
        raise Broken(key, _reason(row, key, "integer"))
    if not -LARGEST <= value <= LARGEST:
        raise Broken(key, "is larger than 64 bits hold")
    return value


def optional_integer(row: Mapping[str, object], key: str) -> int | None:
    """An integer that may be absent or null; -1, which means unknown, is None too."""
    if row.get(key) is None:
        return None
    value = integer(row, key)
    return None if value == UNRANKED else value


def identity(row: Mapping[str, object], key: str) -> int:
    """An id: a positive integer."""
    value = integer(row, key)
    if value <= 0:
        raise Broken(key, f"is no id: {value}")
    return value


def flag(row: Mapping[str, object], key: str) -> bool:
    """A truth; absent or null is no."""
    value = row.get(key)
    if value is not None and not isinstance(value, bool):
        raise Broken(key, _reason(row, key, "true or false"))
    return bool(value)


def instant(row: Mapping[str, object], key: str) -> datetime:
    """An instant with its zone, in UTC and to the millisecond, the finest that is kept."""
    value = row.get(key)
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is not None and found.tzinfo is not None:
            found = found.astimezone(UTC)
            if EPOCH <= found < LATEST:
                return found.replace(microsecond=found.microsecond // 1000 * 1000)
    except (ValueError, OverflowError):
        pass
    raise Broken(key, _reason(row, key, "instant of our times with a zone"))


def optional_instant(row: Mapping[str, object], key: str) -> datetime | None:
    """An instant that may be absent or null."""
    return None if row.get(key) is None else instant(row, key)


def amount(value: object, key: str) -> int | None:
    """A count as WOM gives it: an integer from 0 on, or -1 for unranked, which becomes None."""
    if type(value) is not int:
        raise Broken(key, f"is no integer: {_shown(value)}")
    if value < 0:
        if value != UNRANKED:
            raise Broken(key, f"is negative: {_shown(value)}")
        return None
    if value > MOST:
        raise Broken(key, TOO_MUCH)
    return value


def hours(value: object, key: str) -> int | None:
    """Hours with five decimals as stored, -1 as None; the wire adds float noise, rounding takes it away."""
    if type(value) not in (int, float):
        raise Broken(key, f"is no number: {_shown(value)}")
    assert isinstance(value, int | float)
    if value < 0:
        if value != UNRANKED:
            raise Broken(key, f"is negative: {_shown(value)}")
        return None
    if not value <= MOST / HOUR:
        raise Broken(key, TOO_MUCH)
    return round(value * HOUR)


def rank(value: object, key: str) -> int | None:
    """A place on the hiscores; absent, null, -1 and 0 mean none."""
    return None if value is None else amount(value, key) or None


def one_line(said: str) -> str:
    """*said* for a log or an error: keys of an answer may hold line breaks, and be long."""
    plain = "".join(letter if letter.isprintable() else " " for letter in said)
    return plain if len(plain) <= LONGEST_LINE else plain[: LONGEST_LINE - 3] + "..."


def _reason(row: Mapping[str, object], key: str, wanted: str) -> str:
    return f"is no {wanted}: {_shown(row[key])}" if key in row else "is missing"


def _shown(value: object) -> str:
    """*value*, short: enough to recognise, too little to flood a log."""
    if isinstance(value, dict | list):
        return type(value).__name__
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a huge number"
    shown = ascii(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."
