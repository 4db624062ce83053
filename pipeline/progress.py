"""Progress that people see: a bar on a terminal, now and then a plain line elsewhere."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

logger = logging.getLogger(__name__)

EVERY: Final = 25
"""Steps between two plain lines."""


class Counter:
    """Counts steps towards a total that becomes known on the way."""

    def __init__(self, show: Callable[[int, int | None], None]) -> None:
        self._show = show
        self.done = 0
        self.total: int | None = None

    def expect(self, total: int) -> None:
        """There are *total* steps."""
        self.total = total
        self._show(self.done, self.total)

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        self._show(self.done, self.total)


@contextmanager
def counting(what: str) -> Iterator[Counter]:
    """Show how far *what* has come while the block runs."""
    if not sys.stderr.isatty():
        yield Counter(lambda done, total: _line(what, done, total))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield Counter(lambda done, total: bar.update(task, completed=done, total=max(done, total) if total else None))


def _line(what: str, done: int, total: int | None) -> None:
    if done and done % EVERY == 0:
        logger.info("%s: %d of about %s.", what, done, total if total is not None else "?")
