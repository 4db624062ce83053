"""What officers decide in the workbook's sheet To do: the words of its cells, and what they stand for.

The sheet is written by one program and read back by another after people, Excel, LibreOffice and Google have been at it, so the
words of both stand here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from urllib.parse import quote

Choice = Literal["keep", "remove", "leave", "promote", "not_yet", "confirm", "reject", "done"]
"""What can be decided."""

CHOICES: Final[Mapping[Choice, str]] = {
    "keep": "Keep",
    "remove": "Remove",
    "leave": "On leave until",
    "promote": "Promote",
    "not_yet": "Not yet",
    "confirm": "Confirm",
    "reject": "Reject",
    "done": "Done",
}
"""The words of the list that a cell of Decision offers, in its order."""

WITHDRAWN: Final = "withdrawn"
"""Verdict of a decision that somebody took back: its cell is empty again."""

TABLE: Final = "ToDo"
"""Name of the Excel table, which survives a renamed sheet."""

KEY: Final = "Key"
WHAT: Final = "What"
WHO: Final = "Who"
SINCE: Final = "Since"
REASON: Final = "Reason"
PROOF: Final = "Proof"
FLIPS_IF: Final = "What would change it"
SUGGESTED: Final = "Suggested"
DECISION: Final = "Decision"
UNTIL: Final = "Until"
NOTE: Final = "Note"
DECIDED_ON: Final = "Decided on"
WAS: Final = "Was"
"""Headers of the table. Key and Was are hidden; Was says what stood in Decision, Until, Note and Decided on when it was written, and by which night."""

NOTED: Final = "noted"
"""Verdict of a note without a decision."""

UNCLEAR: Final = "unclear"
"""Verdict of what nobody understands: none of the words, a date alone, or a row that names nothing. It is told, and nothing follows from it."""

IDENTIFY: Final = "identify"
"""Kind of the entries about who is who."""

ANSWER: Final = "answer"
"""Kind of the entries about questions that wait."""

EntryKind = Literal[
    "remove", "slot", "role", "promote", "rank", "answer", "identify", "card",
    "thank", "drift", "return", "star", "milestone",
]  # fmt: skip
"""What an entry of To do is about; the first part of its key."""

PERSONAL: Final = frozenset({"remove", "promote", "rank", "thank", "drift", "return", "star"})
"""Kinds of the entries about a person; the second part of their keys is the person's number."""

_PERSONAL: Final = re.compile(
    rf"(?P<kind>{'|'.join(sorted(PERSONAL))}):(?P<person>-?[0-9]{{1,18}})(?P<rest>(:.*)?)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Told:
    """The four cells of a row in which people write, as text; dates as YYYY-MM-DD, empty where nothing stands."""

    decision: str = ""
    until: str = ""
    note: str = ""
    decided_on: str = ""

    def mark(self, night: str) -> str:
        """What the hidden column Was holds: the cells and the *night* that wrote them, each as long as it is.

        So no two rows have the same by chance, and the same words in another night's workbook are another's.
        """
        return "|".join(
            f"{len(text)}:{text}" for text in (self.decision, self.until, self.note, self.decided_on, night)
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """What Was says: what stood in the cells, and which night wrote them."""

    told: Told
    night: str


def read_mark(text: str) -> Mark | None:
    """What *text* was made of (`Told.mark`); None: it is no mark, was cut, or somebody wrote into it."""
    parts: list[str] = []
    rest = text
    for _ in range(5):
        size, colon, rest = rest.partition(":")
        if not (colon and re.fullmatch("[0-9]{1,6}", size)):
            return None
        parts.append(rest[: int(size)])
        rest = rest[int(size) + 1 :]
    mark = Mark(Told(*parts[:4]), parts[4])
    return mark if mark.told.mark(mark.night) == text else None


@dataclass(frozen=True, slots=True)
class Edited:
    """A row of To do in which somebody wrote something: its cells, what it was about, and where and when it was found.

    `copy` is the file's name; `place` is `output` or `drive`; `row` counts from 1. `edited_at` is when the copy was saved last.
    """

    copy: str
    place: str
    row: int
    key: str
    what: str
    who: str
    reason: str
    proof: str
    told: Told
    was: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What an edit changed of the entry called `key`: its decision, its note (None: not the note), or both. `mark` tells it from others.

    `verdict` is a `Choice`, `withdrawn`, `noted` (no more than a note) or `unclear`, of which `word` is what stood there; `until` is the
    last day by the clan's calendar. `what` to `proof` are what the workbook said that evening, `origin` is where it was written;
    `noted_at` is the `now` of the night that read it first. `fate` is what became of it, first seen at `fate_at`.
    """

    key: str
    mark: str
    verdict: str
    decided_at: datetime
    until: date | None
    word: str
    note: str | None
    what: str
    who: str
    reason: str
    proof: str
    origin: str
    noted_at: datetime
    fate: str | None = None
    fate_at: datetime | None = None


def choice(text: str) -> Choice | None:
    """What a cell of Decision says, however it is written; None if it is none of the words."""
    said = " ".join(text.split()).casefold()
    return next((key for key, word in CHOICES.items() if said == word.casefold()), None)


def told(
    verdict: str, until: date | None, note: str, decided_on: date, *, unclear: str | None = None, is_over: bool = False
) -> Told:
    """What stands in the cells of a row about which *verdict* was decided.

    What was not understood (*unclear*) stands there as it was written, to be mended or cleared. What *is_over* and asked again leaves
    its cell free, or nobody could decide the same anew.
    """
    on, day = decided_on.isoformat(), "" if until is None else until.isoformat()
    if unclear is not None:
        return Told(unclear, day, note, on)
    if is_over:
        return Told("", "", note, on)
    return Told(next((word for choice, word in CHOICES.items() if choice == verdict), ""), day, note, on)


def entry_key(kind: EntryKind, *subject: int | str) -> str:
    """The key of an entry: the same every night for the same kind and person (or account, rank, message, card).

    Names of roles and cards may hold what no cell keeps as it is; a key is plain letters.
    """
    return ":".join((kind, *(quote(str(part), safe=":@", errors="replace") for part in subject)))


def kind_of(key: str) -> str:
    """The kind of the entry called *key*."""
    return key.partition(":")[0]


def person_of(key: str) -> int | None:
    """Whom an entry is about, if it is about a person."""
    found = _PERSONAL.fullmatch(key)
    return None if found is None else int(found["person"])


def numbered(key: str, persons: Mapping[int, int]) -> str:
    """*key* with the number that its person has today: it is that of their main account, which may be another one by now."""
    found = _PERSONAL.fullmatch(key)
    if found is None:
        return key
    person = int(found["person"])
    return f"{found['kind']}:{persons.get(person, person)}{found['rest']}"


def identify_key(player_id: int, account_id: int) -> str:
    """The key of the question whether a player and a Discord account are the same person."""
    return entry_key(IDENTIFY, account_id, player_id)


def pair_of(key: str) -> tuple[int, int] | None:
    """Player and account of a key of who is who, None of any other."""
    found = re.fullmatch(rf"{IDENTIFY}:([0-9]{{1,19}}):([0-9]{{1,18}})", key)
    return None if found is None else (int(found[2]), int(found[1]))
