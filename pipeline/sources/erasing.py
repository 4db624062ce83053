"""Landings without somebody: parts are filtered and written beside, and the new folder takes the old one's place.

Only what holds them is written anew. A kill leaves the old landing or the new one, whole either way, or what `mend` puts right.
"""

import gzip
import logging
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pipeline.domain.forgotten import Forgotten
from pipeline.errors import StorageError, Unreadable
from pipeline.moving import patiently
from pipeline.sources import landing as landings
from pipeline.sources.discord import rows as talk
from pipeline.sources.landing import MANIFEST, OLD, PARTIAL, UNREADABLE
from pipeline.sources.manifest import Manifest, Part, to_json
from pipeline.sources.workbook import rows as workbook

log = logging.getLogger(__name__)

PEOPLE: Final = ("discord", "workbook")
"""Sources that tell of people in Discord."""

Keep = Callable[[Any], Any]
"""A row as it may stay, None if it may not."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of the landings: those `changed`, and those that nobody can read, which are `removed`."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]


def erase(root: Path, who: Forgotten, loaded: Collection[str]) -> Rewritten:
    """Take *who* out of whatever lies under *root*."""
    unreadable = tuple(_remove_unreadable(root))
    found = rewrite(root, who, loaded)
    return replace(found, removed=unreadable + found.removed)


def rewrite(root: Path, who: Forgotten, loaded: Collection[str]) -> Rewritten:
    """Take *who* out of every whole landing under *root*. Of those not *loaded* yet, decisions about the game stay to be loaded."""
    removed, changed = [], []
    mend(root)
    for path in landings.whole_landings(root):
        try:
            if free(path, who, is_loaded=path.name in loaded):
                changed.append(path.name)
        except Unreadable:
            _remove(path)
            removed.append(path.name)
    return Rewritten(tuple(changed), tuple(removed))


def free(path: Path, who: Forgotten, *, is_loaded: bool) -> bool:
    """Write the landing at *path* anew if it holds *who*; whether it did."""
    try:
        return _tells_of_people(path.name) and _erase(path, who, is_loaded=is_loaded)
    except OSError as error:
        raise StorageError(
            f"The landing {path.name} cannot be written anew: {error.strerror}. Make room there."
        ) from error


def mend(root: Path) -> None:
    """Put back a landing whose place was empty when the run was killed."""
    for old in sorted(root.glob(f"*{OLD}")) if root.is_dir() else []:
        place = old.with_name(old.name.removesuffix(OLD))
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            patiently(old.rename, place)


def _tells_of_people(name: str) -> bool:
    return any(f"-{source}-" in name for source in PEOPLE)


def _remove_unreadable(root: Path) -> Iterator[str]:
    """Landings that are half written, or that nobody could read: what they hold cannot be told."""
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if path.suffix in (PARTIAL, UNREADABLE) and _tells_of_people(path.name):
            _remove(path)
            yield path.name


def _remove(path: Path) -> None:
    doomed = path if path.suffix == PARTIAL else patiently(path.rename, path.with_name(path.name + PARTIAL))
    shutil.rmtree(doomed, ignore_errors=True)


def _erase(path: Path, who: Forgotten, *, is_loaded: bool) -> bool:
    manifest = landings.read_manifest(path)
    filters = _of_talk(path, who) if manifest.source == "discord" else _of_workbook(who, is_loaded=is_loaded)
    found = {part.file: _filtered(path, part, filters[part.role]) for part in manifest.parts if part.role in filters}
    parts = {name: rows for name, (rows, is_changed) in found.items() if is_changed}
    failed = tuple(replace(failure, error=who.struck(failure.error)) for failure in manifest.failed)
    if not parts and failed == manifest.failed:
        return False
    _replace(path, replace(manifest, failed=failed), parts)
    return True


def _of_talk(path: Path, who: Forgotten) -> dict[str, Keep]:
    """What to keep of each part of a landing of Discord."""
    told = {row["id"] for row in landings.rows(path, "messages") if row["author"] in who.accounts}
    threads = replace(who, messages=who.messages | told)

    def message(row: Any) -> Any:
        return None if row["author"] in who.accounts or who.is_alias(row.get("relayed")) else row

    def account(row: Any) -> Any:
        return None if row["id"] in who.accounts else row

    def channel(row: Any) -> Any:
        found = talk.channel_of(row)
        kept = threads.channel(found)
        return row if kept == found else talk.of_channel(kept)

    return {"messages": message, "accounts": account, "authors": account, "channels": channel}


def _of_workbook(who: Forgotten, *, is_loaded: bool) -> dict[str, Keep]:
    def edited(row: Any) -> Any:
        found = workbook.edited_of(row)
        kept = who.edit(found, is_loaded=is_loaded)
        return row if kept == found else kept and workbook.of_edited(kept)

    def copies(row: Any) -> Any:
        return [{**copy, "problem": who.struck(copy["problem"])} for copy in row]

    return {workbook.DECISIONS: edited, workbook.COPIES: copies}


def _filtered(path: Path, part: Part, keep: Keep) -> tuple[list[Any], bool]:
    """The rows of *part* that stay, and whether that is less than there was."""
    rows, kept = list(landings.rows_of(path, part)), []
    try:
        kept = [keep(row) for row in rows]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"The landing {path.name}, {part.file}: is not of the agreed form ({error!r}).") from None
    return [row for row in kept if row is not None], kept != rows


def _replace(path: Path, manifest: Manifest, parts: dict[str, list[Any]]) -> None:
    """Put a landing with these *parts* in the place of *path*."""
    beside, old = path.with_name(path.name + PARTIAL), path.with_name(path.name + OLD)
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(path, beside)
    made = tuple(_written(beside, part, parts[part.file]) if part.file in parts else part for part in manifest.parts)
    landings.write_whole(beside / MANIFEST, to_json(replace(manifest, parts=made)).encode())
    landings.sync_folder(beside)
    patiently(path.rename, old)
    patiently(beside.rename, path)
    landings.sync_folder(path.parent)
    shutil.rmtree(old)
    log.info("The landing %s was written anew.", path.name)


def _written(folder: Path, part: Part, rows: list[Any]) -> Part:
    with (folder / part.file).open("wb") as plain:
        with gzip.GzipFile("", "wb", landings.LEVEL, plain, mtime=0) as pack:
            lines = landings.LineWriter(pack)
            for row in rows:
                lines.write(row)
        plain.flush()
        os.fsync(plain.fileno())
    return replace(part, bytes=lines.bytes, sha256=lines.sha256)
