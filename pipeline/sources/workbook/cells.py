"""Cells as text, whatever a person or a program put there."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Final

from pipeline.domain.decisions import CHOICES, choice

EPOCH: Final = date(1899, 12, 30)
"""Day 0 of a sheet's dates, as far as they matter here: those before March 1900 are off by one."""

ERRORS: Final = frozenset(
    {"#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
"""What a formula that came to nothing leaves in its cell."""

YEARS: Final = range(2000, 2100)
"""Of dates that somebody can have meant."""

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.]+Z?)?")
_SLASHED: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[. -]*([a-z]{3,9})[., -]*(\d{4})")
_MONTH_FIRST: Final = re.compile(r"([a-z]{3,9})[. -]*(\d{1,2})(?:st|nd|rd|th)?[., -]+(\d{4})")


def text_of(value: object) -> str:
    """The text of a cell: dates as YYYY-MM-DD, whole numbers without a point, no control characters but line ends."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date | timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return cleaned(str(value))


def cleaned(text: str) -> str:
    """*text* as people see it: one kind of line end, no control characters, nothing around it."""
    shown = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    lines = shown.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")).strip()


def heading(value: object) -> str:
    """A header to compare with: case, spaces and line breaks aside."""
    return " ".join(text_of(value).split()).casefold()


def decision_of(value: object) -> str:
    """The text of a cell of Decision: one of our words as we write it, or whatever stands there."""
    text = text_of(value)
    said = choice(text)
    return text if said is None else CHOICES[said]


def day_of(value: object) -> tuple[str, str]:
    """The text of a cell that should hold a date, and what is wrong with it in words, if anything.

    A day that could be meant in two ways, or in none, stays as it was written: nobody guesses.
    """
    text = text_of(value)
    if not text or isinstance(value, bool):
        return text, "is no date" if text else ""
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}", ""
    if isinstance(value, int | float):
        return _numbered(value, text)
    return _written(text)


def _numbered(value: float, text: str) -> tuple[str, str]:
    """A number is a day of the sheet's calendar that lost its format, or YYYYMMDD without its dashes."""
    if float(value).is_integer() and len(text) == 8:
        return _made(text, text[:4], text[4:6], text[6:])
    try:
        day = EPOCH + timedelta(days=int(value))
    except (OverflowError, ValueError):
        return text, "is no date"
    return (f"{day}", "") if day.year in YEARS else (text, "is no date")


def _written(text: str) -> tuple[str, str]:
    said = " ".join(text.split()).casefold()
    if found := _ISO.fullmatch(said.upper()):
        return _made(text, *found.groups())
    if found := _DAY_FIRST.fullmatch(said):
        return _made(text, found[3], _month(found[2]), found[1])
    if found := _MONTH_FIRST.fullmatch(said):
        return _made(text, found[3], _month(found[1]), found[2])
    if found := _SLASHED.fullmatch(said):
        first, second = int(found[1]), int(found[2])
        if first != second and max(first, second) <= len(_MONTHS):
            return text, "can be two dates: write it as YYYY-MM-DD"
        return _made(text, found[3], str(min(first, second)), str(max(first, second)))
    return text, "is no date: write it as YYYY-MM-DD"


def _month(name: str) -> str:
    """The number of a month by its name or how it begins, as text; 0 if there is none."""
    return str(next((at for at, month in enumerate(_MONTHS, start=1) if month.startswith(name)), 0))


def _made(text: str, year: str, month: str, day: str) -> tuple[str, str]:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return text, "is no date: write it as YYYY-MM-DD"
    return (str(made), "") if made.year in YEARS else (text, "is no date that anybody can mean")
