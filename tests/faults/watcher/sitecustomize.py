"""Lies on the path of children that a test starts: counts the points at which a stage could die, and stops it at one.

A point is just before and after a file of the watched folder is opened for writing, before one is renamed, flushed or
removed, before a request goes out, before a statement, and just before and after a commit. Nothing of ours is touched:
audit events, SQLAlchemy's hooks and a few functions of the library around it tell. Without `WATCH_STAGE`, or in any other process than that stage, this does nothing.
"""

import builtins
import io
import itertools
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

STAGE = os.environ.get("WATCH_STAGE", "")
FOLDER = os.environ.get("WATCH_FOLDER", "")
LOG = os.environ.get("WATCH_LOG", "")
AT = int(os.environ.get("WATCH_AT", "0"))
DEED = os.environ.get("WATCH_DEED", "kill")

_MOVES = {
    "os.rename": "rename",
    "os.remove": "remove",
    "os.mkdir": "mkdir",
    "os.rmdir": "remove",
    "sqlite3.connect": "database",
}


class Watch:
    """Writes every point down, one a line with its instant, and strikes at the one asked for."""

    def __init__(self) -> None:
        self._log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._number = itertools.count(1)
        self._fsync = os.fsync
        self._open = builtins.open

    def point(self, kind: str) -> None:
        """Here the stage could die."""
        os.write(self._log, f"{kind} {time.monotonic_ns()}\n".encode())
        if next(self._number) != AT:
            return
        if DEED == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(self._log, f"halted {os.getpid()}\n".encode())
        time.sleep(600)

    def open(self, file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        """A file just opened for writing is empty: the moment at which a reader must not see it."""
        opened = self._open(file, mode, *arguments, **named)
        if _is_writing(mode, None) and _is_watched(file):
            self.point(f"opened{Path(os.fsdecode(file).removesuffix('.partial')).suffix}")
        return opened

    def audit(self, event: str, given: tuple[Any, ...]) -> None:
        """What the interpreter is about to do."""
        if event == "open":
            if _is_writing(given[1], given[2]) and _is_watched(given[0]):
                self.point("write")
        elif event in _MOVES:
            if _is_watched(given[0]):
                self.point(_MOVES[event])
        elif event == "http.client.send":
            self.point("request")

    def flush(self, handle: int) -> None:
        """os.fsync tells no auditor."""
        self.point("flush")
        self._fsync(handle)


def _is_writing(mode: object, flags: object) -> bool:
    wanted = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    return bool(flags & wanted) if isinstance(flags, int) else any(letter in str(mode) for letter in "wax+")


def _is_watched(path: object) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    name = os.fsdecode(path)
    return name.startswith(FOLDER) and f"{os.sep}logs{os.sep}" not in name


def _watch() -> None:
    from sqlalchemy import Engine, event
    from sqlalchemy.engine.default import DefaultDialect

    watch = Watch()
    really_commit: Any = DefaultDialect.do_commit

    def do_commit(self: Any, connection: Any) -> None:
        watch.point("commit")
        really_commit(self, connection)
        watch.point("committed")

    def before(*_: object) -> None:
        watch.point("statement")

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    os.fsync = watch.flush  # type: ignore[assignment]
    builtins.open = io.open = watch.open
    event.listen(Engine, "before_cursor_execute", before)
    sys.addaudithook(watch.audit)


if STAGE and sys.orig_argv[1:4] == ["-m", "pipeline", STAGE]:
    _watch()
