"""Files that may be gone by the time they are looked at: a night at work replaces them under our eyes."""

from pathlib import Path


def weight(file: Path) -> int:
    """Bytes of *file*, 0 if it is not there."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def written_at(file: Path) -> float | None:
    """When *file* was written, in seconds since 1970, None if it is not there."""
    try:
        return file.stat().st_mtime
    except OSError:
        return None
