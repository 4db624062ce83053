"""Which workbooks hold nothing that nobody has read: those we wrote, and those that were read back since.

A workbook is where officers write, so one that was changed since is never replaced. The ledger lies beside the outputs; without it
nothing is known, and everything that is there stays until it was read.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from pipeline.outputs.files import PRIVATE, write_text

LEDGER: Final = ".workbooks.json"
SCHEMA_VERSION: Final = 1
MOST: Final = 1_000
"""Entries that are kept. Copies that are there are noted anew every night, so that only what is gone falls out."""

Did = Literal["wrote", "read"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What we did last with `copy` (place/name) when its bytes had `sha256`."""

    copy: str
    sha256: str
    did: Did


class Guard:
    """Asked before a place is replaced; remembers in `refused` what has to stay."""

    def __init__(self, knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self.refused: list[Path] = []

    def __call__(self, path: Path) -> bool:
        """Whether *path* may be replaced: nothing is there, or a file whose bytes we know. What is no file is not ours to judge."""
        if not path.is_file():
            return True
        try:
            known = self._knows(hashlib.sha256(path.read_bytes()).hexdigest())
        except FileNotFoundError:
            return True
        except OSError:
            known = False
        if not known:
            self.refused.append(path)
        return known


class Ledger:
    """The ledger of the folder *output*. A content is known wherever it lies: people rename and copy workbooks."""

    def __init__(self, output: Path) -> None:
        self._file = output / LEDGER

    def entries(self) -> list[Entry]:
        """What is known, oldest first; a ledger that cannot be understood knows nothing."""
        try:
            content = json.loads(self._file.read_text("utf-8"))
            if content["schema_version"] != SCHEMA_VERSION:
                return []
            return [Entry(str(row["copy"]), str(row["sha256"]), row["did"]) for row in content["entries"]]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return []

    def note(self, did: Did, copies: Iterable[tuple[str, str]]) -> None:
        """Write down what was done with *copies* (place/name, sha256). It is written even if nothing is new, over what a kill left.

        What we wrote stays so, whoever reads it.
        """
        fresh, ours = list(dict.fromkeys(copies)), self.written()
        kept = [entry for entry in self.entries() if (entry.copy, entry.sha256) not in fresh]
        noted = [Entry(copy, sha256, "wrote" if sha256 in ours else did) for copy, sha256 in fresh]
        entries = [*kept, *noted][-MOST:]
        content = {"schema_version": SCHEMA_VERSION, "entries": [asdict(entry) for entry in entries]}
        write_text(self._file, json.dumps(content, indent=1, ensure_ascii=False) + "\n", PRIVATE)

    def announce(self, path: Path, content: bytes) -> None:
        """Write down that *content* is ours before it comes to *path*, so that a kill leaves nothing unknown there."""
        self.note("wrote", [(f"output/{path.name}", hashlib.sha256(content).hexdigest())])

    def written(self) -> frozenset[str]:
        """The digests of what we wrote: a copy that still has one of them holds nothing that anybody added."""
        return frozenset(entry.sha256 for entry in self.entries() if entry.did == "wrote")

    def knows(self, sha256: str) -> bool:
        """Whether we wrote or read what has this digest."""
        return any(entry.sha256 == sha256 for entry in self.entries())

    def guard(self) -> Guard:
        """Who says which places may be replaced."""
        known = {entry.sha256 for entry in self.entries()}
        return Guard(known.__contains__)
