"""Write beside, flush, replace: a reader sees the whole old file or the whole new one, never half of either."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

from pipeline.errors import PublishError
from pipeline.moving import patiently

FRESH_LOCK_S: Final = 24 * 3600
"""A lock file older than this was left behind by a program that crashed."""

ORDINARY: Final = 0o666
PRIVATE: Final = 0o600
"""Rights of a new file, less what the user's umask takes; a private one nobody else on this machine can read."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Occupied(PublishError):
    """This one file cannot be replaced, though its folder can be written: it is open elsewhere, or no file at all."""


class Kept(Occupied):
    """This one file must not be replaced: there is something in it that is nowhere else."""


def any_place(_path: Path) -> bool:
    """Whatever is there may be replaced."""
    return True


@contextmanager
def replacing(
    path: Path, may_replace: Callable[[Path], bool] = any_place, rights: int = ORDINARY
) -> Iterator[BinaryIO]:
    """A file to write that becomes *path* when the block ends well, and vanishes when it does not.

    The name beside is always the same one, so that what a killed run left is overwritten, not collected. *may_replace* has the
    last word, when all is written: people save their files whenever they like.
    """
    beside = path.with_name(f".{path.name}.partial")
    try:
        _forget(beside)  # a file that is there keeps the rights it has
        with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, rights)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if not may_replace(path):
            raise Kept(f"{path} was changed since it was read, so it was not replaced.")
        _replace(beside, path)
        _flush_folder(path.parent)
    except OSError as error:
        raise _in_words(error, path) from error
    finally:
        _forget(beside)


def write_bytes(
    path: Path, content: bytes, may_replace: Callable[[Path], bool] = any_place, rights: int = ORDINARY
) -> Path:
    """Put *content* in place of *path*."""
    with replacing(path, may_replace, rights) as file:
        file.write(content)
    return path


def write_text(path: Path, content: str, rights: int = ORDINARY) -> Path:
    """Put *content* in place of *path*, as UTF-8 with the line ends it has."""
    return write_bytes(path, content.encode(), rights=rights)


def copy(source: Path, target: Path) -> Path:
    """Put a copy of *source* in place of *target*."""
    try:
        with source.open("rb") as original, replacing(target) as file:
            shutil.copyfileobj(original, file)
    except OSError as error:
        raise PublishError(f"{source} cannot be read: {error.strerror}.") from error
    return target


def open_elsewhere(path: Path) -> bool:
    """Whether Excel or LibreOffice has *path* open, by the fresh lock file that they keep beside it."""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    return any(_is_fresh(lock) for lock in locks)


def write_or_date(
    path: Path, content: bytes, on: date, may_replace: Callable[[Path], bool] = any_place, rights: int = ORDINARY
) -> Path:
    """Put *content* in place of *path* or, while that is open elsewhere or must stay, of a dated sibling; says which."""
    for place in (path, *dated(path, on)):
        if not open_elsewhere(place):
            with suppress(Occupied):
                return write_bytes(place, content, may_replace, rights)
    raise Occupied(
        f"{path} and its dated copies are open elsewhere, or were changed since they were read: close them, and run again."
    )


def dated(path: Path, on: date) -> tuple[Path, ...]:
    """The names beside *path* for what is written on the day *on*, in the order in which they are tried."""
    ends = ("", "_2", "_3")
    return tuple(path.with_name(f"{path.stem}_{on.isoformat()}{end}{path.suffix}") for end in ends)


def _replace(beside: Path, path: Path) -> None:
    try:
        patiently(beside.replace, path)
    except (PermissionError, IsADirectoryError) as error:
        raise Occupied(
            f"{path} cannot be replaced: close it in the program that has it open, and run again ({error.strerror})."
        ) from error


def _in_words(error: OSError, path: Path) -> PublishError:
    if error.errno in _FULL:
        return PublishError(f"No space is left to write {path}: free some on that disk, and run again.")
    if isinstance(error, PermissionError):
        return PublishError(f"{path} may not be written: give this user the right to write to {path.parent}.")
    if isinstance(error, FileNotFoundError):
        return PublishError(f"{path} cannot be written: the folder {path.parent} does not exist.")
    return PublishError(f"{path} cannot be written: {error.strerror or error}.")


def _is_fresh(lock: Path) -> bool:
    """Whether *lock* is there and young, by the clock of the disk it lies on: a shared drive has its own."""
    try:
        written = lock.stat().st_mtime
    except OSError:
        return False
    probe = lock.with_name(f".{lock.name}.age")
    try:
        probe.touch()
        return probe.stat().st_mtime - written < FRESH_LOCK_S
    except OSError:
        return True
    finally:
        _forget(probe)


def _forget(path: Path) -> None:
    """Remove what was written beside, if the disk lets us; the next run overwrites what stays."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where folders can be flushed: not on Windows, nor on every drive."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
