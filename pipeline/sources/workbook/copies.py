"""Copies of the workbook in a folder: ours, dated ones, Drive's conflict copies, and what people renamed."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, get_args

from pipeline.errors import Unreadable

Place = Literal["output", "drive"]
"""The folder that a copy was found in: where reports are written, or where they are deployed to."""

CopyState = Literal["read", "unread"]
"""`unread`: there may be decisions in it that are not in the landing, so it must not be replaced."""

PLACES: Final[tuple[Place, ...]] = get_args(Place)
STATES: Final[tuple[CopyState, ...]] = get_args(CopyState)

OURS: Final = "clan_report_summary_merged"
"""What the names of our own copies begin with."""

LARGEST: Final = 50_000_000
"""Bytes of a file that is read; a workbook of 500 members has 1 to 4 million."""


MOST_OTHERS: Final = 50
"""Workbooks of other names that are looked into: somebody may deploy to a folder full of them."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as it was found: `bytes` and `sha256` are those of what was read, `modified` is when it was saved last, in UTC.

    `problem` says in words what is odd about it, or why it could not be read; without content `sha256` is empty.
    """

    place: Place
    name: str
    bytes: int
    sha256: str
    modified: datetime
    state: CopyState = "read"
    problem: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether its name says that we wrote it, so that people look for their decisions there."""
        return _is_ours(self.name)

    def unread(self, problem: str) -> "Copy":
        """The same, not read, or not to its end."""
        return replace(self, state="unread", problem=problem)


def paths(folder: Path) -> list[Path]:
    """Our copies at the top of *folder*, and the latest of all other workbooks there, each by name. No folder, no workbooks.

    Lock files, and what is being written, are none.
    """
    try:
        found = sorted((path for path in folder.iterdir() if _may_be_a_copy(path)), key=lambda path: path.name)
    except OSError:
        return []
    others = sorted((path for path in found if not _is_ours(path.name)), key=_saved, reverse=True)[:MOST_OTHERS]
    return [path for path in found if _is_ours(path.name)] + sorted(others, key=lambda path: path.name)


def fetch(path: Path, place: Place) -> tuple[Copy, bytes]:
    """The copy at *path* and all its bytes, read once: a file that changes meanwhile is known by what was read of it.

    Raises `Unreadable` for one that the disk does not give, and `FileNotFoundError` for one that is gone by now. One that is too
    large is not read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
            status = os.fstat(file.fileno())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror or type(error).__name__})") from error
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    if len(content) > LARGEST:
        copy = Copy(place, path.name, status.st_size, "", modified)
        return copy.unread(f"is larger than {LARGEST // 1_000_000} MB"), b""
    return Copy(place, path.name, len(content), hashlib.sha256(content).hexdigest(), modified), content


def unfetched(path: Path, place: Place, problem: str) -> Copy:
    """The copy at *path*, of which nothing but its name may be known."""
    try:
        status = path.stat()
    except OSError:
        return Copy(place, path.name, 0, "", datetime.fromtimestamp(0, UTC), "unread", problem)
    return Copy(place, path.name, status.st_size, "", datetime.fromtimestamp(status.st_mtime, UTC), "unread", problem)


def folders(output: Path, drive: Path | None) -> Iterator[tuple[Place, Path]]:
    """Where copies lie; a drive that is the output folder itself is looked through once."""
    yield "output", output
    if drive is not None and drive.resolve() != output.resolve():
        yield "drive", drive


def _is_ours(name: str) -> bool:
    return name.casefold().startswith(OURS)


def _saved(path: Path) -> float:
    """When *path* was saved last; one that is gone by now, long ago."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _may_be_a_copy(path: Path) -> bool:
    hidden = path.name.startswith(("~$", "."))
    return path.suffix.casefold() == ".xlsx" and not hidden and path.is_file()
