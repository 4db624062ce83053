"""The commands that answer a question, or show what is there."""

from pathlib import Path
from typing import Annotated, Final

import typer

from pipeline import people
from pipeline.cli.orders import Now, Output, Source, insist_on_a_token, orders
from pipeline.errors import ConfigError
from pipeline.job import Job
from pipeline.marts.replay_model import THRESHOLDS as TRIED
from pipeline.night import at_work, logged
from pipeline.policy_tables import MOST_DAYS
from pipeline.progress import counting
from pipeline.settings import Settings

THRESHOLDS: Final = ",".join(map(str, TRIED))
"""Days of silence that a replay tries beside the clan's own."""

NOBODY: Final = 1
"""The group of commands that ask nobody anything, so that none need be set."""


def identities(
    confirm: Annotated[
        list[str] | None, typer.Option("--confirm", metavar="RSN=DISCORD_ID", help="These are the same person.")
    ] = None,
    reject: Annotated[
        list[str] | None, typer.Option("--reject", metavar="RSN=DISCORD_ID", help="These are not the same person.")
    ] = None,
    now: Now = None,
    output: Output = None,
) -> None:
    """Who is who: which Discord account belongs to which player, and where nobody can be sure."""
    settings, instant = orders(output, now)
    insist_on_a_token(settings, Source.DISCORD)
    with at_work(settings, instant):
        pairs: list[tuple[str, people.Verdict]] = [(pair, "confirm") for pair in confirm or ()]
        pairs += [(pair, "reject") for pair in reject or ()]
        people.decide(settings.database, pairs, instant)
        people.tie(settings.database, settings.policy())
        lines = people.told(settings.database, settings.policy())
    typer.echo("\n".join(lines))


def replay(
    months: Annotated[int, typer.Option(min=1, max=60, help="How many months to look back.")] = 6,
    thresholds: Annotated[str, typer.Option(help="Days of silence to try, with commas.")] = THRESHOLDS,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for programs.")] = False,
    now: Now = None,
    output: Output = None,
) -> None:
    """What a purge rule or the ladder of clan.toml would have done in past months, and how often one would be sorry."""
    from pipeline import replays

    settings, instant = orders(output, now)
    rules = Job(settings, "-", instant).rules()
    days = _days(thresholds, rules.inactive_days)
    with at_work(settings, instant):
        told = replays.replayed(settings.database, rules, instant, months, days, as_json=as_json)
    typer.echo(told)


def _days(thresholds: str, ours: int) -> list[int]:
    """*thresholds* in order, and *ours* among them."""
    try:
        days = {int(text) for text in thresholds.split(",") if text.strip()}
    except ValueError:
        raise ConfigError(f"--thresholds {thresholds!r} is not a list of days such as {THRESHOLDS}.") from None
    if not days or min(days) < 1 or max(days) > MOST_DAYS:
        raise ConfigError(f"--thresholds {thresholds!r}: days count from 1 to {MOST_DAYS}, such as {THRESHOLDS}.")
    return sorted(days | {ours})


def screenshots(
    site: Annotated[
        Path | None, typer.Option("--site", help="Folder of the dashboard; else that of the output.")
    ] = None,
    output: Output = None,
) -> None:
    """Picture every page of the published dashboard, and all emblems; needs Playwright and a Chromium."""
    from pipeline.outputs.dashboard.screenshots import photograph

    settings = Settings.read(output, wom_group_id=NOBODY)
    folder = settings.output_dir / "screenshots"
    with logged(settings, "-"), counting("Taking pictures") as counter:
        taken = photograph(site or settings.output_dir / "site", folder, counter)
    typer.echo(f"{len(taken)} pictures are in {folder}.")
