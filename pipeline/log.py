"""Log lines: the run's id on each, secrets out of all."""

import logging
import logging.handlers
import sys
from collections.abc import Iterable
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
    output.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)  # other users of the machine have no business there
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


def _console() -> logging.Handler:
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.logging import RichHandler

        return RichHandler(console=Console(stderr=True), show_path=False, show_time=False, markup=False)
    plain = logging.StreamHandler(sys.stderr)
    plain.setFormatter(logging.Formatter(PLAIN))
    return plain
