"""A night from its orders to its verdict, whoever asked for it: the command, or the schedule."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from pipeline import log
from pipeline.errors import ClanError, ConfigError, Denied
from pipeline.job import Job
from pipeline.runs import Busy, Verdict, alone, begin, done_before, end, prepare, verdict_of
from pipeline.settings import Settings

FAILED: Final = 1
WRONG: Final = 2
INCOMPLETE: Final = 3
BUSY: Final = 4

logger = logging.getLogger(__name__)


def code_of(error: ClanError) -> int:
    """The exit code that *error* stands for."""
    if isinstance(error, Busy):
        return BUSY
    return WRONG if isinstance(error, ConfigError | Denied) else FAILED


@contextmanager
def at_work(settings: Settings, instant: datetime) -> Iterator[None]:
    """Have the output folder to ourselves, with the log open and the database at this version's schema."""
    with logged(settings, "-"), alone(settings.output_dir):
        prepare(settings, instant)
        yield


@contextmanager
def logged(settings: Settings, run_id: str) -> Iterator[None]:
    """Have the log open; a folder that cannot be written is a ConfigError."""
    try:
        log.start(settings.output_dir, run_id, settings.secrets())
    except OSError as error:
        raise ConfigError(f"OUTPUT_DIR {settings.output_dir} cannot be written: {error.strerror}.") from error
    try:
        yield
    finally:
        log.stop()


def live(settings: Settings, now: datetime, flow: Callable[[Job], object], only: str | None = None) -> Verdict:
    """One night, whose stages *flow* does; *only* names the one source to be asked. The folder must be ours (`at_work`)."""
    job = begin(settings, now, only)
    log.start(settings.output_dir, job.run_id, settings.secrets())  # from here on every line bears the run's id
    settings.impose()
    logger.info("The night of %s begins.", job.night)
    began = time.perf_counter()
    try:
        flow(job)
    except Exception:  # Prefect itself can fail to start; the night must still end in a sentence and a number
        logger.exception("The flow could not be run")
    verdict = verdict_of(job) or end(job, done_before(job))
    logger.info("%s (%.0f s)", verdict.sentence, time.perf_counter() - began)
    return verdict
