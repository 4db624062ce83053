"""Log lines, for people and for programs: the run's id on each, secrets out of all.

All processes of a night write the same two files. A line is appended under a lock, to a file opened for that line alone: whichever
process finds a file full puts it aside without another losing a line, also on Windows, where no file that is open can be renamed.
"""

import json
import logging
import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus

from filelock import FileLock, Timeout

FORMAT: Final = "%(asctime)s %(levelname)-7s %(run)s %(name)s: %(message)s"
PLAIN: Final = "%(levelname)s: %(message)s"
FOR_PEOPLE: Final = "app.log"
FOR_PROGRAMS: Final = "app.jsonl"
OURS: Final = ("pipeline", "flows")
PATIENCE_S: Final = 2.0
"""So long a line waits for the lock; one that a stopped program holds is then done without."""
POLL_S: Final = 0.002
CONTINUED: Final = "    | "
"""Before each line of a traceback: what stands at the beginning of a line is a record of ours, whatever strangers call themselves."""

Veil = Callable[[str], str]
"""Takes the secrets out of a text."""


@dataclass(frozen=True, slots=True)
class Room:
    """How large a file grows, and how many full ones are kept beside it, `.1` the youngest."""

    file_bytes: int = 5_000_000
    files: int = 5


ROOM: Final = Room()


def start(
    output: Path,
    run_id: str,
    secrets: Iterable[str],
    *,
    stage: str | None = None,
    console: bool = True,
    room: Room = ROOM,
) -> None:
    """Log to `output/logs`, as text and as a line of JSON each, and to people on stderr: rich on a terminal, plain lines elsewhere.

    A log that cannot be written is told once on stderr, and stops nothing.
    """
    veil = veil_of(secrets)
    forms = {
        FOR_PEOPLE: _Words(veil, FORMAT, defaults={"run": run_id}),
        FOR_PROGRAMS: _Fields(veil, run_id, stage),
    }
    stop()
    handlers: list[logging.Handler] = [_Files(output / "logs", forms, room)]
    if console:
        handlers.append(_console(veil))
    logging.raiseExceptions = False  # a stderr that is gone is no reason for tracebacks into it
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        for handler in handlers:
            logger.addHandler(handler)


def stop() -> None:
    """Close what `start` opened."""
    for name in OURS:
        logger = logging.getLogger(name)
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
            handler.close()
    logging.raiseExceptions = True


@contextmanager
def aside(prefix: str, secrets: Iterable[str]) -> Iterator[Path]:
    """Keep errors alone, in a file of the machine's folder for passing things that is made with the first of them; all else is
    silent. For whoever may not write to the output folder, or cannot.
    """
    file = Path(tempfile.gettempdir()) / f"{prefix}{uuid.uuid4().hex}.log"
    kept, silent = logging.FileHandler(file, encoding="utf-8", delay=True), logging.NullHandler()
    kept.setLevel(logging.ERROR)
    kept.setFormatter(_Words(veil_of(secrets), FORMAT, defaults={"run": "-"}))
    stop()
    for name in OURS:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(kept)
    logging.getLogger().addHandler(silent)
    try:
        yield file
    finally:
        stop()
        logging.getLogger().removeHandler(silent)


def veil_of(secrets: Iterable[str]) -> Veil:
    """What takes *secrets* out of a text. The longest go first: one that begins another would uncover the other's rest."""
    forms = {secret for secret in secrets if secret}
    for _ in range(2):  # a text of JSON may stand in a repr
        forms |= {form for known in forms for form in _spellings(known)}
    spelled = sorted(forms, key=len, reverse=True)

    def hide(text: str) -> str:
        for form in spelled:
            text = text.replace(form, "[secret]")
        return text

    return hide


def _spellings(secret: str) -> Iterable[str]:
    """*secret* as it looks in a repr, in JSON, and in an address."""
    yield secret.replace("\\", "\\\\").replace("'", "\\'")
    yield from (spell(secret)[1:-1] for spell in (repr, ascii, json.dumps))
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, errors="replace")
    yield quote(secret, safe="", errors="replace")
    yield quote_plus(secret, errors="replace")


class _Words(logging.Formatter):
    """A line as people read it: what begins a line is a record of ours. It is veiled when it is whole, with its traceback."""

    def __init__(self, veil: Veil, form: str, defaults: Mapping[str, str] | None = None) -> None:
        super().__init__(form, defaults=defaults)
        self._veil = veil

    def format(self, record: logging.LogRecord) -> str:
        return self._veil(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        record.message = _on_one_line(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return "\n".join(f"{CONTINUED}{_on_one_line(line)}" for line in super().formatException(ei).splitlines())


def _on_one_line(text: str) -> str:
    """*text* with what would break its line, or turn it around, spelt out."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


class _Fields(logging.Formatter):
    """A line as an object of JSON. Texts are veiled before they are encoded: a secret with a quote in it looks different then."""

    def __init__(self, veil: Veil, run_id: str, stage: str | None) -> None:
        super().__init__()
        self._veil = veil
        self._run_id = run_id
        self._stage = stage

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {
            "at": at,
            "level": record.levelname,
            "run": self._run_id,
            "stage": self._stage,
            "logger": record.name,
            "text": self._veil(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = self._veil(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class _Files(logging.Handler):
    """Appends each record to files of one folder, in a form for each, and puts full ones aside."""

    def __init__(self, folder: Path, forms: Mapping[str, logging.Formatter], room: Room) -> None:
        super().__init__()
        self._folder = folder
        self._forms = forms
        self._room = room
        self._lock = FileLock(folder / ".lock")
        self._complained = False

    def emit(self, record: logging.LogRecord) -> None:
        try:
            lines = {name: form.format(record) + "\n" for name, form in self._forms.items()}
            self._write({self._folder / name: line.encode("utf-8", "backslashreplace") for name, line in lines.items()})
        except OSError as error:
            self._complain(error)
        except Exception:  # noqa: BLE001 - no line is worth a night
            self.handleError(record)

    def _write(self, lines: Mapping[Path, bytes]) -> None:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)  # other users of the machine have no business there
        try:
            turn: AbstractContextManager[object] = self._lock.acquire(timeout=PATIENCE_S, poll_interval=POLL_S)
        except Timeout:
            turn = nullcontext()
        with turn:
            for path, line in lines.items():
                if self._lock.is_locked and _size(path) + len(line) > self._room.file_bytes:
                    _put_aside(path, self._room.files)
                _append(path, line)

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            with suppress(OSError, ValueError, AttributeError):
                sys.stderr.write(
                    f"WARNING: The log in {self._folder} cannot be written ({error.strerror}); what is done goes on without it.\n"
                )


def _append(path: Path, line: bytes) -> None:
    """Add *line* to the file, below a line that a full disk or a killed program cut off."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _put_aside(path: Path, kept: int) -> None:
    """Make room for a new file; one that an editor holds open stays, grows, and is tried again with the next line."""
    full = [path.with_name(f"{path.name}.{number}") for number in range(kept + 1)]
    with suppress(OSError):
        path.replace(full[0])  # first, so that a file that stays pushes no older one out
        for number in range(kept, 0, -1):
            if full[number - 1].exists():
                full[number - 1].replace(full[number])


def _console(veil: Veil) -> logging.Handler:
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.logging import RichHandler

        handler: logging.Handler = RichHandler(
            console=Console(stderr=True), show_path=False, show_time=False, markup=False
        )
        handler.setFormatter(_Words(veil, "%(message)s"))
        return handler
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Words(veil, PLAIN))
    return handler
