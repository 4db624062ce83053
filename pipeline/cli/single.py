"""The commands that do one stage by itself, without Prefect and without a record of a run."""

from pathlib import Path
from typing import Annotated, Final

import typer

from pipeline.cli.orders import Harvested, Now, Output, insist_on_a_token, insist_on_a_webhook, orders, tell
from pipeline.job import Job
from pipeline.loading import load as load_landings
from pipeline.night import at_work, logged
from pipeline.runs import alone
from pipeline.settings import Settings
from pipeline.stages import marts, perform

AS_OF: Final = (
    "A past night again, as it was, into as-of/<date>/ of the output folder: the date of the night, or an instant such as "
    "2026-11-21T03:00:00Z. A date means the run of that night or, without one, the end of the clan's day. Nothing else is "
    "written, and nothing is deployed."
)


def _single(name: str, output: Path | None, now: str | None) -> None:
    """One stage by itself, without Prefect and without a record of a run."""
    settings, instant = orders(output, now)
    with at_work(settings, instant):
        outcome = perform(name, Job(settings, f"{instant:%Y%m%dT%H%M%SZ}-alone", instant))
    tell(outcome)


def harvest(source: Harvested, now: Now = None, output: Output = None) -> None:
    """Ask one source what is new, or read the workbook back, into a landing."""
    insist_on_a_token(Settings.read(output), source)
    _single(f"harvest_{source}", output, now)


def load(
    again: Annotated[str | None, typer.Option("--again", help="Load this landing again, by its folder's name.")] = None,
    now: Now = None,
    output: Output = None,
) -> None:
    """Load all landings that are not in the database yet."""
    if again is None:
        _single("load", output, now)
    settings, instant = orders(output, now)
    with at_work(settings, instant):
        outcome = perform("load", Job(settings, "-", instant), lambda job: load_landings(job, again))
    tell(outcome)


def judge(now: Now = None, output: Output = None) -> None:
    """Keep what must be remembered of tonight's answers: cards, forecasts, and what became of advice."""
    _single("judge", output, now)


def report(now: Now = None, output: Output = None) -> None:
    """Write the workbook from what the database holds."""
    _single("report", output, now)


def digest(
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show the message of tonight, and send nothing.")
    ] = False,
    weekly: Annotated[bool, typer.Option("--weekly", help="With --preview: show that of the week.")] = False,
    now: Now = None,
    output: Output = None,
) -> None:
    """Tell of the night in Discord, unless it was told already."""
    if not preview:
        insist_on_a_webhook(Settings.read(output))
        _single("digest", output, now)
        return
    from pipeline.digests import preview as written
    from pipeline.outputs.digest.markdown import as_read

    settings, instant = orders(output, now)
    with at_work(settings, instant):
        job = Job(settings, "-", instant)
        message = written(job, "weekly" if weekly else "nightly", lambda: marts(job))
    typer.echo("Nothing happened that is worth a digest." if message is None else as_read(message))


def publish(
    as_of: Annotated[str | None, typer.Option("--as-of", help=AS_OF)] = None, now: Now = None, output: Output = None
) -> None:
    """Write the dashboard from what the database holds."""
    if as_of is None:
        _single("publish", output, now)
        return
    from pipeline.past import publish_as_of

    settings, present = orders(output, now)
    with logged(settings, "-"), alone(settings.output_dir):
        outcome = perform("publish", Job(settings, "-", present), lambda job: publish_as_of(job, as_of))
    if outcome.succeeded:
        typer.echo(str(settings.output_dir / outcome.paths[-1]))
    tell(outcome)
