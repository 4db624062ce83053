"""A night from its orders to its verdict, whoever asked for it: the command, or the schedule."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from pipeline import log
from pipeline.children import run_child
from pipeline.errors import ClanError, ConfigError, Denied, Unforeseen
from pipeline.forget_list import ForgetList
from pipeline.job import Job
from pipeline.log import veil_of
from pipeline.outcome import DIGEST, StageOutcome
from pipeline.runs import Busy, alone, begin, done_before, end, planned, prepare, record, verdict_of
from pipeline.settings import Settings
from pipeline.storage.backup import offering
from pipeline.verdict import Verdict

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
def at_work(settings: Settings, instant: datetime, *, resumes: bool = True) -> Iterator[None]:
    """Have the output folder to ourselves, with the log open and the database at this version's schema.

    Whoever was being forgotten when ClanStats was ended is forgotten first, unless that is what is about to be done (not *resumes*).
    """
    with logged(settings, "-"), alone(settings.output_dir), offering(settings.output_dir / "backups"):
        prepare(settings, instant)
        if resumes and ForgetList(settings.output_dir).interrupted:
            from pipeline.forget.erasing import finish

            finish(settings, instant)
        yield


@contextmanager
def logged(settings: Settings, run_id: str) -> Iterator[None]:
    """Have the log open."""
    log.start(settings.output_dir, run_id, settings.secrets())
    try:
        yield
    finally:
        log.stop()


def in_words(error: Exception, settings: Settings) -> ClanError:
    """What keeps a night from beginning or from being closed, as a sentence; the details of what nobody foresaw go into the log."""
    if isinstance(error, ClanError):
        return error
    with logged(settings, "-"):
        logger.error("The night broke off", exc_info=error)
    return Unforeseen(veil_of(settings.secrets())(str(Unforeseen.of(error))))


def live(settings: Settings, now: datetime, flow: Callable[[Job, float], object], only: str | None = None) -> Verdict:
    """One night, whose stages *flow* does; *only* names the one source to be asked. The folder must be ours (`at_work`).

    *flow* is told when the night began, by this process's clock for stretches of time.
    """
    began = time.perf_counter()
    job = begin(settings, now, only)
    log.start(settings.output_dir, job.run_id, settings.secrets())  # from here on every line bears the run's id
    settings.impose()
    logger.info("The night of %s begins.", job.night)
    cause = None
    try:
        flow(job, began)
    except Exception as error:  # Prefect itself can fail to start; the night must still end in a sentence and a number
        logger.exception("The flow could not be run")
        cause = error
    verdict = verdict_of(job) or _close(job, began, cause)
    logger.info("%s (%.0f s)", verdict.sentence, time.perf_counter() - began)
    return verdict


def _close(job: Job, began: float, cause: Exception | None) -> Verdict:
    """Close a night that its flow did not, for *cause*, and tell of it all the same."""
    outcomes = done_before(job)
    if cause is not None:
        unreached = [name for name in planned(job) if name not in outcomes and name != DIGEST]
        outcomes |= {name: StageOutcome.of_error(name, cause) for name in unreached}
    verdict = end(job, outcomes, time.perf_counter() - began)
    if DIGEST in planned(job):
        told = run_child(job, DIGEST)
        record(job, told)
        verdict = end(job, outcomes | {DIGEST: told}, time.perf_counter() - began)
    return verdict
