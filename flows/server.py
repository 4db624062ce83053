"""`python -m flows.server`: Prefect's server as a child of the scheduler, which ends with it.

The server holds a lock for as long as it lives, and says in a record beside it who it is. So whoever cannot get the lock knows that
the record speaks of a living server of this very folder, and whoever gets it knows that the number in the record may be
anybody's by now. That needs no list of the system's, and holds on every system.
"""

import json
import logging
import logging.handlers
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from pipeline import clock
from pipeline.children import end_with_parent
from pipeline.errors import ClanError
from pipeline.outputs.files import write_text
from pipeline.outputs.instants import iso

RECORD: Final = "server.json"
LOCK: Final = ".server.lock"
HOST: Final = "127.0.0.1"
GRACE_S: Final = 10.0
LOG_BYTES: Final = 1_000_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """A server, as it tells of itself."""

    pid: int
    port: int
    started_at: str

    @property
    def api(self) -> str:
        """Where its API is."""
        return f"http://{HOST}:{self.port}/api"


def read_record(folder: Path) -> Record | None:
    """What the last server of *folder* wrote; None if there was none, or if that cannot be read."""
    try:
        return Record(**json.loads((folder / RECORD).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def end_orphan(folder: Path, grace_s: float = GRACE_S) -> int | None:
    """End a server of *folder* that outlived its scheduler, and give its number; None if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    ended = None
    for hard in (False, True):
        if _is_free(folder, 0):
            (folder / RECORD).unlink(missing_ok=True)
            return ended
        orphan = _holder(folder)
        if orphan is not None:
            with suppress(ProcessLookupError):
                os.kill(orphan.pid, signal.SIGTERM if not hard or sys.platform == "win32" else signal.SIGKILL)
            ended = orphan.pid
        _is_free(folder, grace_s)
    if not _is_free(folder, 0):
        raise ClanError(f"An earlier server of {folder} does not end: end the program that holds {folder / LOCK}.")
    (folder / RECORD).unlink(missing_ok=True)
    return ended


def _holder(folder: Path) -> Record | None:
    """Who holds the lock. One that has just got it takes a moment to say so, and until then the record is another's."""
    seen = read_record(folder)
    time.sleep(1)
    return seen if seen == read_record(folder) and not _is_free(folder, 0) else None


def _is_free(folder: Path, patience_s: float) -> bool:
    try:
        with FileLock(folder / LOCK, timeout=patience_s):
            return True
    except Timeout:
        return False


@contextmanager
def _told(folder: Path, port: int) -> Iterator[None]:
    """Hold the lock, and say who does."""
    with FileLock(folder / LOCK, timeout=0):
        record = Record(os.getpid(), port, iso(clock.now()))
        write_text(folder / RECORD, json.dumps(asdict(record)) + "\n")
        yield
        (folder / RECORD).unlink(missing_ok=True)


def serve(folder: Path, log_file: Path) -> None:
    """Serve Prefect's API on a free port of this machine until a signal comes; what goes wrong is told in *log_file*."""
    with socket.create_server((HOST, 0)) as door, _told(folder, door.getsockname()[1]):
        import uvicorn
        from prefect.server.api.server import create_app

        # Uvicorn raises the signal that ended it once more; this process must still take its record away.
        signal.signal(signal.SIGTERM, lambda _number, _frame: None)
        app = create_app(final=True)
        _log_to(log_file)
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[door])


def _log_to(file: Path) -> None:
    """Send warnings of every library to *file*, which stays small, and to nobody else."""
    handler = logging.handlers.RotatingFileHandler(
        file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    for name in (None, "prefect", "prefect.server", "uvicorn", "fastapi"):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name is None else []
        logger.propagate = True
        logger.setLevel(logging.WARNING)


if __name__ == "__main__":
    end_with_parent()
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
