"""A new name for a file or a folder, though a virus scanner or a program that syncs holds it for a moment, as they do on Windows."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

PATIENCE_S: Final = 2.0
PAUSE_S: Final = 0.1


def patiently(move: Callable[[Path], Path], target: Path) -> Path:
    """Do *move*, a path's own `rename` or `replace`, to *target*; what may not be moved may be a moment later."""
    try:
        return move(target)
    except PermissionError:
        import tenacity  # rarely needed, and slow to load

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(PermissionError),
            stop=tenacity.stop_after_delay(PATIENCE_S),
            wait=tenacity.wait_fixed(PAUSE_S),
            reraise=True,
        )
        return retrying(move, target)
