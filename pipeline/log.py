"""Log lines: the run's id on each, secrets out of all."""

import logging
import logging.handlers
import sys
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FORMAT: Final = "%(asctime)s %(levelname)-7s %(run)s %(name)s: %(message)s"
PLAIN: Final = "%(levelname)s: %(message)s"
FILE_BYTES: Final = 5_000_000
FILES: Final = 5
OURS: Final = ("pipeline", "flows")


class _Marked(logging.Filter):
    """Puts the run's id on a record and takes secrets out of its text and its traceback."""

    def __init__(self, run_id: str, secrets: Iterable[str]) -> None:
        super().__init__()
        self._run_id = run_id
        # The longest first: a secret that begins another would uncover the other's rest.
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        record.run = self._run_id
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        record.msg, record.args = text, None
        return True


def start(output: Path, run_id: str, secrets: Iterable[str], *, console: bool = True) -> None:
    """Log to `output/logs/app.log`, and to people on stderr: rich on a terminal, plain lines elsewhere."""
    folder = output / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(
        folder / "app.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8", delay=True
    )
    file.setFormatter(logging.Formatter(FORMAT))
    handlers: list[logging.Handler] = [file]
    if console:
        handlers.append(_console())
    stop()
    marked = _Marked(run_id, secrets)
    for handler in handlers:
        handler.addFilter(marked)
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


@contextmanager
def aside(prefix: str, secrets: Iterable[str]) -> Iterator[Path]:
    """Keep errors alone, in a file of the machine's folder for passing things that is made with the first of them; all else is
    silent. For whoever may not write to the output folder, or cannot.
    """
    file = Path(tempfile.gettempdir()) / f"{prefix}{uuid.uuid4().hex}.log"
    kept, silent = logging.FileHandler(file, encoding="utf-8", delay=True), logging.NullHandler()
    kept.setLevel(logging.ERROR)
    kept.setFormatter(logging.Formatter(FORMAT))
    kept.addFilter(_Marked("-", secrets))
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


def _console() -> logging.Handler:
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.logging import RichHandler

        return RichHandler(console=Console(stderr=True), show_path=False, show_time=False, markup=False)
    plain = logging.StreamHandler(sys.stderr)
    plain.setFormatter(logging.Formatter(PLAIN))
    return plain
