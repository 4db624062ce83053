"""Every copy of the workbook, read back into one landing."""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain.decisions import Edited
from pipeline.errors import Unreadable
from pipeline.sources.landing import LandingWriter
from pipeline.sources.workbook.copies import Copy, Place, fetch, folders, paths, unfetched
from pipeline.sources.workbook.decode import decode
from pipeline.sources.workbook.rows import COPIES, DECISIONS, of_copies, of_edited


@dataclass(frozen=True, slots=True)
class Reading:
    """A copy, where it lies, and the rows in it that somebody edited."""

    copy: Copy
    path: Path
    rows: tuple[Edited, ...] = ()


def read_copies(output: Path, drive: Path | None, untouched: Container[str] = ()) -> list[Reading]:
    """All copies in the two folders, read. A workbook that is neither named like ours nor holds our table is none.

    *untouched* are the digests of what nobody has changed since we wrote it: such a copy is not opened, for nobody decided in it.
    """
    found = [(place, path) for place, folder in folders(output, drive) for path in paths(folder)]
    readings = [read_copy(path, place, untouched) for place, path in found]
    return [reading for reading in readings if reading is not None]


def read_copy(path: Path, place: Place, untouched: Container[str] = ()) -> Reading | None:
    """The copy at *path*, whatever is wrong with it; None if it is gone by now, or none of ours."""
    try:
        copy, content = fetch(path, place)
    except FileNotFoundError:
        return None
    except Unreadable as error:
        reading = Reading(unfetched(path, place, str(error)), path)
        return reading if reading.copy.is_ours else None
    if copy.sha256 in untouched:
        return Reading(copy, path)
    if copy.state == "unread":
        return Reading(copy, path) if copy.is_ours else None
    try:
        found = decode(copy, content)
    except Unreadable as error:
        return Reading(copy.unread(str(error)), path) if copy.is_ours else None
    if not (found.has_table or copy.is_ours):
        return None
    copy = replace(
        copy,
        state="read" if found.whole else "unread",
        problem=found.problem if found.whole else f"could not be read whole ({found.problem})",
    )
    return Reading(copy, path, tuple(found.rows))


def harvest(writer: LandingWriter, readings: list[Reading], failure: Callable[[Reading], str | None]) -> None:
    """Fill the landing of *writer*, with a *failure* in words for each copy that people should look after."""
    writer.write(COPIES, of_copies(tuple(reading.copy for reading in readings)), path=COPIES, query={})
    with writer.lines(DECISIONS, path=DECISIONS) as lines:
        for reading in readings:
            for row in reading.rows:
                lines.write(of_edited(row))
    for reading in readings:
        said = failure(reading)
        if said is not None:
            writer.fail("copy", said)
