"""The commands that live a night, and those that fill the nights before."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Final

import typer

from pipeline import clock
from pipeline.backfills import backfill as ask_for_history
from pipeline.cli.orders import Now, Output, Source, insist_on_a_token, orders
from pipeline.job import Job
from pipeline.night import INCOMPLETE, at_work, code_of, in_words, live
from pipeline.progress import counting
from pipeline.runs import Busy, give_up, is_due
from pipeline.settings import Settings
from pipeline.verdict import Verdict

logger = logging.getLogger(__name__)

BY_SIGNAL: Final = 128
"""What shells add to the number of the signal that ended a program: 130 is Ctrl-C."""


def night(settings: Settings, now: datetime, only: str | None = None) -> Verdict:
    """One night through the Prefect flow; *only* names the one source to be asked."""
    return live(settings, now, _through_prefect, only)


def _through_prefect(job: Job, began: float) -> None:
    from flows.own import own_server

    with ending_when_told() as listen:
        own_server(job.output)
        from flows.nightly import lead

        # Prefect listens to SIGTERM as soon as a flow runs, and would wait for the stages.
        lead(job, began, on_running=listen)


@contextmanager
def ending_when_told() -> Iterator[Callable[[], None]]:
    """Ctrl-C or SIGTERM ends the night at once; what it started notices. Prefect would try again what was interrupted.

    Gives what listens to them once more.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def leave(number: int, _frame: object) -> None:
        typer.echo("The night was broken off; uv run clanstats run goes on with it.", err=True)
        os._exit(BY_SIGNAL + number)

    def listen() -> None:
        for number in before:
            signal.signal(number, leave)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    listen()
    try:
        yield listen
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def run(
    now: Now = None,
    output: Output = None,
    only: Annotated[Source | None, typer.Option(help="Harvest this source alone.")] = None,
    if_due: Annotated[bool, typer.Option("--if-due", help="Do nothing if the night is done already.")] = False,
) -> None:
    """One night: harvest, load, write the workbook and the dashboard."""
    instant = clock.now() if now is None else clock.parse(now)
    legible = Settings.survey(output).settings
    try:
        settings = Settings.read(output)
        insist_on_a_token(settings, only)
        with at_work(settings, instant):
            if if_due and not is_due(settings, instant):
                logger.info("The night is done already.")
                return
            verdict = night(settings, instant, only)
    except Busy:
        raise
    except Exception as error:  # noqa: BLE001 - a night that ended in nothing but a traceback would be told to nobody
        said = in_words(error, legible)
        give_up(legible, instant, said, code_of(said))
        raise said from None
    raise typer.Exit(verdict.exit_code)


def backfill(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days of history before today.")] = 365,
    now: Now = None,
    output: Output = None,
) -> None:
    """Ask for history before today. Broken off, it goes on where it was."""
    settings, instant = orders(output, now)
    with at_work(settings, instant):
        whole = fill(settings, instant, days)
    raise typer.Exit(0 if whole else INCOMPLETE)


def fill(settings: Settings, now: datetime, days: int) -> bool:
    """Backfill with progress in sight; gives whether all of it came."""
    job = Job(settings, f"{now:%Y%m%dT%H%M%SZ}-backfill", now)
    with counting("Asking for history") as counter:
        counts, failed = ask_for_history(
            job, days, lambda plan: counter.expect(plan.requests), lambda _: counter.step()
        )
    if failed:
        logger.warning("%d parts did not come (%s); call backfill again for them.", len(failed), failed[0])
    logger.info("%d rows of history are new.", counts.inserted)
    return not failed
